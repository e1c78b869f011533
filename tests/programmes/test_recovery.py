"""The way back by e-mail: the same answer for everybody, a link for who gave the address."""

import logging
import re
import smtplib
import string
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client

from programmes import recovery
from tests.pages import errors_of, text_of

ADDRESS = "camille@exemple.fr"
ASK = "/connexion/carte-perdue/"


@pytest.fixture(autouse=True)
def with_mail(settings):
    settings.HAS_MAIL = True


@pytest.fixture
def with_address(alice):
    get_user_model().objects.filter(pk=alice.pk).update(email=ADDRESS)
    alice.refresh_from_db()
    return alice


def ask(client, address=ADDRESS, **headers):
    response = client.post(ASK, {"email": address}, **headers)
    recovery.wait()
    return response


def links() -> list[str]:
    return re.findall(r"https?://[^/]+(/\S+)", "".join(message.body for message in mail.outbox))


@pytest.fixture
def link(client, with_address):
    ask(client)
    (address,) = [link for link in links() if "carte-perdue" in link]
    return address


def card_on(response) -> dict:
    identifier, passphrase = re.findall(r"<dd><b>(.*?)</b></dd>", response.content.decode())
    return {"identifier": identifier, "passphrase": passphrase}


def without_token(response) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value=")\w+', r"\1", response.content.decode())


def headers_of(response) -> dict:
    """Without the name of the request, which is another each time."""
    return {name: value for name, value in response.items() if name != "X-Request-ID"}


def test_login_page_leads_there(client, db):
    assert f'href="{ASK}"' in client.get("/connexion/").content.decode()


def test_answer_is_the_same_for_known_and_unknown_addresses(with_address):
    known, unknown = ask(Client()), ask(Client(), "inconnue@exemple.fr")
    assert len(mail.outbox) == 1
    facts = [
        (answer.status_code, without_token(answer), answer.cookies.keys(), headers_of(answer))
        for answer in (known, unknown)
    ]
    assert facts[0] == facts[1]


def test_both_ask_the_database_the_same(with_address, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for address in (ADDRESS, "inconnue@exemple.fr"):
        with CaptureQueriesContext(connection) as queries:
            ask(Client(), address)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_mail_is_plain_short_and_french(client, with_address):
    ask(client)
    (message,) = mail.outbox
    assert (message.to, message.subject) == ([ADDRESS], "Une nouvelle carte d’accès")
    assert message.content_subtype == "plain"
    assert "alice\nhttp://testserver/connexion/carte-perdue/" in message.body
    assert len(message.body) < 700


def test_link_leads_to_the_public_address_whatever_the_request_says(client, with_address, settings):
    settings.PUBLIC_ADDRESS = "https://programme.exemple.fr"
    ask(client, HTTP_HOST="testserver:666")
    assert "https://programme.exemple.fr/connexion/" in mail.outbox[0].body
    assert "666" not in mail.outbox[0].body


@pytest.fixture
def elsewhere(alice):
    """Alice on another computer, since before the card was lost."""
    elsewhere = Client()
    elsewhere.force_login(alice)
    return elsewhere


def test_scanner_that_opens_the_link_changes_nothing_and_post_makes_the_card(
    client, elsewhere, link
):
    for _ in range(10):
        assert Client().get(link).status_code == 200
    assert Client().head(link).status_code == 200
    response = client.post(link, follow=True)
    assert response.redirect_chain[-1][0] == "/compte/carte/"
    card = card_on(response)
    assert card["identifier"] == "alice"
    assert elsewhere.get("/compte/").status_code == 302
    assert Client().post("/connexion/", card).status_code == 302
    old = {"identifier": "alice", "passphrase": "phrase de alice"}
    assert Client().post("/connexion/", old).status_code == 200


def is_over(response) -> bool:
    return response.status_code == 410 and "Il est bon une heure" in text_of(response)


def test_link_serves_once(client, link):
    client.post(link)
    assert (is_over(Client().get(link)), is_over(Client().post(link))) == (True, True)


def test_second_link_is_over_when_the_first_has_served(client, link):
    ask(client)
    (second,) = set(links()) - {link} or {link}
    client.post(link)
    assert is_over(client.post(second))


def test_link_is_over_after_an_hour(client, link, monkeypatch):
    def later(self):
        return datetime.now(UTC).replace(tzinfo=None) + timedelta(minutes=minutes)

    monkeypatch.setattr(recovery.Tokens, "_now", later)
    minutes = 59
    assert client.get(link).status_code == 200
    minutes = 61
    assert is_over(client.get(link))
    assert is_over(client.post(link))


def test_link_is_over_when_the_address_has_changed(client, link, alice):
    get_user_model().objects.filter(pk=alice.pk).update(email="autre@exemple.fr")
    assert is_over(client.post(link))


def test_every_character_of_a_link_counts(client, link, bob):
    start = link.index(ASK) + len(ASK)
    for place in range(start, len(link) - 1):
        if link[place] == "/":
            continue
        for sign in (string.ascii_letters + string.digits + "-")[:: 1 if place % 9 == 0 else 12]:
            if sign != link[place]:
                tampered = link[:place] + sign + link[place + 1 :]
                assert client.post(tampered).status_code in (404, 410), tampered
    assert client.post(link).status_code == 302


@pytest.mark.parametrize("rest", ["1/x/", f"{'9' * 30}/x-y/", "1/é-é/", "0/-/", "1/a-b-c/"])
def test_invented_link_is_over(client, db, rest):
    assert is_over(client.get(ASK + rest))


def test_several_accounts_of_one_address_come_in_one_mail(client, with_address, bob, charlie):
    get_user_model().objects.filter(pk=bob.pk).update(email=ADDRESS)
    get_user_model().objects.filter(pk=charlie.pk).update(email=ADDRESS, is_active=False)
    ask(client)
    (message,) = mail.outbox
    found = re.findall(r"^(\w+)\nhttp", message.body, re.MULTILINE)
    assert found == ["alice", "bob"]
    opened = [text_of(client.get(link)) for link in links() if "carte-perdue" in link]
    assert [name in page for name, page in zip(found, opened, strict=True)] == [True, True]


def test_capitals_of_the_address_do_not_matter_and_the_mail_goes_to_the_one_given(
    client, with_address
):
    ask(client, ADDRESS.upper())
    assert mail.outbox[0].to == [ADDRESS]


@pytest.mark.parametrize(
    "typed",
    ["camille@exemple.fr\nBcc: x@exemple.fr", "camille@exemple.fr\r\n\r\nx", "camille", "",
     "camille@exemple.fr, x@exemple.fr", "a" * 300 + "@exemple.fr", "camille@exemple.fr\0"],
)  # fmt: skip
def test_wrong_address_sends_nothing_and_is_explained(client, with_address, typed):
    response = ask(client, typed)
    assert response.status_code == 200
    assert errors_of(response) != []
    assert mail.outbox == []


def test_fourth_request_for_one_address_waits_known_or_not(with_address):
    for address in (ADDRESS, "inconnue@exemple.fr"):
        answers = [ask(Client(REMOTE_ADDR=f"192.0.2.{number}"), address) for number in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert "Attendez une heure" in text_of(answers[-1])
        assert f'value="{address}"' in answers[-1].content.decode()


def test_twenty_first_request_from_one_place_waits(client, db):
    answers = [ask(client, f"personne{number}@exemple.fr") for number in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]


def test_failing_mail_server_shows_nothing_and_is_logged_without_the_address(
    with_address, settings, caplog
):
    settings.EMAIL_BACKEND = f"{__name__}.Failing"
    with caplog.at_level(logging.ERROR):
        known = ask(Client())
    assert without_token(known) == without_token(ask(Client(), "inconnue@exemple.fr"))
    assert [record.getMessage() for record in caplog.records] == [
        "A mail for a lost card could not be sent: SMTPRecipientsRefused"
    ]


class Failing:
    """A mail server that refuses, and says whom."""

    def __init__(self, **options) -> None:
        pass

    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (550, b"inconnu")})


def test_without_mail_the_page_says_whom_to_ask(client, with_address, settings):
    settings.HAS_MAIL = False
    for response in (client.get(ASK), ask(client)):
        page = text_of(response)
        assert "demandez une nouvelle invitation à la coordination" in page
        assert "Adresse" not in page
    assert mail.outbox == []
