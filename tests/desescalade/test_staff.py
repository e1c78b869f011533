"""The door of /gestion/: a password, and a code of a phone once per session."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.conftest import FACTOR_SECRET
from tests.pages import Page, text_of

ADMIN = "/gestion/"
PAGES = ["/compte/second-facteur/", "/compte/second-facteur/activer/",
         "/compte/second-facteur/confirmer/"]  # fmt: skip
WRONG = "Ce code n’est pas le bon, ou a déjà servi."

pytestmark = pytest.mark.django_db


def code(secret=FACTOR_SECRET, steps=0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


@pytest.fixture
def with_phone(admin_user):
    data = {"secret": FACTOR_SECRET}
    Authenticator.objects.create(user=admin_user, type=Authenticator.Type.TOTP, data=data)
    RecoveryCodes.activate(admin_user)
    return admin_user


@pytest.fixture
def with_password(client, admin_user):
    """Logged in without a second factor."""
    typed = {"username": "admin", "password": "password"}
    response = client.post(f"{reverse('admin:login')}?next=/gestion/proposals/", typed)
    assert response.url == "/gestion/proposals/"
    return client


def opens(client) -> bool:
    return client.get(ADMIN).status_code == 200


def last(response) -> str:
    return response.redirect_chain[-1][0]


def confirm(client, typed, rest="") -> str | None:
    response = client.post(f"/compte/second-facteur/confirmer/{rest}", {"code": typed})
    return response.url if response.status_code == 302 else None


@pytest.mark.ignore_template_errors
def test_staff_without_a_factor_sets_it_up_and_goes_on(with_password):
    response = with_password.get("/gestion/proposals/", follow=True)
    address = "/compte/second-facteur/activer/?next=%2Fgestion%2Fproposals%2F"
    assert last(response) == address
    secret = "".join(re.search(r"<b>([A-Z2-7 ]+)</b>", response.content.decode())[1].split())
    assert with_password.post(address, {"code": "000000"}).status_code == 200
    response = with_password.post(address, {"code": code(secret)}, follow=True)
    assert last(response) == "/compte/second-facteur/?next=%2Fgestion%2Fproposals%2F"
    assert len(re.findall(r"<code>\d{4} \d{4}</code>", response.content.decode())) == 10
    assert 'href="/gestion/proposals/"' in response.content.decode()
    assert opens(with_password)


def test_picture_of_the_secret_is_inline_and_page_is_light(with_password):
    page = Page(with_password.get("/compte/second-facteur/activer/").content)
    assert page.fetched == ["/static/css/screen.css"]
    assert page.inline == []
    assert (page.weight < 14_000, page.nodes < 250) == (True, True)
    assert b"data:image/svg+xml;base64," in page.content


@pytest.mark.ignore_template_errors
def test_staff_with_a_factor_shows_a_code_once_per_session(with_phone, with_password):
    assert not opens(with_password)
    assert last(with_password.get(ADMIN, follow=True)).startswith(PAGES[2])
    assert confirm(with_password, code(), "?next=/gestion/programmes/") == "/gestion/programmes/"
    assert opens(with_password)
    assert confirm(with_password, "") == ADMIN  # a second click
    other = Client()
    other.force_login(with_phone)
    assert not opens(other)


def test_card_form_does_not_lead_past_the_factor(client, with_phone):
    typed = {"identifier": "admin", "passphrase": "password", "next": ADMIN}
    assert client.post("/connexion/", typed).url == ADMIN
    assert client.get(ADMIN).status_code == 302
    assert client.get("/programmes/").status_code == 200


def test_set_up_page_does_not_lead_past_the_factor(with_phone, with_password):
    for address in PAGES[:2]:
        for response in (with_password.get(address), with_password.post(address, {"do": "phone"})):
            assert response.url.startswith(PAGES[2])
    assert with_phone.authenticator_set.count() == 2


@pytest.mark.parametrize("typed", ["", "000000", "١٢٣٤٥٦", "x" * 5000, "-", "\x00"])
def test_wrong_code_is_refused(with_phone, with_password, typed):
    assert confirm(with_password, typed) is None


@pytest.mark.ignore_template_errors
def test_code_may_be_half_a_minute_late_and_serves_once(with_phone, with_password):
    late = code(steps=-1)
    assert confirm(with_password, f"{late[:3]} {late[3:]}") == ADMIN
    # Allauth forgets it after half a minute, when its time is not over.
    assert cache.delete(f"allauth.mfa.totp.used?user={with_phone.pk}&code={late}")
    other = Client()
    other.force_login(with_phone)
    response = other.post(PAGES[2], {"code": late})
    assert WRONG in text_of(response)
    assert confirm(other, code(steps=-3)) is None


@pytest.mark.ignore_template_errors
def test_emergency_code_replaces_the_phone_once(with_phone, with_password):
    spare = RecoveryCodes.activate(with_phone).get_unused_codes()[3]
    assert confirm(with_password, f"{spare[:4]} {spare[4:]}") == ADMIN
    assert opens(with_password)
    assert spare not in with_password.get(PAGES[0]).content.decode().replace(" ", "")
    other = Client()
    other.force_login(with_phone)
    assert confirm(other, spare) is None


def test_codes_are_guessed_five_times_at_most(with_phone, with_password):
    for _ in range(5):
        assert confirm(with_password, "000000") is None
    response = Client(REMOTE_ADDR="192.0.2.7")
    response.force_login(with_phone)
    page = text_of(response.post(PAGES[2], {"code": code()}))
    assert "Trop d’essais de suite. Attendez cinq minutes" in page


@pytest.mark.ignore_template_errors
def test_new_emergency_codes_replace_the_old_ones(with_phone, with_password):
    old = RecoveryCodes.activate(with_phone).get_unused_codes()
    confirm(with_password, old[0])
    page = with_password.post(PAGES[0], {"do": "codes"}, follow=True).content.decode()
    assert last(with_password.post(PAGES[0], {"do": "codes"}, follow=True)) == PAGES[0]
    assert [one for one in old if one in page.replace(" ", "")] == []
    assert opens(with_password)


@pytest.mark.ignore_template_errors
def test_other_phone_closes_the_admin_in_other_sessions(with_phone, with_password, with_factor):
    other = with_factor(Client(), with_phone)
    assert opens(other)
    confirm(with_password, code())
    response = with_password.post(PAGES[0], {"do": "phone"}, follow=True)
    assert last(response).startswith(PAGES[1])
    secret = "".join(re.search(r"<b>([A-Z2-7 ]+)</b>", response.content.decode())[1].split())
    with_password.post(PAGES[1], {"code": code(secret)})
    assert (opens(with_password), opens(other)) == (True, False)


@pytest.mark.ignore_template_errors
def test_second_factor_of_the_former_session_is_forgotten_at_log_out(admin_client, admin_user):
    assert opens(admin_client)
    admin_client.post("/deconnexion/")
    admin_client.force_login(admin_user)
    assert not opens(admin_client)


@pytest.mark.parametrize("address", PAGES)
def test_pages_do_not_exist_for_a_member_of_a_team(as_alice, programme, address):
    assert as_alice.get(address).status_code == 404
    assert as_alice.post(address, {"do": "phone"}).status_code == 404
    assert "facteur" not in as_alice.get("/compte/").content.decode()
    assert as_alice.get(programme.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_pages_ask_who_is_not_logged_in_to_enter(client, address):
    assert client.get(address).url == f"/gestion/login/?next={address}"


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("target", ["https://exemple.fr/", "//exemple.fr/", "javascript:alert(1)"])
def test_code_never_leads_off_the_site(with_phone, with_password, target):
    assert confirm(with_password, code(), f"?next={target}") == ADMIN


@pytest.mark.parametrize(
    "address",
    ["/accounts/login/", "/compte/signup/", "/compte/email/", "/compte/password/reset/",
     "/compte/login/", "/compte/password/change/", "/compte/reauthenticate/"],
)  # fmt: skip
def test_no_page_of_allauth_is_there(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.ignore_template_errors
def test_secrets_and_addresses_are_not_in_the_admin(admin_client):
    for address in ("/gestion/mfa/authenticator/", "/gestion/account/emailaddress/"):
        assert admin_client.get(address).status_code == 404
