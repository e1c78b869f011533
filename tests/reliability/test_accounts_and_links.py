"""R23 and R25: what answers tell of who has an access, and what a link in a mail is good for.

What happens to one link, one card or one invitation in detail: tests/programmes/test_recovery.py,
test_team.py and test_throttling.py.
"""

import ast
import re
import statistics
import time
from pathlib import Path

import pytest
from django.conf import settings as project
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.core.cache import cache
from django.test import Client

from programmes import recovery, team
from programmes.enums import Role
from programmes.exchange import use_file
from programmes.models import Invitation, Membership

pytestmark = pytest.mark.ignore_template_errors

LOST, LOGIN = "/connexion/carte-perdue/", "/connexion/"
# What may differ between two answers to the same person: the request, its second, what was typed
# and so the length; the proof of a form, and its mark.
PASSING = {"X-Request-ID", "Content-Length", "Expires"}
OWN = re.compile(rb'(name="(?:csrfmiddlewaretoken|once)" value=")[^"]*')


@pytest.fixture(autouse=True)
def with_mail(settings):
    settings.HAS_MAIL = True


def seen(response, *typed):
    """Status, body without what was typed and what differs anyway, headers and cookies."""
    body = OWN.sub(rb"\1", response.content)
    for word in typed:
        body = body.replace(word.encode(), b"...")
    # Their value is drawn, and they end so long after the second of the answer.
    cookies = {
        name: (cookie["max-age"], cookie["path"], cookie["samesite"], cookie["httponly"])
        for name, cookie in response.cookies.items()
    }
    headers = {name: value for name, value in response.headers.items() if name not in PASSING}
    return response.status_code, body, headers, cookies


def pairs(how_many):
    """Names that exist, and names as long that do not."""
    make, secret = get_user_model().objects.create, make_password("une phrase")
    for number in range(how_many):
        known = f"connu-{number:04}"
        make(username=known, email=f"{known}@exemple.fr", password=secret)
        yield known, f"perdu-{number:04}"


ASKING = {
    "card": lambda name: (LOGIN, {"identifier": name, "passphrase": "un deux trois"}),
    "lost card": lambda name: (LOST, {"email": f"{name}@exemple.fr"}),
    "door of the desk": lambda name: (
        "/gestion/login/", {"username": name, "password": "une autre phrase"}
    ),
}  # fmt: skip


DOORS = {"card": "carte", "lost card": "carte perdue", "door of the desk": "porte de la gestion"}


@pytest.mark.parametrize("what", ASKING)
def test_answer_to_a_known_name_is_that_to_an_unknown_one(what, db, rounds, figure):
    times = {True: [], False: []}
    for names in pairs(rounds(5, 200)):
        answers = []
        for is_known, name in zip((True, False), names, strict=True):
            # Neither meets the limits that the other has used up.
            cache.clear()
            address, fields = ASKING[what](name)
            begun = time.perf_counter()
            response = Client().post(address, fields)
            times[is_known].append(time.perf_counter() - begun)
            answers.append(seen(response, name))
        assert answers[0] == answers[1]
    recovery.wait()
    gap = abs(statistics.median(times[True]) - statistics.median(times[False])) * 1000
    # On a busy machine a handful of tries says nothing about time.
    assert rounds(True, gap < 5)
    written = f"{gap:.1f} ms".replace(".", ",")
    figure("R23", f"écart des médianes, connu ou non ({DOORS[what]})", written)


def test_failing_mail_server_tells_no_more(db, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    (known, unknown), = pairs(1)  # fmt: skip
    sent = [f"{name}@exemple.fr" for name in (known, unknown)]
    first, second = (seen(Client().post(LOST, {"email": each}), each) for each in sent)
    recovery.wait()
    assert first == second


def lost_card(alice):
    alice.email = "alice@exemple.fr"
    alice.save()
    Client().post(LOST, {"email": alice.email})
    recovery.wait()
    return re.search(r"https?://[^/]+(\S+)", mail.outbox[-1].body)[1]


def invite(programme):
    return f"/invitation/{team.invite(programme.memberships.first(), Role.READER, 'Dora')[1]}/"


def link_of(kind, programme, alice):
    return lost_card(alice) if kind == "lost card" else invite(programme)


FIELDS = {"lost card": {}, "invitation": {"alias": "Dora", "consent": "on"}}


@pytest.mark.parametrize("kind", FIELDS)
def test_link_survives_whoever_looks_and_works_once(kind, programme, alice):
    link = link_of(kind, programme, alice)
    looks = {Client().get(link).status_code for _ in range(10)}
    looks |= {Client().head(link).status_code for _ in range(10)}
    looks |= {Client().options(link).status_code}
    assert looks == {200, 405}
    used, again = (Client().post(link, FIELDS[kind]).status_code for _ in range(2))
    assert (used, again in (404, 410)) == (302, True)
    assert Client().get(link).status_code in (404, 410)


@pytest.mark.parametrize("kind", FIELDS)
def test_every_character_of_a_link_counts(kind, programme, alice):
    link = link_of(kind, programme, alice)
    start = link.rstrip("/").rindex("/") + 1
    before = Membership.objects.count(), get_user_model().objects.get(pk=alice.pk).password
    opened = []
    for place in range(start, len(link) - 1):
        other = "a" if link[place] != "a" else "b"
        altered = f"{link[:place]}{other}{link[place + 1 :]}"
        if Client().post(altered, FIELDS[kind]).status_code not in (404, 410):
            opened.append(altered)
    after = Membership.objects.count(), get_user_model().objects.get(pk=alice.pk).password
    assert (opened, after) == ([], before)
    # It was not used up by that.
    assert Client().post(link, FIELDS[kind]).status_code == 302


def test_link_is_dead_after_its_time_and_when_withdrawn(programme, alice, settings):
    invitation, lost = invite(programme), lost_card(alice)
    settings.PASSWORD_RESET_TIMEOUT = -1
    Invitation.objects.update(expires_at="2020-01-01T00:00Z")
    assert Client().post(lost).status_code == 410
    assert Client().post(invitation, FIELDS["invitation"]).status_code in (404, 410)
    withdrawn = invite(programme)
    Invitation.objects.all().delete()
    assert Client().post(withdrawn, FIELDS["invitation"]).status_code in (404, 410)


OTHER = "autre@exemple.fr"
INJECTED = [
    *(f"\nBcc: {OTHER}", f"\r\nBcc: {OTHER}", f"%0aBcc: {OTHER}", f"\u2028Bcc: {OTHER}"),
    *(f", {OTHER}", f"; {OTHER}", f" {OTHER}", "\0", "\r\n\r\nUn autre message"),
    f">\r\nTo: {OTHER}",
]


@pytest.mark.parametrize("added", INJECTED)
def test_no_field_adds_a_recipient_or_a_header_to_a_mail(added, as_alice, alice):
    """The address is the only thing typed that reaches the head of a mail."""
    for address in (f"alice@exemple.fr{added}", f"{added}alice@exemple.fr"):
        as_alice.post("/compte/", {"email": address})
        Client().post(LOST, {"email": address})
        Client().post(LOST, {"email": "alice@exemple.fr"}, headers={"referer": address})
    recovery.wait()
    for sent in mail.outbox:
        head = sent.message().as_string().partition("\n\n")[0]
        assert sent.recipients() == [alice.__class__.objects.get(pk=alice.pk).email]
        assert OTHER not in head
        assert re.search("^b?cc:", head, re.MULTILINE | re.IGNORECASE) is None


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "=cmd|'/c x'!A1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_cell_of_a_table_is_never_a_formula(text):
    assert use_file.guarded(text) == f"'{text}"


def test_only_one_file_writes_tables_for_spreadsheets():
    """Another one would have to guard its cells too, and be tried here."""
    writers = {
        path.relative_to(project.BASE_DIR).as_posix()
        for room in ("desescalade", "proposals", "programmes")
        for path in Path(project.BASE_DIR / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("csv.writer", "csv.DictWriter")
    }
    assert writers == {"programmes/exchange/use_file.py"}
