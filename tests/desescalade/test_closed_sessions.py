"""What is sent to /gestion/ after the end of a session is kept, and saved after two steps."""

import html
import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import Group
from django.test import Client

from proposals.desk.models import Measure, Wording
from tests.conftest import FACTOR_SECRET
from tests.pages import html_of, plain, text_of
from tests.proposals.admin.pages import MEASURE, page, wording_page

# Django's own admin templates read variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

TITLE = 'Le titre que l’on ne tape pas deux fois & « rien » "d’autre"'
PASSWORD = {"session-username": "admin", "session-password": "password"}


def code() -> str:
    return format_hotp_value(hotp_value(FACTOR_SECRET, int(time.time()) // 30))


def carried(response) -> dict[str, str | list[str]]:
    """The hidden fields of a page, as a browser would send them again."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(
        r'type="hidden" name="([^"]+)" value="([^"]*)"', html_of(response)
    ):
        found.setdefault(html.unescape(name), []).append(html.unescape(value))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


@pytest.fixture
def sent(admin_client):
    """The page of a measure, filled in; its session has closed meanwhile."""
    url, data = wording_page(admin_client)
    admin_client.cookies.pop("sessionid")
    return url, {**data, "title": TITLE, "wordings-0-text": "Une ligne.\r\n\r\nUne autre."}


def title() -> str:
    return Measure.objects.get(pk=MEASURE).title


def test_password_then_code_save_what_was_typed(client, sent):
    url, data = sent
    response = client.post(url, data)
    assert response.status_code == 401
    assert "Votre session est fermée" in text_of(response)
    assert "no-store" in response.headers["Cache-Control"]
    assert carried(response)["title"] == TITLE

    response = client.post(url, {**carried(response), **PASSWORD})
    assert response.status_code == 401
    assert "Il reste le code de votre téléphone" in text_of(response)
    assert title() != TITLE

    response = client.post(url, {**carried(response), "session-code": code()})
    assert response.status_code == 302
    assert title() == TITLE
    text = Wording.objects.get(measure=MEASURE, is_default=True).text
    assert text == "Une ligne.\n\nUne autre."


def test_all_values_of_a_field_are_carried(client, admin_client):
    url, data = wording_page(admin_client)
    sizes = next(value for name, value in data.items() if name.endswith("-sizes") and value)
    name = next(name for name in data if data[name] == sizes)
    client.cookies.clear()
    response = client.post(url, {**data, name: ["un", "deux"]})
    assert carried(response)[name] == ["un", "deux"]


def test_wrong_password_and_wrong_code_lose_nothing(client, sent):
    url, data = sent
    response = client.post(url, {**data, **PASSWORD, "session-password": "non"})
    assert (response.status_code, carried(response)["title"]) == (401, TITLE)
    assert "<title>Erreur : Session fermée" in plain(html_of(response))
    assert "session-password" not in carried(response)
    response = client.post(url, {**carried(response), **PASSWORD})
    response = client.post(url, {**carried(response), "session-code": "000000"})
    assert (response.status_code, carried(response)["title"]) == (401, TITLE)
    assert "Ce code n’est pas le bon" in text_of(response)
    assert "session-code" not in carried(response)
    response = client.post(url, {**carried(response), "session-code": ""})
    assert "Écrivez le code." in text_of(response)
    assert title() != TITLE


def test_empty_card_says_what_to_write(client, sent):
    url, data = sent
    page = text_of(client.post(url, {**data, "session-username": "", "session-password": ""}))
    assert "Écrivez votre nom d’utilisateur." in page
    assert "Écrivez votre mot de passe." in page


def test_session_without_its_code_asks_for_the_code_alone(client, admin_user, sent):
    url, data = sent
    client.force_login(admin_user)
    response = client.post(url, data)
    assert "Il reste le code de votre téléphone" in text_of(response)
    assert client.post(url, {**carried(response), "session-code": code()}).status_code == 302
    assert title() == TITLE


def test_account_without_a_phone_is_told_to_prepare_one_and_keeps_the_form(
    client, admin_user, sent
):
    url, data = sent
    Authenticator.objects.filter(user=admin_user).delete()
    response = client.post(url, {**data, **PASSWORD})
    assert (response.status_code, carried(response)["title"]) == (401, TITLE)
    assert 'href="/compte/second-facteur/activer/"' in html_of(response)


def test_member_of_a_team_is_asked_for_an_account_of_the_desk(as_alice, sent):
    url, data = sent
    for card in ({}, {"session-username": "alice", "session-password": "phrase de alice"}):
        response = as_alice.post(url, {**data, **card})
        assert (response.status_code, carried(response)["title"]) == (401, TITLE)
    assert title() != TITLE


def test_who_may_only_look_changes_nothing(client, django_user_model, sent, with_factor):
    url, data = sent
    user = django_user_model.objects.create_user("regard", password="regard", is_staff=True)
    user.groups.add(Group.objects.get(name="Observation"))
    with_factor(Client(), user)
    typed = {"session-username": "regard", "session-password": "regard", "session-code": code()}
    assert client.post(url, {**data, **typed}).status_code == 403
    assert title() != TITLE


def test_form_of_another_site_is_refused_before_anything_is_asked(sent):
    url, data = sent
    strange = Client(enforce_csrf_checks=True)
    assert strange.post(url, {**data, **PASSWORD}).status_code == 403
    assert title() != TITLE


def test_token_of_the_page_holds_through_both_steps(client, admin_user, sent):
    url, data = sent
    browser = Client(enforce_csrf_checks=True)
    browser.get("/gestion/login/")
    token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    response = browser.post(url, {**data, **token})
    response = browser.post(url, {**carried(response), **PASSWORD})
    assert "Il reste le code" in text_of(response)
    response = browser.post(url, {**carried(response), "session-code": code()})
    assert response.status_code == 302
    assert title() == TITLE


def test_passwords_of_accounts_are_not_written_into_the_page(client, sent):
    typed = {"old_password": "secret un", "new_password1": "secret deux", "autre": "gardé"}
    response = client.post("/gestion/password_change/", typed)
    assert response.status_code == 401
    assert carried(response).get("autre") == "gardé"
    assert "secret" not in text_of(response) + html_of(response).replace("second", "")


def test_file_is_asked_for_again(client, sent):
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("proposals.yaml", b"a: 1")
    response = client.post("/gestion/charger/", {"fichier": file, "note": "Des mots"})
    assert "Le fichier, lui, sera à choisir de nouveau." in text_of(response)
    assert carried(response)["note"] == "Des mots"


@pytest.mark.parametrize("path", ["/gestion/login/", "/gestion/logout/"])
def test_door_itself_is_left_alone(client, db, path):
    assert client.post(path, {"title": TITLE}).status_code in (200, 302)


def test_workshop_asks_for_its_own_card(client, take):
    (commitment,) = take(MEASURE)
    response = client.post(commitment.get_absolute_url(), {"text": TITLE})
    assert response.status_code == 401
    assert 'name="identifier"' in html_of(response)
    assert "session-username" not in html_of(response)


def test_page_that_is_only_looked_at_leads_to_the_door(client, db):
    url = page(Measure, "change", MEASURE)
    assert client.get(url).url == f"/gestion/login/?next={url}"
