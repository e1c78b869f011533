"""What was written before, and how one comes back to it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from desescalade import typography
from desescalade.markdown import MAX_CHARACTERS
from programmes import actions, history
from programmes.enums import Cause
from programmes.models import Change, Commitment
from programmes.models.programme import ProgrammeQuerySet
from tests.pages import Page, html_of, plain, text_of
from tests.programmes.forms import adapt, arrange, resend, save_settings

FIRST = "services-essentiels-hors-reseau"
PLAN = "pcs-rupture-reseaux"
DAY = "journee-hors-reseau"


def history_of(commitment):
    return reverse("programmes:history", args=[commitment.programme_id, commitment.pk])


def test_history_tells_who_wrote_what_and_marks_the_words(as_alice, programme, take):
    (plan,) = take(PLAN)
    programme.memberships.filter(user__username="alice").update(alias="Alice B.")
    adapt(as_alice, plan, text="Un plan tout neuf.")
    page = as_alice.get(history_of(plan))
    assert "Alice B." in text_of(page)
    assert "Un plan tout neuf." in text_of(page)
    assert "<ins>" in page.content.decode()
    assert "<del>" in page.content.decode()


def test_changes_stand_under_their_day(as_alice, programme, take):
    take(PLAN, DAY)
    last = programme.changes.latest("pk")
    earlier = timezone.now() - timedelta(days=40)
    programme.changes.exclude(pk=last.pk).update(at=earlier)
    response = as_alice.get(reverse("programmes:changes", args=[programme.pk]))
    days = re.findall(r"<h2>(.*?)</h2>", html_of(response))
    # The day of that moment: 40 days of 24 hours may cross a change of the clock.
    before = typography.date_in_words(timezone.localdate(earlier))
    assert days == [typography.date_in_words(timezone.localdate()), before]


def rewrite(client, commitment, texts):
    for text in texts:
        commitment.refresh_from_db()
        adapt(client, commitment, text=text)


def told(response) -> list[tuple[str, str]]:
    """Of each change on a page the words taken out and those put in, over all its fields."""
    return [
        tuple(
            "".join(
                piece.text
                for _, pieces in change.differences
                for piece in pieces
                if piece.kind == kind
            )
            for kind in ("removed", "added")
        )
        for change in response.context["page"]
    ]


@pytest.fixture
def read():
    """The versions that are read from the database while the test runs."""
    found = []

    def note(instance, **_):
        found.append(instance.version)

    post_init.connect(note, sender=Change)
    yield found
    post_init.disconnect(note, sender=Change)


def test_each_page_of_a_history_goes_on_from_the_version_before_it(as_alice, take):
    (plan,) = take(PLAN)
    rewrite(as_alice, plan, [str(n) for n in range(1, 13)])
    newest, older = (as_alice.get(history_of(plan), {"page": page}) for page in (1, 2))
    assert told(newest) == [(str(n - 1), str(n)) for n in range(12, 4, -1)]
    assert told(older)[:3] == [(str(n - 1), str(n)) for n in (4, 3, 2)]


def test_text_set_aside_is_no_version_to_go_on_from(as_alice, programme, take):
    (plan,) = take(PLAN)
    rewrite(as_alice, plan, ["1"])
    plan.refresh_from_db()
    plan.programme = programme
    history.set_aside(plan, {**plan.state(), "text": "lost"})
    rewrite(as_alice, plan, [str(n) for n in range(2, 10)])
    newest, older = (as_alice.get(history_of(plan), {"page": page}) for page in (1, 2))
    assert told(newest)[-1] == ("1", "2")
    assert told(older)[0] == ("1", "lost")


def test_page_of_a_history_reads_what_it_shows_and_one_version_more(as_alice, take, read):
    (plan,) = take(PLAN)
    rewrite(as_alice, plan, [str(n) for n in range(1, 13)])
    read.clear()
    as_alice.get(history_of(plan))
    assert sorted(read) == list(range(5, 14))


def test_page_of_all_changes_reads_what_it_shows_and_one_version_more(as_alice, programme, read):
    for n in range(1, 30):
        save_settings(as_alice, programme, list_name=str(n))
    read.clear()
    response = as_alice.get(reverse("programmes:changes", args=[programme.pk]))
    assert told(response) == [(str(n - 1), str(n)) for n in range(29, 4, -1)]
    assert len(read) == 26


def test_changes_without_any_of_the_settings_have_their_page_too(as_alice, programme, take):
    (plan,) = take(PLAN)
    rewrite(as_alice, plan, [str(n) for n in range(1, 28)])
    response = as_alice.get(reverse("programmes:changes", args=[programme.pk]))
    assert told(response) == [("", "")] * 25


def test_huge_text_that_was_set_aside_is_shown_in_part(as_alice, programme, take):
    (plan,) = take(PLAN)
    plan.programme = programme
    history.set_aside(plan, {**plan.state(), "text": "abc " * 25_000})
    page = as_alice.get(history_of(plan))
    assert "[Texte coupé ici : il dépasse 6 000 signes.]" in text_of(page)
    assert page.content.decode().count("abc ") == MAX_CHARACTERS / 4


def test_former_text_comes_back_by_one_button_and_the_other_stays(as_alice, take):
    (plan,) = take(PLAN)
    adapt(as_alice, plan, text="Le premier texte.", reglage_delai_revision_mois="9")
    plan.refresh_from_db()
    adapt(as_alice, plan, text="Le deuxième.", reglage_delai_revision_mois="12")
    first = Change.objects.of(plan).get(version=2)
    as_alice.post(reverse("programmes:restore", args=[plan.programme_id, first.pk]))
    plan.refresh_from_db()
    assert plan.text == "Le premier texte."
    assert plan.parameters.get(slug="delai_revision_mois").value == "9"
    assert Change.objects.of(plan).count() == 4


def test_former_order_comes_back(as_alice, programme, take):
    first, second = take(PLAN, DAY)
    arrange(as_alice, first.chapter, up=second.pk)
    arrange(as_alice, first.chapter, down=second.pk)
    before = Change.objects.of(first.chapter).get(version=2)
    as_alice.post(reverse("programmes:restore", args=[programme.pk, before.pk]))
    assert list(programme.commitments.in_order()) == [second, first]


def test_former_settings_come_back_and_dates_with_them(as_alice, programme):
    save_settings(as_alice, programme, list_name="Avant", vote_date="2027-03-14")
    save_settings(as_alice, programme, list_name="Après")
    before = Change.objects.of(programme).get(version=2)
    as_alice.post(reverse("programmes:restore", args=[programme.pk, before.pk]))
    programme.refresh_from_db()
    assert (programme.list_name, str(programme.vote_date)) == ("Avant", "2027-03-14")


def test_dropped_commitment_waits_in_the_bin_with_its_words(as_alice, programme, take):
    (plan,) = take(PLAN)
    adapt(as_alice, plan, text="Nos mots.")
    plan.refresh_from_db()
    actions.drop(plan)
    assert programme.commitments.count() == 0
    assert plan.shown_title in text_of(as_alice.get(reverse("programmes:bin", args=[programme.pk])))
    as_alice.post(reverse("programmes:bring-back", args=[programme.pk, plan.pk]))
    assert programme.commitments.get().text == "Nos mots."


def test_measure_chosen_again_comes_back_from_the_bin(programme, take):
    (plan,) = take(PLAN)
    plan.programme = programme
    actions.drop(plan)
    (again,) = take(PLAN)
    assert again.pk == plan.pk
    assert programme.commitments.count() == 1


def test_bin_is_emptied_after_a_month_and_its_history_with_it(programme, take):
    plan, day = take(PLAN, DAY)
    actions.drop(plan)
    actions.drop(day)
    Commitment.everything.filter(pk=plan.pk).update(dropped_at=timezone.now() - timedelta(days=31))
    actions.empty_bins()
    assert list(Commitment.everything.all()) == [day]
    assert Change.objects.filter(commitment=plan.pk).count() == 0


def test_what_is_brought_back_while_bins_are_emptied_stays(programme, take, monkeypatch):
    plan, _ = take(PLAN, DAY)
    Commitment.everything.update(dropped_at=timezone.now() - timedelta(days=31))
    waited = ProgrammeQuerySet.lock

    def lock(programmes, pk):
        """Somebody else had it until now."""
        waited(programmes, pk)
        Commitment.everything.filter(pk=plan.pk).update(dropped_at=None)

    monkeypatch.setattr(ProgrammeQuerySet, "lock", lock)
    actions.empty_bins()
    assert list(Commitment.everything.all()) == [plan]


@pytest.mark.parametrize("name", ["changes", "bin"])
def test_pages_of_the_past_ask_as_many_questions_for_one_as_for_three(
    as_alice, programme, take, name
):
    address = reverse(f"programmes:{name}", args=[programme.pk])
    counts = []
    for slug in (PLAN, DAY, "cartographie-dependances"):
        (row,) = take(slug)
        actions.drop(row)
        with CaptureQueriesContext(connection) as asked:
            as_alice.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[2]


def test_every_cause_has_its_words():
    assert [cause for cause in Cause if not cause.label] == []


# Answers to the diagnosis


def answer(client, programme, **typed):
    """Sends the page of questions as it is now; `gestion_eau__value="fine"`."""
    address = reverse("programmes:questions", args=[programme.pk, FIRST])
    changes = {name.replace("__", "-"): value for name, value in typed.items()}
    return resend(client, address, client.get(address), changes)


def states(programme) -> list[tuple[str, str]]:
    """What was answered before and after, from the first change on."""
    return [
        tuple("{value}|{note}".format(**change.state[side]) for side in ("before", "after"))
        for change in programme.changes.filter(cause=Cause.ANSWERED).order_by("pk")
    ]


def test_answers_are_told_with_their_question_and_the_words_that_changed(as_alice, programme):
    programme.memberships.filter(user__username="alice").update(alias="Alice B.")
    answer(as_alice, programme, gestion_eau__value="to-do", gestion_eau__note="La régie")
    answer(as_alice, programme, gestion_eau__note="Le syndicat")
    answer(as_alice, programme, gestion_eau__value="", gestion_eau__note="")
    assert states(programme) == [
        ("|", "to-do|La régie"), ("to-do|La régie", "to-do|Le syndicat"), ("to-do|Le syndicat", "|")
    ]  # fmt: skip
    change = programme.changes.filter(cause=Cause.ANSWERED).first()
    assert (change.version, change.alias) == (None, "Alice B.")
    page = as_alice.get(reverse("programmes:changes", args=[programme.pk]))
    shown = plain(text_of(page))
    assert "Qui gère l’eau, et combien d’heures" in shown
    assert told(page)[:3] == [
        ("Il y a à faire ici\u00a0: Le syndicat", "Pas de réponse"),
        ("La régie", "Le syndicat"),
        ("Pas de réponse", "Il y a à faire ici\u00a0: La régie"),
    ]
    assert "Réglages du programme" not in shown.split("Qui gère l’eau")[1]


def test_answer_that_gave_way_to_the_teams_is_in_the_history(as_alice, programme):
    address = reverse("programmes:questions", args=[programme.pk, FIRST])
    opened = as_alice.get(address)
    answer(as_alice, programme, gestion_eau__note="La régie")
    late = resend(as_alice, address, opened, {"gestion_eau-note": "Le syndicat"})
    resend(as_alice, address, late, {"conflit": "le-leur"})
    left = programme.changes.get(cause=Cause.ANSWER_LEFT)
    assert (left.state["before"]["note"], left.state["after"]["note"]) == (
        "La régie", "Le syndicat",
    )  # fmt: skip
    page = plain(text_of(as_alice.get(reverse("programmes:changes", args=[programme.pk]))))
    assert ", réponse mise de côté " in page
    assert " Pas de réponse : Le syndicat" in page


def test_same_answer_given_twice_is_one_change(as_alice, programme):
    answer(as_alice, programme, gestion_eau__value="fine")
    answer(as_alice, programme, gestion_eau__value="fine")
    assert states(programme) == [("|", "fine|")]


def test_answer_is_no_version_of_the_settings_and_is_not_gone_back_to(as_alice, programme):
    save_settings(as_alice, programme, title="Premier")
    answer(as_alice, programme, gestion_eau__value="fine")
    save_settings(as_alice, programme, title="Second")
    page = as_alice.get(reverse("programmes:changes", args=[programme.pk]))
    assert told(page)[0] == ("Premier", "Second")
    assert [change.cause for change in Change.objects.of(programme)][:2] == ["settings"] * 2
    answered = programme.changes.get(cause=Cause.ANSWERED)
    address = reverse("programmes:restore", args=[programme.pk, answered.pk])
    assert as_alice.post(address).status_code == 404


def test_page_full_of_answers_keeps_to_the_budget_of_a_page_to_read(as_alice, programme):
    for number in range(25):
        said = [{"value": "fine", "note": f"{number} avant"}, {"value": "to-do", "note": "après"}]
        history.record_answer(programme, "Qui gère l’eau ?", *said)
    page = Page(as_alice.get(reverse("programmes:changes", args=[programme.pk])).content)
    assert (page.nodes <= 400, page.weight <= 14_000) == (True, True)
