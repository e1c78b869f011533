"""Two people choose, or answer, on one page at once: in words what clashes, and two ways on."""

import pytest
from django.test import Client
from django.urls import reverse

from programmes.enums import Cause, Finding, Role
from programmes.models import Answer, Change
from proposals.models import Question
from tests.pages import plain, text_of
from tests.programmes.forms import resend

FIRST = "services-essentiels-hors-reseau"
PLAN, DAY, MAP = "pcs-rupture-reseaux", "journee-hors-reseau", "cartographie-dependances"
WATER, PLAN_EXISTS = "gestion_eau", "pcs_existe"
# The button that leaves the team's; the rows are named by the page itself.
LEAVE = {"conflit": "le-leur"}


@pytest.fixture
def as_bob(programme, bob):
    programme.memberships.filter(user=bob).update(role=Role.WRITER, alias="Bob")
    client = Client()
    client.force_login(bob)
    return client


@pytest.fixture
def choices(programme):
    return reverse("programmes:choose", args=[programme.pk, FIRST])


@pytest.fixture
def questions(programme):
    return reverse("programmes:questions", args=[programme.pk, FIRST])


@pytest.fixture
def two_choices(as_alice, as_bob, choices, take):
    """Bob has declined the plan; alice says on an older page that it is done, and takes a day."""
    (plan,) = take(PLAN)
    opened = as_alice.get(choices)
    resend(
        as_bob, choices, as_bob.get(choices),
        {f"{PLAN}-status": "declined", f"{PLAN}-reason": "Trop cher"},
    )  # fmt: skip
    typed = {
        f"{PLAN}-status": "done", f"{PLAN}-reason": "Depuis 2024", f"{DAY}-status": "discussed",
    }  # fmt: skip
    return plan, resend(as_alice, choices, opened, typed)


def choice(commitment) -> tuple[str, str]:
    commitment.refresh_from_db()
    return commitment.status, commitment.reason


def taken(programme) -> dict[str, str]:
    return dict(programme.commitments.values_list("measure", "status"))


def said(response) -> str:
    return plain(text_of(response))


def test_clash_tells_what_was_there_what_the_team_has_saved_and_what_was_typed(
    two_choices, programme
):
    plan, late = two_choices
    assert late.status_code == 409
    words = "Au départ Retenue L’équipe Écartée : Trop cher Vous Déjà fait : Depuis 2024"
    assert words in said(late)
    assert (choice(plan), taken(programme)) == (("declined", "Trop cher"), {PLAN: "declined"})


def test_saving_again_keeps_mine(as_alice, two_choices, choices, programme):
    plan, late = two_choices
    assert resend(as_alice, choices, late, {}).status_code == 302
    assert choice(plan) == ("done", "Depuis 2024")
    assert taken(programme) == {PLAN: "done", DAY: "discussed"}


def test_leaving_theirs_saves_the_rest_and_keeps_my_words_in_the_history(
    as_alice, two_choices, choices, programme
):
    plan, late = two_choices
    response = resend(as_alice, choices, late, LEAVE)
    assert response.status_code == 302
    assert choice(plan) == ("declined", "Trop cher")
    assert taken(programme) == {PLAN: "declined", DAY: "discussed"}
    page = said(as_alice.get(response.url))
    assert "Vous aviez noté « Déjà fait : Depuis 2024 », gardé dans l’historique." in page
    aside = Change.objects.of(plan).get(cause=Cause.SET_ASIDE)
    assert (aside.state["status"], aside.state["reason"]) == ("done", "Depuis 2024")
    again = as_alice.get(plan.get_absolute_url(), {"reprendre": aside.pk}).content.decode()
    assert 'value="Depuis 2024"' in again


def test_words_for_a_measure_that_the_team_has_withdrawn_are_told_in_whole(
    as_alice, as_bob, choices, programme, take
):
    take(PLAN)
    opened = as_alice.get(choices)
    resend(as_bob, choices, as_bob.get(choices), {f"{PLAN}-status": "undecided"})
    words = "Les habitants y tiennent. " * 11
    late = resend(as_alice, choices, opened, {f"{PLAN}-reason": words})
    assert "Au départ Retenue L’équipe Pas encore décidé Vous Pas encore décidé : Les" in said(late)
    left = resend(as_alice, choices, late, LEAVE)
    assert f"Vous aviez noté « Pas encore décidé : {words.strip()} »" in said(
        as_alice.get(left.url)
    )
    assert taken(programme) == {}


def test_a_third_change_while_the_clash_is_read_is_asked_for_too_and_nothing_is_lost(
    as_alice, as_bob, two_choices, choices, programme
):
    plan, late = two_choices
    resend(as_bob, choices, as_bob.get(choices), {f"{DAY}-status": "retained"})
    third = resend(as_alice, choices, late, LEAVE)
    assert third.status_code == 409
    assert "L’équipe Écartée : Trop cher Vous Déjà fait : Depuis 2024" in said(third)
    assert "Au départ Pas encore décidé L’équipe Retenue Vous À discuter" in said(third)
    assert not Change.objects.of(plan).filter(cause=Cause.SET_ASIDE).exists()
    assert resend(as_alice, choices, third, LEAVE).status_code == 302
    assert taken(programme) == {PLAN: "declined", DAY: "retained"}


@pytest.mark.parametrize("named", ["", "nulle-part", "x" * 5000, "\0"])
def test_naming_no_row_of_the_page_leaves_nothing_and_saves(
    as_alice, choices, programme, take, named
):
    (plan,) = take(PLAN)
    data = {f"{PLAN}-status": "done", "conflit": "le-leur", "cede": named}
    assert as_alice.post(choices, data).status_code == 302
    assert choice(plan) == ("done", "")


def test_typed_status_that_is_none_is_not_set_aside_as_one(as_alice, choices, take):
    (plan,) = take(PLAN)
    data = {f"{PLAN}-status": "peut-être", f"{PLAN}-reason": "À voir", **LEAVE, "cede": PLAN}
    assert as_alice.post(choices, data).status_code == 302
    aside = Change.objects.of(plan).get(cause=Cause.SET_ASIDE)
    assert (aside.state["status"], aside.state["reason"]) == ("retained", "À voir")


def test_choice_that_i_did_not_touch_leaves_my_colleagues(as_alice, as_bob, choices, take):
    (plan,) = take(PLAN)
    opened = as_alice.get(choices)
    resend(as_bob, choices, as_bob.get(choices), {f"{PLAN}-status": "declined"})
    assert resend(as_alice, choices, opened, {f"{DAY}-status": "done"}).status_code == 302
    assert choice(plan) == ("declined", "")


# Answers


def answer(programme, slug, value, note=""):
    return Answer.objects.create(
        programme=programme, slug=slug, text=Question.objects.get(slug=slug).text,
        value=value, note=note,
    )  # fmt: skip


def answers(programme) -> dict[str, tuple[str, str]]:
    return {row.slug: (row.value, row.note) for row in programme.answers.all()}


@pytest.fixture
def two_answers(as_alice, questions, programme):
    opened = as_alice.get(questions)
    answer(programme, WATER, Finding.FINE, "La régie")
    typed = {
        f"{WATER}-value": "to-do", f"{WATER}-note": "Le syndicat", f"{PLAN_EXISTS}-value": "fine",
    }  # fmt: skip
    return resend(as_alice, questions, opened, typed)


def test_clash_of_answers_tells_all_three_in_words(two_answers, programme):
    assert two_answers.status_code == 409
    assert (
        "Au départ Pas de réponse L’équipe Tout va bien ici : La régie"
        " Vous Il y a à faire ici : Le syndicat"
    ) in said(two_answers)
    assert answers(programme) == {WATER: ("fine", "La régie")}


def test_leaving_the_teams_answer_saves_the_rest_and_shows_what_was_typed(
    as_alice, two_answers, questions, programme
):
    response = resend(as_alice, questions, two_answers, LEAVE)
    assert response.status_code == 302
    assert answers(programme) == {WATER: ("fine", "La régie"), PLAN_EXISTS: ("fine", "")}
    page = said(as_alice.get(response.url))
    words = "Vous aviez noté « Il y a à faire ici : Le syndicat », gardé dans l’historique."
    assert words in page


def test_saving_again_keeps_my_answer(as_alice, two_answers, questions, programme):
    assert resend(as_alice, questions, two_answers, {}).status_code == 302
    assert answers(programme) == {WATER: ("to-do", "Le syndicat"), PLAN_EXISTS: ("fine", "")}
