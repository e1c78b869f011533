"""« Mon accès »: card, address, sessions; what the host does for who has lost everything."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError
from django.test import Client
from django.urls import reverse

from tests.pages import errors_of, text_of

CHANGE = {"action": "make_card"}


@pytest.fixture
def with_mail(settings):
    settings.HAS_MAIL = True


def card_on(response) -> list[str]:
    return re.findall(r"<dd><b>(.*?)</b></dd>", response.content.decode())


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def is_logged_in(client) -> bool:
    return client.get("/compte/").status_code == 200


@pytest.mark.parametrize("address", ["/compte/", "/compte/carte/"])
def test_page_is_for_who_is_logged_in(client, db, address):
    assert client.get(address).url == f"/connexion/?next={address}"


def test_page_names_the_identifier_and_the_programmes(as_alice, programme):
    page = text_of(as_alice.get("/compte/"))
    assert "Identifiant alice" in page
    assert "Barsac" in page


def test_page_asks_as_much_for_three_programmes_as_for_one(
    as_alice, alice, programme, grenoble, django_assert_num_queries
):
    from programmes import actions

    with django_assert_num_queries(4):
        as_alice.get("/compte/")
    actions.open_programme(grenoble, alice)
    actions.open_programme(grenoble, alice)
    with django_assert_num_queries(4):
        as_alice.get("/compte/")


def test_new_card_is_shown_until_noted_and_closes_other_sessions(as_alice, alice):
    other = logged_in(alice)
    response = as_alice.post("/compte/carte/nouvelle/", follow=True)
    identifier, passphrase = card_on(response)
    assert identifier == "alice"
    assert (is_logged_in(as_alice), is_logged_in(other)) == (True, False)
    assert passphrase in as_alice.get("/compte/carte/").content.decode()
    assert as_alice.post("/compte/carte/").url == "/compte/"
    assert as_alice.get("/compte/carte/").url == "/compte/"
    card = {"identifier": identifier, "passphrase": passphrase}
    assert other.post("/connexion/", card).status_code == 302


def test_card_of_one_person_is_not_shown_to_the_next_on_the_same_computer(as_alice, bob):
    as_alice.post("/compte/carte/nouvelle/")
    cookie = as_alice.cookies["carte"].value
    as_bob = logged_in(bob)
    as_bob.cookies["carte"] = cookie
    assert as_bob.get("/compte/carte/").url == "/compte/"


def test_closing_other_sessions_leaves_this_one_and_those_of_others(as_alice, alice, bob):
    others, as_bob = [logged_in(alice), logged_in(alice)], logged_in(bob)
    response = as_alice.post("/compte/sessions/", follow=True)
    assert "Vos autres sessions sont fermées" in text_of(response)
    assert [is_logged_in(client) for client in others] == [False, False]
    assert (is_logged_in(as_alice), is_logged_in(as_bob)) == (True, True)


@pytest.mark.parametrize("address", ["/compte/carte/nouvelle/", "/compte/sessions/"])
def test_nothing_changes_by_looking(as_alice, address):
    assert as_alice.get(address).status_code == 405


# The address


def test_without_mail_no_address_is_asked_for_or_kept(as_alice, alice):
    assert "courriel (facultatif)" not in text_of(as_alice.get("/compte/"))
    as_alice.post("/compte/", {"email": "alice@exemple.fr"})
    alice.refresh_from_db()
    assert alice.email == ""


def test_address_of_former_times_can_be_taken_away_without_mail(as_alice, alice):
    get_user_model().objects.filter(pk=alice.pk).update(email="alice@exemple.fr")
    assert "alice@exemple.fr est encore gardée" in text_of(as_alice.get("/compte/"))
    as_alice.post("/compte/", {"email": ""})
    alice.refresh_from_db()
    assert alice.email == ""


def test_address_is_added_changed_and_taken_away(with_mail, as_alice, alice):
    kept = []
    for typed in ("alice@exemple.fr", " camille@exemple.org ", ""):
        assert as_alice.post("/compte/", {"email": typed}).url == "/compte/"
        alice.refresh_from_db()
        kept.append(alice.email)
    assert kept == ["alice@exemple.fr", "camille@exemple.org", ""]


@pytest.mark.parametrize(
    "typed",
    [
        "alice", "alice@", "@exemple.fr", "alice@exemple.fr\nBcc: x@exemple.fr",
        "alice@exemple.fr,bob@exemple.fr", "a" * 300 + "@exemple.fr", "<script>@exemple.fr",
    ],
)  # fmt: skip
def test_wrong_address_is_explained_and_shown_again(with_mail, as_alice, alice, typed):
    response = as_alice.post("/compte/", {"email": typed})
    assert errors_of(response)[0].split(" ")[0] in {"Écrivez", "311"}
    assert typed.split("\n")[0].split("<")[0] in response.content.decode()
    alice.refresh_from_db()
    assert alice.email == ""


def test_address_typed_in_a_closed_session_is_not_lost(with_mail, client, alice):
    response = client.post("/compte/", {"email": "alice@exemple.fr"})
    assert response.status_code == 401
    assert 'name="email" value="alice@exemple.fr"' in response.content.decode()


# The host


@pytest.fixture
def users_page(db):
    return reverse("admin:auth_user_changelist")


@pytest.mark.ignore_template_errors
def test_host_makes_a_card_after_one_question(admin_client, users_page, alice):
    old = alice.password
    choice = {**CHANGE, "_selected_action": alice.pk}
    assert "Une nouvelle carte pour alice" in text_of(admin_client.post(users_page, choice))
    alice.refresh_from_db()
    assert alice.password == old
    response = admin_client.post(users_page, {**choice, "confirmed": "1"})
    passphrase = re.search(r"Phrase.: <strong>(.*?)</strong>", response.content.decode())[1]
    assert "no-store" in response.headers["Cache-Control"]
    card = {"identifier": "alice", "passphrase": passphrase}
    assert Client().post("/connexion/", card).status_code == 302


@pytest.mark.ignore_template_errors
def test_host_makes_one_card_at_a_time(admin_client, users_page, alice, bob):
    chosen = {**CHANGE, "_selected_action": [alice.pk, bob.pk], "confirmed": "1"}
    response = admin_client.post(users_page, chosen, follow=True)
    assert "Choisissez une seule personne." in text_of(response)


@pytest.mark.ignore_template_errors
def test_staff_makes_no_card_of_staff(client, with_factor, users_page, admin_user):
    from django.contrib.auth.models import Permission

    helper = get_user_model().objects.create_user("aide", is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename__in=["change_user"]))
    with_factor(client, helper)
    chosen = {**CHANGE, "_selected_action": admin_user.pk, "confirmed": "1"}
    assert client.post(users_page, chosen).status_code == 403
    chosen["action"] = "remove_factor"
    client.post(users_page, chosen)
    assert helper.authenticator_set.count() == 1


@pytest.mark.ignore_template_errors
def test_accounts_in_the_admin_show_no_address(admin_client, users_page, alice):
    get_user_model().objects.filter(pk=alice.pk).update(email="alice@exemple.fr", last_name="Roux")
    for address in (users_page, reverse("admin:auth_user_change", args=[alice.pk])):
        page = admin_client.get(address).content.decode()
        assert ("alice@exemple.fr" in page, "Roux" in page) == (False, False)
    assert len(admin_client.get(users_page, {"q": "exemple.fr"}).context["cl"].result_list) == 0


def test_host_makes_a_card_from_the_command_line(management, alice, client):
    said = dict(line.split(": ") for line in management("new_card", "alice").splitlines())
    card = {"identifier": said["identifiant"], "passphrase": said["phrase"]}
    assert client.post("/connexion/", card).status_code == 302


def test_command_removes_the_second_factor(management, admin_client, admin_user):
    management("new_card", "admin", remove_factor=True)
    assert admin_user.authenticator_set.count() == 0


def test_command_names_an_unknown_identifier(management, db):
    with pytest.raises(CommandError, match="Personne n’a l’identifiant « rien »"):
        management("new_card", "rien")
