"""« Supprimer mon accès »: what goes, what stays, and who must be asked first."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from programmes import actions, team
from programmes.enums import Role
from programmes.models import Change, Comment, Draft, Membership, Programme
from proposals.desk.models import JournalEntry
from tests.pages import errors_of, text_of
from tests.programmes.files import write
from tests.test_project import counted

ADDRESS = "/compte/supprimer/"
PLAN = "pcs-rupture-reseaux"
# In every field in which something of the person may stand.
MARK = "Zébulon-7391"


def agree(client, *programmes):
    return client.post(ADDRESS, {"sure": "on", "erased": [row.pk for row in programmes]})


def is_there(user) -> bool:
    return get_user_model().objects.filter(pk=user.pk).exists()


def coordinate(programme, user, alias="Deux"):
    return Membership.objects.create(
        programme=programme, user=user, role=Role.COORDINATOR, alias=alias
    )


def everything() -> dict[str, str]:
    """Every row of every table, as text; what models do not know of too."""
    found = {}
    for model in apps.get_models():
        rows = list(model._default_manager.values())
        found[model._meta.label] = json.dumps(rows, default=str, ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM desescalade_cache")
        found["cache"] = str(cursor.fetchall())
    sessions = [session.get_decoded() for session in Session.objects.all()]
    found["sessions"] = json.dumps(sessions)
    return found


def where(mark: str) -> list[str]:
    return [name for name, text in everything().items() if mark in text]


@pytest.fixture
def marked(programme, alice, charlie, take):
    """Alice has left her mark wherever an account can; charlie coordinates with her."""
    alice.username = alice.email = alice.first_name = MARK
    alice.save()
    coordinate(programme, charlie, "Charlie")
    programme.memberships.filter(user=alice).update(alias=MARK)
    (commitment,) = take(PLAN)
    commitment.programme.author = MARK
    write(commitment, text="Un texte qui reste.")
    for alias in (MARK, "Charlie"):
        said = Comment.objects.create(commitment=commitment, alias=alias, text="À voir.")
        said.resolve(alias)
    Draft.objects.create(user=alice, path="/compte/", typed={"email": [MARK]})
    Authenticator.objects.create(user=alice, type="totp", data={"secret": MARK})
    member = programme.memberships.get(user=alice)
    team.invite(member, Role.READER, MARK)
    return programme


def test_nothing_in_any_table_tells_of_who_is_gone(marked, alice, client):
    for browser in (Client(), client):
        browser.force_login(alice)
    client.post("/compte/donnees/")
    assert len(where(MARK)) >= 6
    number = alice.pk
    assert agree(client).url == "/"
    assert where(MARK) == []
    assert not Membership.objects.filter(user_id=number).exists()
    assert [s for s in Session.objects.all() if s.get_decoded().get("_auth_user_id")] == []


def test_texts_stay_in_the_team_and_are_signed_with_the_role(marked, alice, charlie, client):
    client.force_login(alice)
    agree(client)
    signature = "Quelqu’un de l’équipe (coordination)"
    assert marked.commitments.get().text == "Un texte qui reste."
    assert Change.objects.filter(programme=marked, alias=signature).exists()
    comments = Comment.objects.order_by("pk")
    assert [(c.alias, c.resolved_by) for c in comments] == [
        (signature, signature),
        ("Charlie", "Charlie"),
    ]
    client.force_login(charlie)
    assert signature in text_of(client.get(f"/programmes/{marked.pk}/historique/"))


def test_who_bore_the_name_before_keeps_what_she_signed(marked, alice, client):
    now = {"after_change": Change.objects.latest("pk").pk}
    now |= {"after_comment": Comment.objects.latest("pk").pk, "joined_at": timezone.now()}
    marked.memberships.filter(user=alice).update(**now)
    client.force_login(alice)
    agree(client)
    assert sorted(where(MARK)) == ["programmes.Change", "programmes.Comment"]


def test_page_says_first_what_goes_and_what_stays_and_offers_the_archive(marked, alice, client):
    client.force_login(alice)
    page = client.get(ADDRESS)
    assert 'action="/compte/donnees/"' in page.content.decode()
    assert "Ces programmes continuent sans vous" in text_of(page)
    assert "À effacer avec votre accès" not in text_of(page)
    assert f'href="{ADDRESS}"' in client.get("/compte/").content.decode()


def test_looking_changes_nothing_and_an_empty_form_neither(marked, alice, client):
    client.force_login(alice)
    client.get(ADDRESS)
    response = client.post(ADDRESS)
    assert errors_of(response) == ["Cochez cette case pour continuer."]
    assert "Erreur" in response.content.decode().partition("</title>")[0]
    assert is_there(alice)


def test_page_is_for_who_is_logged_in(db):
    assert Client().get(ADDRESS).url == f"/connexion/?next={ADDRESS}"


def test_the_other_browsers_are_logged_out_and_what_they_keep_is_cleared(marked, alice, client):
    other = Client()
    other.force_login(alice)
    client.force_login(alice)
    response = agree(client)
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert other.get("/compte/").status_code == client.get("/compte/").status_code == 302


# Programmes that nobody else could open


def test_programme_of_one_person_goes_only_when_she_says_so(as_alice, alice, programme, bob):
    programme.memberships.filter(user=bob).delete()
    assert "À effacer avec votre accès" in text_of(as_alice.get(ADDRESS))
    response = agree(as_alice)
    assert errors_of(response)[0].startswith("Cochez chacun de ces programmes")
    assert is_there(alice)
    assert agree(as_alice, programme).url == "/"
    assert not is_there(alice)
    assert not Programme.objects.exists()


def test_each_of_several_has_to_be_agreed_to(as_alice, alice, programme, bob, grenoble):
    programme.memberships.filter(user=bob).delete()
    second, _, _ = actions.open_programme(grenoble, alice)
    assert agree(as_alice, second).status_code == 200
    assert is_there(alice)
    assert agree(as_alice, second, programme).status_code == 302
    assert not Programme.objects.exists()


def test_programme_in_the_bin_that_only_she_could_bring_back_goes_too(as_alice, alice, programme):
    programme.drop()
    assert "dans la corbeille" in text_of(as_alice.get(ADDRESS))
    assert agree(as_alice, programme).status_code == 302
    assert not Programme.objects.exists()


@pytest.mark.parametrize("typed", ["", "inconnu", "9" * 400, "<b>", "-1"])
def test_programmes_that_are_not_hers_are_never_erased(
    as_alice, programme, charlie, grenoble, typed
):
    coordinate(programme, charlie)
    theirs, _, _ = actions.open_programme(grenoble, charlie)
    as_alice.post(ADDRESS, {"sure": "on", "erased": [typed, theirs.pk, programme.pk]})
    assert Programme.objects.count() == 2


def test_programme_of_another_team_beside_ones_own_is_refused(
    as_alice, alice, programme, bob, charlie, grenoble
):
    programme.memberships.filter(user=bob).delete()
    theirs, _, _ = actions.open_programme(grenoble, charlie)
    response = agree(as_alice, programme, theirs)
    assert errors_of(response)[0].startswith("Vos programmes ont changé")
    assert (is_there(alice), Programme.objects.count()) == (True, 2)


# A team that would be left without anybody to coordinate


def test_last_coordinator_passes_the_role_on_first(as_alice, alice, programme, bob):
    page = as_alice.get(ADDRESS)
    assert f'href="/programmes/{programme.pk}/equipe/"' in page.content.decode()
    assert 'name="sure"' not in page.content.decode()
    assert agree(as_alice, programme).status_code == 200
    assert is_there(alice)
    programme.memberships.filter(user=bob).update(role=Role.COORDINATOR)
    assert agree(as_alice).status_code == 302
    assert list(programme.memberships.values_list("user", flat=True)) == [bob.pk]


def test_team_that_changed_since_the_page_was_opened_stops_the_closing(alice, programme):
    with pytest.raises(actions.Unsettled):
        actions.close_account(alice, [programme.pk])
    assert (is_there(alice), Programme.objects.count()) == (True, 1)


def test_reader_leaves_without_being_asked(client, bob, programme):
    client.force_login(bob)
    assert agree(client).status_code == 302
    assert not is_there(bob)
    assert programme.memberships.count() == 1


# The desk


def test_last_main_account_stays(client, admin_user, db):
    client.force_login(admin_user)
    assert "dernier compte principal" in text_of(client.get(ADDRESS))
    assert agree(client).status_code == 200
    assert is_there(admin_user)


def test_one_main_account_of_two_goes_and_the_journal_names_nobody(client, admin_user, db):
    get_user_model().objects.create_superuser("seconde", password="phrase")
    client.force_login(admin_user)
    assert agree(client).status_code == 302
    last = JournalEntry.objects.first()
    assert last.subject == "compte supprimé par la personne"
    assert not is_there(admin_user)


# Queries


def test_page_asks_as_much_for_three_programmes_as_for_one(as_alice, alice, programme, grenoble):
    one = counted(as_alice, ADDRESS)
    actions.open_programme(grenoble, alice)
    actions.open_programme(grenoble, alice)
    assert counted(as_alice, ADDRESS) == one
