"""Asking the addresses of sources, on a server of the test; and which of them are the same."""

import ipaddress
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from proposals.addresses import NO_NETWORK, UNKNOWN, Answer, Offline, State, Visitor, is_public
from proposals.desk import visits
from proposals.desk.models import Source, SourceCheck
from proposals.duplicates import Group, groups, same_page
from tests.pages import text_of

LOOPBACK = ipaddress.ip_address("127.0.0.1")
PRIVATE = Answer(State.REFUSED, "l’adresse mène à un réseau privé")
NOT_WEB = Answer(State.REFUSED, "ce n’est pas une adresse du web")
SOURCES = "/gestion/sources-a-relire/"


class Server(ThreadingHTTPServer):
    # All that is asked at once waits, also on a busy machine: at five, the system turns some away.
    request_queue_size = 128


class Site(BaseHTTPRequestHandler):
    """A small site with every fault that a site may have."""

    over = threading.Event()
    asked: list[str] = []

    def do_HEAD(self) -> None:
        self.asked.append(f"{self.command} {self.path}")
        name, _, rest = self.path.strip("/").partition("/")
        getattr(self, f"at_{name.partition('?')[0]}", self.at_ok)(rest)

    do_GET = do_HEAD

    def answer(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for header, value in headers.items():
            self.send_header(header, value)
        self.end_headers()

    def at_ok(self, _: str) -> None:
        self.answer(200)

    def at_status(self, rest: str) -> None:
        self.answer(int(rest))

    def at_nohead(self, _: str) -> None:
        self.answer(200 if self.command == "GET" else 405)

    def at_to(self, rest: str) -> None:
        status, target = rest.split("/", 1)
        self.answer(int(status), Location=target)

    def at_loop(self, rest: str) -> None:
        self.answer(302, Location="/loop/b" if rest == "a" else "/loop/a")

    def at_chain(self, rest: str) -> None:
        self.answer(302, Location=f"/chain/{int(rest) + 1}")

    def at_giant(self, rest: str) -> None:
        """A body without end: who reads it never comes back."""
        self.answer(int(rest), Location="/ok")
        while self.command == "GET" and not self.over.is_set():
            try:
                self.wfile.write(b"x" * 65_536)
            except OSError:
                return

    def at_mute(self, _: str) -> None:
        self.over.wait(20)

    def at_drip(self, _: str) -> None:
        """One sign now and then, so that no wait is ever long."""
        while not self.over.wait(0.05):
            try:
                self.wfile.write(b"H")
            except OSError:
                return

    def at_garbage(self, _: str) -> None:
        self.wfile.write(b"\x16\x03\x01\x00 not a word of HTTP\r\n\r\n")

    def log_message(self, *args) -> None:
        pass


@pytest.fixture(scope="module")
def site():
    server = Server(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    Site.over.clear()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    Site.over.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def visitor():
    return Visitor(allowed=lambda ip: ip == LOOPBACK, timeout=0.4, deadline=0.8)


# Answers


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/ok", Answer(State.ANSWERS)),
        ("/ok/é à?q=ç d", Answer(State.ANSWERS)),
        ("/nohead", Answer(State.ANSWERS)),
        ("/status/204", Answer(State.ANSWERS)),
        ("/status/404", Answer(State.GONE, "réponse 404")),
        ("/status/410", Answer(State.GONE, "réponse 410")),
        ("/status/403", Answer(State.CLOSED, "réponse 403")),
        ("/status/999", Answer(State.CLOSED, "réponse 999")),
        ("/status/500", Answer(State.BROKEN, "réponse 500")),
        ("/to/302//ok", Answer(State.ANSWERS)),
        ("/to/301//status/410", Answer(State.GONE, "réponse 410")),
        ("/status/302", Answer(State.BROKEN, "réponse 302")),
        ("/loop/a", Answer(State.BROKEN, "l’adresse renvoie à elle-même sans fin")),
        ("/chain/0", Answer(State.BROKEN, "trop de renvois d’une adresse à l’autre")),
        ("/giant/200", Answer(State.ANSWERS)),
        ("/giant/404", Answer(State.GONE, "réponse 404")),
        ("/giant/302", Answer(State.ANSWERS)),
        ("/mute", Answer(State.SILENT, "pas de réponse à temps")),
        ("/drip", Answer(State.SILENT, "pas de réponse à temps")),
        ("/garbage", Answer(State.SILENT, "la connexion échoue")),
        ("/to/302/file:///etc/passwd", NOT_WEB),
        ("/to/302/http://127.0.0.2/", PRIVATE),
        ("/to/302/http://[::1]/", PRIVATE),
        ("/to/302/http://[oups/", Answer(State.SILENT, "la connexion échoue")),
    ],
)
def test_each_answer_is_told(site, visitor, path, expected):
    assert visitor.visit(f"{site}{path}") == expected


def test_a_lasting_move_names_the_new_address(site, visitor):
    assert visitor.visit(f"{site}/to/301//ok/neuf") == Answer(State.MOVED, f"{site}/ok/neuf")
    assert visitor.visit(f"{site}/to/308//to/301//ok") == Answer(State.MOVED, f"{site}/ok")


def test_a_passing_redirection_is_no_move(site, visitor):
    assert visitor.visit(f"{site}/to/307//to/301//ok") == Answer(State.ANSWERS)


def test_the_head_alone_is_asked_for_when_it_is_given(site, visitor):
    Site.asked.clear()
    visitor.visit(f"{site}/ok/seul")
    visitor.visit(f"{site}/nohead")
    assert Site.asked == ["HEAD /ok/seul", "HEAD /nohead", "GET /nohead"]


def test_a_server_that_speaks_no_tls_and_a_closed_port_do_not_answer(site, visitor):
    silent = Answer(State.SILENT, "la connexion échoue")
    assert visitor.visit(site.replace("http:", "https:")) == silent
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert visitor.visit(f"http://127.0.0.1:{port}/") == silent


def test_a_server_that_never_ends_its_greeting_is_left(visitor):
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"https://127.0.0.1:{server.getsockname()[1]}/"
        assert visitor.visit(address) == Answer(State.SILENT, "pas de réponse à temps")


# Whom nobody asks


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "[::1]", "0", "0.0.0.0", "2130706433", "0x7f000001"),
        *("10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1"),
        *("[::ffff:127.0.0.1]", "[fd00::1]", "[fe80::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"),
        *("224.0.0.1", "[ff02::1]", "255.255.255.255"),
    ],
)
def test_the_hosts_own_network_is_never_asked(host):
    assert Visitor().visit(f"http://{host}:9/") == PRIVATE


def test_nothing_reaches_the_host_itself(site):
    Site.asked.clear()
    assert Visitor().visit(f"{site}/ok") == PRIVATE
    assert Site.asked == []


def test_a_name_with_one_private_address_among_others_is_refused(site, visitor):
    port = int(site.rpartition(":")[2])

    def resolve(host, port, **how):
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))
            for ip in ("127.0.0.1", "10.0.0.1")
        ]

    two_faced = Visitor(allowed=visitor.allowed, timeout=0.4, resolve=resolve)
    assert two_faced.visit(f"http://exemple.org:{port}/ok") == PRIVATE


def test_a_name_is_resolved_once_and_the_connection_goes_where_it_led(site, visitor):
    """A name that leads elsewhere the second time gets nobody to ask the second place."""
    port, answers = int(site.rpartition(":")[2]), ["127.0.0.1", "10.0.0.1"]

    def resolve(host, port, **how):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers.pop(0), port))]

    moving = Visitor(allowed=visitor.allowed, timeout=0.4, resolve=resolve)
    assert moving.visit(f"http://exemple.org:{port}/ok") == Answer(State.ANSWERS)
    assert answers == ["10.0.0.1"]


@pytest.mark.parametrize("url", ["ftp://a.fr/x", "file:///etc/passwd", "javascript:1", "", "a"])
def test_only_the_web_is_asked(url):
    assert Visitor().visit(url) == NOT_WEB


def test_public_addresses_are_public():
    assert is_public(ipaddress.ip_address("193.252.22.1")) is True
    assert is_public(ipaddress.ip_address("2001:660::1")) is True


# Without network


def without_network(host, port, **how):
    raise socket.gaierror(socket.EAI_AGAIN, "no network")


def without_names(host, port, **how):
    raise socket.gaierror(socket.EAI_NONAME, "no name")


def addresses(count: int) -> list[str]:
    return [f"http://site{number}.exemple/" for number in range(count)]


@pytest.mark.parametrize(
    ("resolve", "count"), [(without_network, 1), (without_network, 30), (without_names, 30)]
)
def test_without_network_there_is_one_sentence_for_all(resolve, count):
    with pytest.raises(Offline):
        list(Visitor(resolve=resolve).visit_all(addresses(count)))


def test_one_name_that_does_not_exist_is_no_lack_of_network():
    (url,) = addresses(1)
    assert list(Visitor(resolve=without_names).visit_all([url])) == [(url, UNKNOWN)]
    assert NO_NETWORK != UNKNOWN


def test_each_address_is_asked_once_and_keeps_its_answer(site, visitor):
    Site.asked.clear()
    urls = [f"{site}/ok/{number}" for number in range(20)] + [f"{site}/status/404"]
    found = list(visitor.visit_all([*urls, urls[0]]))
    assert found == [(url, Answer(State.ANSWERS)) for url in urls[:-1]] + [
        (urls[-1], Answer(State.GONE, "réponse 404"))
    ]
    by_head = [f"HEAD /ok/{number}" for number in range(20)]
    assert sorted(Site.asked) == sorted([*by_head, "HEAD /status/404", "GET /status/404"])


# What is kept


@pytest.mark.django_db
def test_what_came_back_is_kept_and_the_oldest_is_asked_first(site, visitor):
    Source.objects.update(url="")
    for slug, path in (("gironde", "/ok"), ("acbm-vsa", "/status/404")):
        Source.objects.filter(pk=slug).update(url=f"{site}{path}")
    (first,) = visits.visit(visits.due(1), visitor)
    (second,) = visits.visit(visits.due(1), visitor)
    assert {first.source, second.source} == {"gironde", "acbm-vsa"}
    assert [row.pk for row in visits.due()] == [first.source, second.source]
    assert dict(SourceCheck.objects.values_list("source", "status")) == {
        "gironde": "answers",
        "acbm-vsa": "gone",
    }
    # A new address has never been asked for.
    Source.objects.filter(pk=second.source).update(url=f"{site}/ok/autre")
    assert visits.due(1)[0].pk == second.source


@pytest.mark.django_db
@pytest.mark.ignore_template_errors
def test_the_page_tells_what_does_not_answer_and_leads_to_the_source(site, visitor, admin_client):
    Source.objects.filter(pk="acbm-vsa").update(url=f"{site}/status/410")
    Source.objects.filter(pk="gironde").update(url=f"{site}/ok")
    visits.visit(list(Source.objects.filter(pk__in=["gironde", "acbm-vsa"])), visitor)
    response = admin_client.get(SOURCES)
    assert [row.source for row, _ in response.context["page"]] == ["acbm-vsa"]
    assert "N’existe plus réponse 410" in text_of(response)
    assert "/gestion/desk/source/acbm-vsa/change/" in response.content.decode()
    Source.objects.filter(pk="acbm-vsa").update(url=f"{site}/ok")
    assert list(admin_client.get(SOURCES).context["page"]) == []


@pytest.mark.django_db
@pytest.mark.ignore_template_errors
def test_the_button_tells_what_it_tried_and_asks_no_private_address(site, admin_client):
    Site.asked.clear()
    Source.objects.update(url="")
    Source.objects.filter(pk="gironde").update(url=f"{site}/ok")
    response = admin_client.post(SOURCES, follow=True)
    assert "1 adresse essayée, 1 à revoir." in text_of(response)
    assert "l’adresse mène à un réseau privé" in text_of(response)
    assert Site.asked == []


@pytest.mark.django_db
@pytest.mark.ignore_template_errors
def test_two_sources_with_one_address_or_one_title_are_shown_together(
    admin_client, django_assert_max_num_queries
):
    assert "Aucune source n’a la même adresse" in text_of(admin_client.get(SOURCES))
    rows = Source.objects.in_bulk(["gironde", "acbm-vsa"])
    Source.objects.create(slug="b", title="B", url=rows["gironde"].url + "?utm_source=lettre")
    Source.objects.create(slug="c", title=rows["acbm-vsa"].title.upper() + ".")
    with django_assert_max_num_queries(12):
        response = admin_client.get(SOURCES)
    assert [(what, [row.pk for row in shown]) for what, shown in response.context["groups"]] == [
        ("même adresse", ["b", "gironde"]),
        ("même titre", ["acbm-vsa", "c"]),
    ]


@pytest.mark.django_db
def test_the_command_tries_as_many_as_it_is_told(site, management):
    Source.objects.update(url="")
    for slug in ("gironde", "acbm-vsa"):
        Source.objects.filter(pk=slug).update(url=f"{site}/{slug}")
    out = management("check_sources", limit=1)
    assert out.splitlines()[-1].replace("\u00a0", " ") == "1 adresse essayée, 1 à revoir."
    assert SourceCheck.objects.count() == 1


# The same page


@pytest.mark.parametrize(
    "url",
    [
        "https://www.exemple.org/page",
        "http://exemple.org/page/",
        "https://EXEMPLE.org:443/page#partie",
        "https://exemple.org/page?utm_source=lettre&fbclid=1",
        "https://exemple.org/p%61ge",
    ],
)
def test_one_page_has_many_addresses(url):
    assert same_page(url) == "exemple.org/page"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.org/p?id=1", "https://a.org/p?id=2"),
        ("https://a.org/p", "https://b.org/p"),
        ("https://a.org:8080/", "https://a.org/"),
    ],
)
def test_other_pages_have_other_addresses(one, other):
    assert same_page(one) != same_page(other)


def test_sources_without_address_or_title_are_like_no_other():
    assert groups([("a", "A", ""), ("b", "B", ""), ("c", "…", "x"), ("d", "!", "http://[")]) == []


def test_sources_alike_in_both_ways_are_told_once():
    same = [("a", "Étude", "https://x.fr/1"), ("b", "etude.", "http://www.x.fr/1/")]
    assert groups(same) == [Group("même adresse", ("a", "b"))]
