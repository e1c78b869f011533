"""Inviting, joining, changing roles, leaving."""

import html
import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from programmes import team
from programmes.enums import Role
from programmes.models import Invitation, Membership
from tests.pages import html_of, plain, text_of


@pytest.fixture
def alice_member(programme, alice):
    return programme.memberships.get(user=alice)


@pytest.fixture
def invitation(alice_member):
    return team.invite(alice_member, Role.WRITER, "Dora")


def join_page(token):
    return reverse("programmes:join", args=[token])


def card_on(response) -> list[str]:
    return [html.unescape(text) for text in re.findall(r"<b>(.*?)</b>", response.content.decode())]


def test_invitation_is_shown_once_as_a_link_and_as_six_words(as_alice, programme):
    address = reverse("programmes:team", args=[programme.pk])
    page = as_alice.post(address, {"alias": "Dora", "role": "writer"}, follow=True)
    link = re.search(r'href="(http://testserver/invitation/[a-z-]+/)"', page.content.decode())[1]
    words = card_on(page)[1].split()
    assert link == f"http://testserver/invitation/{'-'.join(words)}/"
    assert len(words) == 6
    del as_alice.cookies["invitation"]
    again = as_alice.get(page.redirect_chain[0][0], follow=True)
    assert "Cette invitation a déjà été montrée." in text_of(again)


def test_form_sent_twice_invites_once_and_hands_the_words_over_once(as_alice, programme):
    address = reverse("programmes:team", args=[programme.pk])
    data = {"alias": "Dora", "role": "writer", "envoi": "clef-de-la-page"}
    first, second = as_alice.post(address, data), as_alice.post(address, data)
    assert (first.url, Invitation.objects.count()) == (second.url, 1)
    assert ("invitation" in first.cookies, "invitation" in second.cookies) == (True, False)


def test_token_is_kept_nowhere(invitation):
    known, token = invitation
    assert token not in str(Invitation.objects.values().get())
    assert known.token_hash == team.hash_token(token)


def test_scanner_of_links_uses_nothing_up(client, invitation, programme):
    _, token = invitation
    for _ in range(10):
        assert client.get(join_page(token)).status_code == 200
        client.head(join_page(token))
    joined = client.post(join_page(token), {"alias": "Dora", "consent": "on"}, follow=True)
    assert "Bienvenue dans l’équipe." in text_of(joined)
    assert list(programme.memberships.values_list("alias", "role")) == [
        ("Coordination", "coordinator"), ("Équipe", "reader"), ("Dora", "writer"),
    ]  # fmt: skip


def test_new_member_gets_a_card_that_opens_the_programme(client, invitation, programme):
    _, token = invitation
    identifier, phrase, *_ = card_on(
        client.post(join_page(token), {"alias": "Dora", "consent": "on"}, follow=True)
    )
    browser = Client()
    browser.post("/connexion/", {"identifier": identifier, "passphrase": phrase})
    assert browser.get(programme.get_absolute_url()).status_code == 200


def test_person_with_a_card_joins_with_it(client, charlie, invitation, programme):
    _, token = invitation
    client.force_login(charlie)
    response = client.post(join_page(token), {"alias": "Charlie", "consent": "on"})
    assert response.url == programme.get_absolute_url()
    assert programme.memberships.get(user=charlie).role == Role.WRITER


def test_words_typed_from_the_card_lead_to_the_invitation(client, invitation):
    _, token = invitation
    typed = token.replace("-", "  ").upper()
    response = client.post(reverse("programmes:join-by-words"), {"words": typed})
    assert response.url == join_page(token)


def test_invitation_serves_once(client, invitation):
    _, token = invitation
    client.post(join_page(token), {"alias": "Dora", "consent": "on"})
    late = Client().post(join_page(token), {"alias": "Emma", "consent": "on"})
    assert late.status_code == 404
    assert "Cette invitation n’est plus valable" in text_of(late)


def test_double_click_makes_one_member_and_shows_one_card(client, invitation, programme):
    _, token = invitation
    sent = {"alias": "Dora", "consent": "on", "envoi": "clef-de-la-page"}
    first, second = (
        browser.post(join_page(token), sent, follow=True) for browser in (client, Client())
    )
    assert programme.memberships.filter(alias="Dora").count() == 1
    assert card_on(first) == card_on(second) != []


def test_expired_and_withdrawn_invitations_open_nothing(as_alice, client, invitation, programme):
    known, token = invitation
    late = timezone.now() - timedelta(seconds=1)
    Invitation.objects.update(expires_at=late)
    assert Client().post(join_page(token), {"alias": "Dora", "consent": "on"}).status_code == 404
    Invitation.objects.update(expires_at=timezone.now() + timedelta(days=1))
    as_alice.post(reverse("programmes:withdraw-invitation", args=[programme.pk, known.pk]))
    assert Client().get(join_page(token)).status_code == 404
    assert Membership.objects.count() == 2


@pytest.mark.parametrize("how", ["role", "leaves"])
def test_invitation_falls_with_the_right_of_who_made_it(
    programme, alice_member, bob, invitation, how
):
    _, token = invitation
    team.give_role(programme, programme.memberships.get(user=bob), Role.COORDINATOR)
    if how == "role":
        team.give_role(programme, alice_member, Role.WRITER)
    else:
        team.part(programme, alice_member)
    assert Client().get(join_page(token)).status_code == 404


def test_who_has_just_left_gets_no_role_and_leaves_once(programme, bob):
    seen, seen_too, known = (programme.memberships.get(user=bob) for _ in range(3))
    assert team.part(programme, known) is True
    assert team.give_role(programme, seen, Role.WRITER) is False
    assert team.give_role(programme, seen, Role.COORDINATOR) is False
    assert team.part(programme, seen_too) is False
    assert programme.memberships.count() == 1


def test_every_altered_letter_of_a_token_closes_it(client, invitation):
    _, token = invitation
    for place, letter in enumerate(token):
        altered = token[:place] + ("z" if letter != "z" else "a") + token[place + 1 :]
        assert client.get(join_page(altered)).status_code == 404


@pytest.mark.parametrize("token", ["x", "-", "a" * 500, "é‮", "1-2-3-4-5-6"])
def test_invented_token_is_answered_plainly(client, db, token):
    assert client.get(join_page(token)).status_code == 404


def test_page_of_an_invitation_tells_its_address_to_no_other_site(client, invitation):
    """Not « no-referrer »: browsers then send a form with « Origin: null », which CSRF refuses."""
    _, token = invitation
    assert client.get(join_page(token))["Referrer-Policy"] == "same-origin"


def test_member_who_follows_an_invitation_leaves_it_for_somebody_else(as_alice, invitation):
    _, token = invitation
    page = as_alice.post(join_page(token), {"alias": "Alice bis", "consent": "on"}, follow=True)
    assert "Vous êtes déjà dans cette équipe." in text_of(page)
    assert Client().get(join_page(token)).status_code == 200


def test_two_people_of_a_team_have_two_names(client, invitation):
    _, token = invitation
    page = client.post(join_page(token), {"alias": " coordination ", "consent": "on"})
    assert "Quelqu’un de l’équipe s’appelle déjà ainsi" in plain(text_of(page))


def test_last_coordinator_hands_over_before_she_leaves(as_alice, programme, alice_member, bob):
    leave = reverse("programmes:part", args=[programme.pk, alice_member.pk])
    page = as_alice.post(leave, follow=True)
    assert "Il faut au moins une personne à la coordination" in text_of(page)
    role = reverse("programmes:give-role", args=[programme.pk, alice_member.pk])
    as_alice.post(role, {"role": "reader"})
    assert programme.memberships.get(pk=alice_member.pk).role == Role.COORDINATOR
    his = programme.memberships.get(user=bob)
    as_alice.post(
        reverse("programmes:give-role", args=[programme.pk, his.pk]), {"role": "coordinator"}
    )
    assert as_alice.post(leave).url == reverse("programmes:list")
    assert as_alice.get(programme.get_absolute_url()).status_code == 404


def test_invented_role_changes_nothing(as_alice, programme, bob):
    his = programme.memberships.get(user=bob)
    role = reverse("programmes:give-role", args=[programme.pk, his.pk])
    page = as_alice.post(role, {"role": "reine"}, follow=True)
    assert "Choisissez un rôle dans la liste." in text_of(page)
    assert programme.memberships.get(user=bob).role == Role.READER


def test_member_of_another_team_is_not_touched(as_alice, programme, charlie, grenoble):
    from programmes import actions

    actions.open_programme(grenoble, charlie)
    foreign = Membership.objects.get(user=charlie)
    for name in ("give-role", "part"):
        address = reverse(f"programmes:{name}", args=[programme.pk, foreign.pk])
        assert as_alice.post(address, {"role": "reader"}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.role == Role.COORDINATOR


def test_table_of_powers_is_shown_to_the_team(as_alice, programme):
    page = text_of(as_alice.get(reverse("programmes:team", args=[programme.pk])))
    assert "Commenter, aussi au nom de quelqu’un oui oui oui" in page
    assert (
        "Inviter, donner les rôles, publier, fusionner, supprimer le programme oui non non" in page
    )


def test_former_name_stays_under_what_it_signed(as_alice, programme, take):
    from tests.programmes.forms import adapt

    (plan,) = take("pcs-rupture-reseaux")
    adapt(as_alice, plan, text="Nos mots.")
    as_alice.post(reverse("programmes:rename", args=[programme.pk]), {"moi-alias": "Ali"})
    plan.refresh_from_db()
    adapt(as_alice, plan, text="Encore.")
    signed = plan.changes.filter(cause="edited").order_by("pk").values_list("alias", flat=True)
    assert list(signed) == ["Coordination", "Ali"]


def test_page_of_a_large_team_begins_with_a_way_to_the_invitation(as_alice, programme):
    address, link = reverse("programmes:team", args=[programme.pk]), 'href="#inviter"'
    before = html_of(as_alice.get(address)).count(link)
    for name in ("un", "deux", "trois"):
        user = get_user_model().objects.create_user(name)
        Membership.objects.create(programme=programme, user=user, role="reader", alias=name)
    assert (before, html_of(as_alice.get(address)).count(link)) == (0, 1)


def test_team_page_asks_as_many_questions_for_one_member_as_for_three(as_alice, programme):
    counts = []
    address = reverse("programmes:team", args=[programme.pk])
    programme.memberships.exclude(role=Role.COORDINATOR).delete()
    for name in ("un", "deux", "trois"):
        with CaptureQueriesContext(connection) as asked:
            as_alice.get(address)
        counts.append(len(asked))
        user = get_user_model().objects.create_user(name)
        Membership.objects.create(programme=programme, user=user, role="reader", alias=name)
    assert counts[0] == counts[2]
