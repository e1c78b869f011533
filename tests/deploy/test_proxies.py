"""The samples for nginx and Caddy, run for real on ports of their own, before a stand-in."""

import re

import pytest

from tests.serving import free_port

from . import NAME, Echo, needs, serving
from .proxies import of_caddy, of_nginx, of_yunohost


@pytest.fixture(scope="module")
def site():
    with serving(Echo) as port:
        yield port


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(of_nginx, id="nginx", marks=needs("nginx")),
        pytest.param(of_yunohost, id="yunohost", marks=needs("nginx")),
        pytest.param(of_caddy, id="caddy", marks=needs("caddy")),
    ],
)
def proxy(request, site, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param.__name__)
    running = request.param(folder, site)
    yield running
    running.stop()


def test_a_proxy_says_who_asks_and_how_whatever_the_visitor_pretends(proxy):
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"}
    assert proxy.ask("/", **forged)[:2] == (200, f"{NAME}|127.0.0.1|https")


def test_a_proxy_sends_to_https(proxy):
    code, _, location = proxy.ask("/aide/?q=1", scheme="http")
    assert code in {301, 308}
    assert re.fullmatch(f"https://{NAME}(:\\d+)?/aide/\\?q=1", location)


def test_a_proxy_lets_by_what_the_site_takes_and_says_in_french_what_is_too_large(proxy):
    assert proxy.ask("/", b"x" * 24 * 1024 * 1024)[0] == 200
    announced = {"Content-Length": str(32 * 1024 * 1024)}
    code, words, _ = proxy.ask("/", b"the beginning", **announced)
    assert (code, words.split(",")[0]) == (413, "Cet envoi dépasse 30 Mo")


def test_a_page_of_failure_of_the_site_is_not_replaced(proxy):
    assert proxy.ask("/panne")[:2] == (500, f"{NAME}|127.0.0.1|https")


def test_without_the_site_a_proxy_says_so_in_french_and_notes_no_page(tmp_path_factory, proxy):
    makes = {make.__name__: make for make in (of_nginx, of_yunohost, of_caddy)}
    make = makes[proxy.folder.name.rstrip("0123456789")]
    folder = tmp_path_factory.mktemp("away")
    alone = make(folder, free_port())
    try:
        code, words, _ = alone.ask("/programmes/s3cr3t/")
    finally:
        alone.stop()
    assert code in {502, 503}
    assert words.startswith("Le site ne répond pas en ce moment")
    assert b"s3cr3t" not in alone.written()


class Dying(Echo):
    """Goes out in the middle of an answer like a machine; says by which requests."""

    killed_by = []

    def do_GET(self):
        if self.path == "/":
            super().do_GET()
        else:
            self.killed_by.append(self.command)
            self.close_connection = True


@needs("nginx")
def test_what_writes_is_never_sent_to_a_second_machine_and_what_reads_is(tmp_path):
    """A save may have taken place before the machine went out."""
    # In this order: the start has asked the first, so the save meets the second.
    with serving(Echo) as one, serving(Dying) as two, serving(Dying) as three:
        proxy = of_nginx(tmp_path, one, two, three)
        try:
            codes = [proxy.ask("/aide/", b"x")[0], proxy.ask("/aide/")[0]]
        finally:
            proxy.stop()
    assert Dying.killed_by == ["POST", "GET"]
    assert codes == [503, 200]


@needs("nginx")
def test_a_machine_that_is_not_there_costs_nobody_anything(tmp_path):
    with serving(Echo) as there:
        proxy = of_nginx(tmp_path, free_port(), there)
        try:
            codes = [proxy.ask("/", b"x")[0] for _ in range(4)]
        finally:
            proxy.stop()
    assert codes == [200] * 4


def test_a_proxy_notes_no_page(proxy):
    proxy.ask("/programmes/s3cr3t/panne")
    assert b"s3cr3t" not in proxy.written()
