"""The catalogue moves on, and a team takes, keeps or puts together."""

import html
import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes import updates
from programmes.enums import Role
from programmes.models import Commitment
from proposals.models import Measure, Release, Wording
from proposals.releases import record_revisions
from tests.pages import plain, text_of
from tests.programmes.forms import adapt

PLAN = "pcs-rupture-reseaux"
DAY = "journee-hors-reseau"
MAP = "cartographie-dependances"


@pytest.fixture
def publish():
    """The catalogue says something else of a measure, in a new edition."""

    def publish(slug, note="", **texts):
        if "title" in texts:
            Measure.objects.filter(pk=slug).update(title=texts.pop("title"))
        Wording.objects.filter(measure=slug).update(**texts)
        number = str(Release.objects.count() + 1)
        Release.objects.create(number=f"2099.{number}", date=date(2099, 1, int(number)), note=note)
        record_revisions(Release.objects.first())

    return publish


def page_of(commitment):
    return reverse("programmes:update", args=[commitment.programme_id, commitment.pk])


def answer(client, commitment, answer, **typed):
    """Sends the page of an update as it is shown, with one of its buttons."""
    page = client.get(page_of(commitment)).content.decode()
    fields = dict(re.findall(r'type="hidden" name="(version|revision)" value="(\d+)"', page))
    texts = re.findall(r'<textarea name="(\w+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    data = {name: html.unescape(text) for name, text in texts} | fields | typed
    return client.post(page_of(commitment), data | {"answer": answer})


def test_nothing_changes_by_itself_and_the_team_is_told(as_alice, programme, take, publish):
    (plan,) = take(PLAN)
    before = plan.shown("text")
    publish(PLAN, text="Un texte tout neuf.")
    assert programme.commitments.get().shown("text") == before
    home = plain(text_of(as_alice.get(programme.get_absolute_url())))
    assert "Le catalogue a changé 1 texte que vous avez pris" in home


def test_untouched_texts_are_taken_by_one_button(as_alice, programme, take, publish):
    take(PLAN, DAY)
    publish(PLAN, text="Le plan, neuf.")
    publish(DAY, text="La journée, neuve.")
    address = reverse("programmes:updates", args=[programme.pk])
    marks = re.findall(r'name="take" value="([\d-]+)"', as_alice.get(address).content.decode())
    as_alice.post(reverse("programmes:take-untouched", args=[programme.pk]), {"take": marks})
    texts = programme.commitments.in_order().values_list("base_text", flat=True)
    assert list(texts) == ["Le plan, neuf.", "La journée, neuve."]
    assert updates.waiting(programme) == []
    assert {row.fidelity for row in programme.commitments.all()} == {"as-is"}


def test_text_that_was_rewritten_meanwhile_is_not_taken_by_the_one_button(
    as_alice, programme, take, publish
):
    (plan,) = take(PLAN)
    publish(PLAN, text="Le plan, neuf.")
    address = reverse("programmes:updates", args=[programme.pk])
    marks = re.findall(r'name="take" value="([\d-]+)"', as_alice.get(address).content.decode())
    adapt(as_alice, plan, text="Nos mots.")
    as_alice.post(reverse("programmes:take-untouched", args=[programme.pk]), {"take": marks})
    plan.refresh_from_db()
    assert (plan.text, plan.base_text == "Le plan, neuf.") == ("Nos mots.", False)


def test_changes_on_both_sides_are_put_together_sentence_by_sentence(as_alice, take, publish):
    (plan,) = take(PLAN)
    Commitment.objects.update(
        base_text="Le plan tient en quatre pages. Il coûte 300 euros. Il est sur papier.",
        text="Le plan tient en quatre pages. Il coûte 300 euros. Il est sur papier, en mairie.",
    )
    publish(PLAN, text="Le plan tient en quatre pages. Il coûte 450 euros. Il est sur papier.")
    answer(as_alice, plan, "both")
    plan.refresh_from_db()
    assert plan.text == (
        "Le plan tient en quatre pages. Il coûte 450 euros. Il est sur papier, en mairie."
    )
    assert plan.base_text.startswith("Le plan tient en quatre pages. Il coûte 450")
    assert plan.fidelity == "adapted"


def test_sentence_that_both_changed_is_shown_twice_to_be_settled(as_alice, take, publish):
    (plan,) = take(PLAN)
    Commitment.objects.update(base_text="Il coûte 300 euros.", text="Il nous coûte 300 euros.")
    publish(PLAN, text="Il coûte 450 euros.")
    page = text_of(as_alice.get(page_of(plan)))
    assert "Vous et le catalogue avez changé la même phrase." in page
    assert "Il nous coûte 300 euros. Il coûte 450 euros." in page
    answer(as_alice, plan, "both", text="Il nous coûte 450 euros.")
    plan.refresh_from_db()
    assert plan.text == "Il nous coûte 450 euros."


def test_taking_the_catalogues_text_keeps_ours_in_the_history(as_alice, take, publish):
    (plan,) = take(PLAN)
    adapt(as_alice, plan, text="Nos mots.")
    publish(PLAN, text="Le plan, neuf.")
    answer(as_alice, plan, "take")
    plan.refresh_from_db()
    assert (plan.text, plan.base_text, plan.fidelity) == ("", "Le plan, neuf.", "as-is")
    assert plan.changes.filter(state__text="Nos mots.").exists()


def test_refusal_holds_until_the_catalogue_changes_again(as_alice, programme, take, publish):
    (plan,) = take(PLAN)
    adapt(as_alice, plan, text="Nos mots.")
    publish(PLAN, text="Le plan, neuf.")
    answer(as_alice, plan, "keep")
    plan.refresh_from_db()
    assert plan.text == "Nos mots."
    assert updates.waiting(programme) == []
    publish(PLAN, text="Le plan, encore plus neuf.")
    assert [update.new_text("text") for update in updates.waiting(programme)] == [
        "Le plan, encore plus neuf."
    ]


@pytest.mark.parametrize("given", ["take", "keep", "both"])
def test_every_answer_can_be_undone(as_alice, programme, take, publish, given):
    (plan,) = take(PLAN)
    adapt(as_alice, plan, text="Nos mots.")
    before = Commitment.objects.get().state()
    publish(PLAN, text="Le plan, neuf.")
    answer(as_alice, plan, given, text="Les deux.")
    newest = plan.changes.first()
    as_alice.post(reverse("programmes:undo-update", args=[programme.pk, newest.pk]))
    assert Commitment.objects.get().state() == before
    assert len(updates.waiting(programme)) == 1


def test_values_of_parameters_are_never_touched_and_new_ones_come_along(
    as_alice, programme, take, publish
):
    (plan,) = take(PLAN)
    adapt(as_alice, plan, reglage_delai_revision_mois="9")
    Measure.objects.get(pk=PLAN).parameters.create(
        slug="classeurs", label="Classeurs", type="integer", default="3", basis="editorial"
    )
    publish(PLAN, text="Sous {delai_revision_mois}, {classeurs} classeurs.")
    answer(as_alice, plan, "take")
    plan = Commitment.objects.get()
    assert plan.shown("text") == "Sous 9\u00a0mois, 3 classeurs."


def test_own_commitments_and_declined_measures_are_asked_nothing(programme, take, publish):
    take(PLAN, status="declined")
    publish(PLAN, text="Le plan, neuf.")
    assert updates.waiting(programme) == []
    Commitment.objects.update(measure=None, status="retained")
    assert updates.waiting(programme) == []


def test_measure_that_was_renamed_goes_on_under_its_successor(as_alice, programme, take, publish):
    (plan,) = take(PLAN)
    adapt(as_alice, plan, text="Nos mots.")
    Measure.objects.filter(pk=PLAN).update(retired=True, successor=MAP)
    (update,) = updates.waiting(programme)
    assert update.is_successor
    assert "cette mesure a laissé place à" in text_of(as_alice.get(page_of(plan)))
    answer(as_alice, plan, "take")
    assert programme.commitments.get().measure_id == MAP


def test_successor_that_the_team_has_already_is_not_taken_twice(programme, take):
    take(PLAN, MAP)
    Measure.objects.filter(pk=PLAN).update(retired=True, successor=MAP)
    assert updates.waiting(programme) == []


def test_chain_of_successors_is_followed_and_a_circle_ends(programme, take):
    take(PLAN)
    Measure.objects.filter(pk=PLAN).update(retired=True, successor=DAY)
    Measure.objects.filter(pk=DAY).update(retired=True, successor=MAP)
    assert [update.measure.pk for update in updates.waiting(programme)] == [MAP]
    Measure.objects.filter(pk=MAP).update(retired=True, successor=PLAN)
    assert updates.waiting(programme) == []


def test_measure_withdrawn_without_successor_is_told_and_stays(as_alice, programme, take):
    (plan,) = take(PLAN)
    Measure.objects.filter(pk=PLAN).update(retired=True)
    page = text_of(as_alice.get(reverse("programmes:updates", args=[programme.pk])))
    assert "Retirées du catalogue" in page
    assert plan.shown_title in page
    assert as_alice.get(page_of(plan)).status_code == 302


def test_text_that_changed_while_it_was_read_is_shown_again(as_alice, take, publish):
    (plan,) = take(PLAN)
    adapt(as_alice, plan, text="Nos mots.")
    publish(PLAN, text="Le plan, neuf.")
    stale = {"version": "1", "revision": "1", "text": "Réunis.", "answer": "both"}
    late = as_alice.post(page_of(plan), stale)
    assert late.status_code == 409
    assert "Réunis.</textarea>" in late.content.decode()
    assert Commitment.objects.get().text == "Nos mots."


def saved_by_bob(programme, commitment, **changes):
    """Bob saves a commitment that alice has on her screen at its first version."""
    bob = programme.memberships.get(user__username="bob")
    programme.memberships.filter(pk=bob.pk).update(role=Role.WRITER, alias="Bob")
    client = Client()
    client.force_login(bob.user)
    assert adapt(client, commitment, **changes).status_code == 302


def test_stale_page_tells_who_has_saved_since_and_which_words(as_alice, programme, take, publish):
    (plan,) = take(PLAN)
    publish(PLAN, text="Le plan, neuf.")
    saved_by_bob(programme, plan, text="Les mots de Bob.")
    stale = {"version": "1", "revision": updates.waiting(programme)[0].revision.pk}
    late = as_alice.post(page_of(plan), stale | {"text": "Réunis.", "answer": "both"})
    assert late.status_code == 409
    page = plain(text_of(late))
    said = r"Bob a enregistré le \d+(er)? \w+ à \d+ h( \d\d)? : textes et réglages\."
    assert re.search(said, page)
    assert "Le catalogue a changé encore une fois" not in page
    told = page.split("Texte, ce que l’équipe vient de changer")[1].split("Ce que le catalogue")[0]
    assert "ajouté : Les mots de Bob." in told
    assert "Réunis." not in page.split("Ce que vous aviez changé")[1].split("</textarea>")[0][:300]


def test_stale_answer_tells_who_has_saved(as_alice, programme, take, publish):
    (plan,) = take(PLAN)
    publish(PLAN, text="Le plan, neuf.")
    saved_by_bob(programme, plan, text="Les mots de Bob.")
    revision = updates.waiting(programme)[0].revision.pk
    late = {"version": "1", "revision": revision, "answer": "take"}
    page = plain(text_of(as_alice.post(page_of(plan), late, follow=True)))
    assert re.search(r"Bob a enregistré à \d+ h( \d\d)? pendant que vous lisiez \(textes", page)
    assert Commitment.objects.get().text == "Les mots de Bob."


def test_edition_that_came_meanwhile_is_told(as_alice, programme, take, publish):
    (plan,) = take(PLAN)
    publish(PLAN, text="Le plan, neuf.")
    first = updates.waiting(programme)[0].revision.pk
    publish(PLAN, text="Le plan, plus neuf.")
    typed = {"version": "1", "revision": first, "text": "Réunis.", "answer": "both"}
    late = as_alice.post(page_of(plan), typed)
    assert late.status_code == 409
    assert "Le catalogue a changé encore une fois" in plain(text_of(late))
    assert "a enregistré le" not in plain(text_of(late))


@pytest.mark.parametrize("version", ["", "0", "-1", "999999999999999", "un", "9" * 5000])
def test_version_that_never_was_is_told_without_a_name(as_alice, take, publish, version):
    (plan,) = take(PLAN)
    publish(PLAN, text="Le plan, neuf.")
    typed = {"version": version, "revision": "1", "text": "Réunis.", "answer": "take"}
    page = plain(text_of(as_alice.post(page_of(plan), typed, follow=True)))
    assert "Le texte ou le catalogue a changé pendant que vous lisiez" in page
    both = as_alice.post(page_of(plan), typed | {"answer": "both"})
    assert both.status_code in (200, 409)
    assert Commitment.objects.get().text == ""


def test_colleagues_save_that_touches_no_text_does_not_hold_the_update_up(
    as_alice, programme, take, publish
):
    (plan,) = take(PLAN)
    publish(PLAN, text="Le plan, neuf.")
    saved_by_bob(programme, plan, horizon="mid-term")
    revision = updates.waiting(programme)[0].revision.pk
    typed = {"version": "1", "revision": revision, "text": "Réunis.", "answer": "both"}
    assert as_alice.post(page_of(plan), typed).status_code == 302
    plan.refresh_from_db()
    assert (plan.text, plan.horizon) == ("Réunis.", "mid-term")


def test_united_text_that_is_too_long_is_kept_in_its_box(as_alice, take, publish):
    (plan,) = take(PLAN)
    publish(PLAN, title="Un titre neuf")
    page = answer(as_alice, plan, "both", title="x" * 91)
    assert page.status_code == 200
    assert "x" * 91 in page.content.decode()


def test_title_of_the_measure_is_updated_too(as_alice, take, publish):
    (plan,) = take(PLAN)
    publish(PLAN, title="Un titre neuf")
    answer(as_alice, plan, "take")
    assert Commitment.objects.get().shown_title == "Un titre neuf"


def test_list_asks_as_many_questions_for_one_as_for_three(as_alice, programme, take, publish):
    counts = []
    for slug in (PLAN, DAY, MAP):
        take(slug)
        publish(slug, text="Neuf.")
        with CaptureQueriesContext(connection) as asked:
            as_alice.get(reverse("programmes:updates", args=[programme.pk]))
        counts.append(len(asked))
    assert counts[0] == counts[2]


def test_two_measures_that_have_become_one_leave_the_second_as_it_is(as_alice, programme, take):
    take(PLAN, DAY)
    Measure.objects.filter(pk__in=[PLAN, DAY]).update(retired=True, successor=MAP)
    (update,) = updates.waiting(programme)
    address = reverse("programmes:take-untouched", args=[programme.pk])
    assert as_alice.post(address, {"take": [update.mark]}).status_code == 302
    assert set(programme.commitments.values_list("measure", flat=True)) == {MAP, DAY}


def test_update_leaves_the_place_that_a_colleague_gave_meanwhile(programme, take, publish):
    (plan,) = take(PLAN)
    publish(PLAN, text="Le plan, neuf.")
    (update,) = updates.waiting(programme)
    Commitment.objects.update(position=7)
    assert update.commitment.claim(update.commitment.version)
    updates.take(update)
    plan.refresh_from_db()
    assert plan.position == 7


def test_note_of_the_release_reaches_the_team_once_however_many_texts_it_changed(
    as_alice, programme, take, publish
):
    plan, _ = take(PLAN, DAY)
    publish(PLAN, text="Le plan, neuf.", note="La loi a changé : relisez.")
    publish(DAY, text="La journée, neuve.")
    edition = "/editions/principal/2099.2/"
    page = as_alice.get(reverse("programmes:updates", args=[programme.pk]))
    said = "Édition 2099.2 du 2 janvier 2099 : La loi a changé : relisez."
    assert plain(text_of(page)).count(said) == 1
    assert f'<a href="{edition}">Édition 2099.2</a>' in page.content.decode()
    # The second edition is named without a note; its own page tells what it changed.
    assert '<a href="/editions/principal/2099.3/">Édition 2099.3</a>' in page.content.decode()
    one = as_alice.get(page_of(plan))
    assert "Les associations en disent : La loi a changé : relisez." in plain(text_of(one))
    assert f'<a href="{edition}">édition 2099.2</a>' in one.content.decode()


def test_release_without_a_note_says_nothing_of_it(as_alice, take, publish):
    (plan,) = take(PLAN)
    publish(PLAN, text="Le plan, neuf.")
    assert "Les associations en disent" not in text_of(as_alice.get(page_of(plan)))


def test_answer_can_be_undone_from_the_contents_when_nothing_waits_any_more(
    as_alice, programme, take, publish
):
    (plan,) = take(PLAN)
    publish(PLAN, text="Le plan, neuf.")
    answer(as_alice, plan, "take")
    home = as_alice.get(programme.get_absolute_url()).content.decode()
    address = reverse("programmes:updates", args=[programme.pk])
    assert f'<a href="{address}">Mises à jour du catalogue</a>' in home
    undo = reverse("programmes:undo-update", args=[programme.pk, plan.changes.first().pk])
    assert f'action="{undo}"' in as_alice.get(address).content.decode()


def test_settings_are_read_by_their_values_and_kept_in_the_box(as_alice, take, publish):
    (plan,) = take(PLAN)
    adapt(as_alice, plan, reglage_delai_revision_mois="9")
    Measure.objects.get(pk=PLAN).parameters.create(
        slug="classeurs", label="Classeurs", type="integer", default="3", basis="editorial",
        unit="classeurs",
    )  # fmt: skip
    Commitment.objects.update(
        base_text="Relu sous {delai_revision_mois}.", text="Nous le relirons {delai_revision_mois}."
    )
    publish(PLAN, text="Relu sous {delai_revision_mois}, dans {classeurs}, à {commune}.")
    page = as_alice.get(page_of(plan))
    box = page.content.decode().split("<textarea", 1)[1]
    said = plain(text_of(page))
    assert "Relu sous 9 mois [ajouté : , dans 3 classeurs, à Barsac ] ." in said
    assert "Vous : Nous le relirons 9 mois." in said
    assert "Le catalogue : Relu sous 9 mois, dans 3 classeurs, à Barsac." in said
    assert "Nous le relirons {delai_revision_mois}." in html.unescape(box)
    assert "gardez les mots entre accolades, votre réglage s’y met tout seul" in said


def test_nothing_is_said_of_braces_where_there_is_no_setting(as_alice, take, publish):
    (plan,) = take(PLAN)
    plan.parameters.all().delete()
    publish(PLAN, text="Le plan, neuf.")
    assert "accolades" not in text_of(as_alice.get(page_of(plan)))
