"""What is done to accounts stands in the journal: what and which role, and no name."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from proposals.desk.models import JournalEntry

# Django's own admin templates read variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

PHRASE = "une longue phrase de passe"


def address(what: str, *args) -> str:
    return reverse(f"admin:auth_user_{what}", args=args)


def lines() -> list[tuple[str, str, str]]:
    found = JournalEntry.objects.exclude(verb="loaded").order_by("pk")
    return list(found.values_list("role", "verb", "subject"))


def told(*subjects: str) -> list[tuple[str, str, str]]:
    return [("reviewer", "access", subject) for subject in subjects]


def save(client, person, **changes) -> None:
    """Sends the page of an account as a browser would, with these boxes otherwise."""
    form = client.get(address("change", person.pk)).context["adminform"].form
    data = {
        "username": person.username,
        "last_login_0": "", "last_login_1": "",
        "date_joined_0": "2026-11-22", "date_joined_1": "10:00:00",
        "groups": [group.pk for group in person.groups.all()],
        "user_permissions": [right.pk for right in person.user_permissions.all()],
        **{name: "on" for name in ("is_active", "is_staff", "is_superuser") if form.initial[name]},
        **changes,
    }  # fmt: skip
    data = {name: value for name, value in data.items() if value is not None}
    assert client.post(address("change", person.pk), data).status_code == 302


def group(name: str) -> Group:
    return Group.objects.get(name=name)


def test_a_new_account(admin_client):
    data = {"username": "zoé", "usable_password": "true", "password1": PHRASE, "password2": PHRASE}
    assert admin_client.post(address("add"), data).status_code == 302
    assert get_user_model().objects.filter(username="zoé").exists() is True
    assert lines() == told("compte ouvert")


def test_staff_and_role_given_and_taken(admin_client, bob):
    save(admin_client, bob, is_staff="on", groups=[group("Relecture").pk])
    save(admin_client, bob, groups=[group("Rédaction").pk])
    save(admin_client, bob, is_staff=None, groups=[])
    assert lines() == told(
        "statut équipe donné",
        "rôle Relecture donné",
        "rôle Relecture retiré",
        "rôle Rédaction donné",
        "statut équipe retiré",
        "rôle Rédaction retiré",
    )


def test_all_rights_single_rights_and_closing(admin_client, bob):
    save(admin_client, bob, is_superuser="on")
    save(admin_client, bob, is_superuser=None)
    save(admin_client, bob, user_permissions=[Permission.objects.first().pk])
    save(admin_client, bob, is_active=None)
    save(admin_client, bob, is_active="on")
    assert lines() == told(
        "tous les droits donnés",
        "tous les droits retirés",
        "droits particuliers changés",
        "compte fermé",
        "compte rouvert",
    )


def test_an_account_saved_as_it_is_leaves_no_line(admin_client, bob):
    save(admin_client, bob)
    assert lines() == []


def test_what_is_refused_leaves_no_line(admin_client, bob):
    admin_client.post(address("change", bob.pk), {"username": "", "is_staff": "on"})
    assert lines() == []


def test_deleting_one_and_several(admin_client, alice, bob, charlie):
    admin_client.post(address("delete", bob.pk), {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [alice.pk, charlie.pk]}
    admin_client.post(address("changelist"), {**chosen, "post": "yes"})
    assert lines() == told(*["compte supprimé"] * 3)


def test_a_password_changed_and_one_that_is_refused(admin_client, bob):
    page = reverse("admin:auth_user_password_change", args=[bob.pk])
    sent = {"usable_password": "true", "set-password": "x", "password1": PHRASE}
    admin_client.post(page, {**sent, "password2": "autre"})
    assert lines() == []
    assert admin_client.post(page, {**sent, "password2": PHRASE}).status_code == 302
    assert lines() == told("mot de passe changé")


def test_a_card_and_a_second_factor(admin_client, admin_user, bob):
    chosen = {"_selected_action": [bob.pk]}
    admin_client.post(address("changelist"), {**chosen, "action": "make_card"})
    assert lines() == []
    admin_client.post(address("changelist"), {**chosen, "action": "make_card", "confirmed": "1"})
    removed = {"_selected_action": [admin_user.pk], "action": "remove_factor"}
    admin_client.post(address("changelist"), removed)
    assert lines() == told("nouvelle carte d’accès", "second facteur retiré")


def test_no_line_names_anybody(admin_client, bob):
    save(admin_client, bob, is_staff="on", groups=[group("Relecture").pk])
    line = JournalEntry.objects.first()
    assert str(line) == "a changé un accès : rôle Relecture donné"
    assert "bob" not in " ".join(subject for _, _, subject in lines())
