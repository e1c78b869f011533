"""Two curators on one page."""

import pytest
from django.urls import reverse

from proposals.catalogue import from_rows
from proposals.desk import drafts
from proposals.desk import models as desk
from proposals.desk.enums import Cause, Role
from proposals.desk.models import EntryChange, Measure, Source, Wording
from tests.pages import text_of
from tests.proposals.admin.pages import data_of

from .conftest import MEASURE

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
URL = reverse("admin:desk_measure_change", args=[MEASURE])
SETTLE = reverse("admin:desk_conflict")


def begun(client) -> dict:
    """The form as somebody has it open, with the version that it shows."""
    response = client.get(URL)
    assert 'name="initial-position"' in response.content.decode()
    data = data_of(response)
    guards = {"version": response.context["version"], "initial-position": data["position"]}
    return {**data, **guards}


def hidden(response) -> dict:
    return {"scelle": response.context["sealed"], "present": response.context["present"]}


def test_corrections_at_two_places_are_brought_together(editor, correct, drafted):
    form = begun(editor)
    correct(horizon="term")
    response = editor.post(URL, {**form, "title": "Prévoir la panne"}, follow=True)
    assert (drafted()["title"], drafted()["horizon"]) == ("Prévoir la panne", "term")
    assert "les deux corrections sont enregistrées" in text_of(response)
    assert EntryChange.objects.first().cause == "merge"


def test_what_does_not_hold_once_brought_together_is_told(editor, correct):
    other = "journee-hors-reseau"
    Wording.objects.filter(measure=other, is_default=True).update(text="À {personne}.")
    form = begun(editor)
    correct(horizon="term")
    response = editor.post(URL, {**form, "title": "Prévoir la panne"}, follow=True)
    assert f"Mesure « {other} », texte : accolades inconnues « {{personne}} »." in text_of(response)


def test_corrections_that_do_not_hold_together_give_the_page_again(editor, correct, drafted):
    correct(retired=True)
    form = begun(editor)
    correct(retired=False)
    response = editor.post(URL, {**form, "successor": "journee-hors-reseau"})
    assert response.status_code == 200
    assert response.context["adminform"].form.non_field_errors() == [
        f"Mesure « {MEASURE} », remplacée par : une mesure a un successeur : ajouter"
        " « retired: true »."
    ]
    assert (drafted()["retired"], drafted()["successor"]) == (False, None)


def test_a_passage_that_both_changed_is_asked_for(editor, correct, drafted):
    old = drafted()["title"]
    form = begun(editor)
    correct(title="Leur titre")
    response = editor.post(URL, {**form, "title": "Mon titre"})
    assert response.status_code == 409
    page = text_of(response)
    assert all(words in page for words in (old, "Leur titre", "Mon titre"))
    assert "enregistrées" not in page
    # Nothing of it is written before one has chosen.
    assert drafted()["title"] == "Leur titre"


@pytest.mark.parametrize(
    ("choice", "title"), [("theirs", "Mon titre"), ("ours", "Leur titre"), ("texte", "Les deux")]
)
def test_what_is_chosen_is_written_with_what_only_one_changed(
    editor, correct, drafted, choice, title
):
    form = begun(editor)
    correct(title="Leur titre", horizon="term")
    asked = editor.post(URL, {**form, "title": "Mon titre", "budget_note": "Une note à moi."})
    sent = {**hidden(asked), "choix-0": choice, "texte-0": "Les deux"}
    assert editor.post(SETTLE, sent).status_code == 302
    assert drafted()["title"] == title
    assert (drafted()["horizon"], drafted()["budget_note"]) == ("term", "Une note à moi.")


def test_a_third_correction_meanwhile_is_asked_for_again(editor, correct, drafted):
    form = begun(editor)
    correct(title="Leur titre")
    asked = editor.post(URL, {**form, "title": "Mon titre"})
    correct(title="Un troisième")
    again = editor.post(SETTLE, {**hidden(asked), "choix-0": "theirs"})
    assert again.status_code == 409
    assert "Un troisième" in text_of(again)
    assert drafted()["title"] == "Un troisième"


def test_a_text_too_long_is_told_and_stays(editor, correct, drafted):
    form = begun(editor)
    correct(title="Leur titre")
    asked = editor.post(URL, {**form, "title": "Mon titre"})
    sent = {**hidden(asked), "choix-0": "texte", "texte-0": "x" * 91}
    again = editor.post(SETTLE, sent)
    assert again.status_code == 409
    assert "91 signes, 90 au plus" in text_of(again)
    assert "<title>Erreur\u00a0: Deux corrections" in again.content.decode()
    assert "x" * 91 in again.content.decode()


def test_faults_of_the_form_come_first_and_keep_the_version(editor, correct):
    form = begun(editor)
    correct(title="Leur titre")
    response = editor.post(URL, {**form, "title": ""})
    assert response.status_code == 200
    assert response.context["version"] == form["version"]


def test_what_was_sealed_by_somebody_else_is_refused(editor):
    assert editor.post(SETTLE, {"scelle": "eyJ9:x:y", "present": ""}).status_code == 404


def test_what_a_correction_names_and_somebody_deleted_is_told(editor, correct, drafted):
    Source.objects.create(slug="neuve", title="Neuve")
    form = begun(editor)
    correct(title="Leur titre")
    cited = {"title": "Mon titre", "legal_bases-0-source": "neuve"}
    asked = editor.post(URL, {**form, **cited})
    Source.objects.filter(slug="neuve").delete()
    again = editor.post(SETTLE, {**hidden(asked), "choix-0": "theirs"})
    assert again.status_code == 409
    assert "supprimée entre-temps" in text_of(again)
    assert drafted()["title"] == "Leur titre"


@pytest.mark.parametrize(("choice", "titles"), [("ours", []), ("theirs", ["Mon titre"])])
def test_an_entry_that_somebody_deleted_stays_so_or_comes_back(editor, choice, titles):
    neuve = Source.objects.create(slug="neuve", title="Neuve")
    url = reverse("admin:desk_source_change", args=["neuve"])
    response = editor.get(url)
    form = {**data_of(response), "version": response.context["version"]}
    edited = {"cause": Cause.ADMIN, "role": Role.EDITOR}
    drafts.edit("source", "neuve", lambda value: {**value, "title": "Leur titre"}, **edited)
    asked = editor.post(url, {**form, "title": "Mon titre"})
    neuve.delete()
    # The page asks anew, now that the entry is gone.
    asked = editor.post(SETTLE, {**hidden(asked), "choix-0": choice})
    assert editor.post(SETTLE, {**hidden(asked), "choix-0": choice}).status_code == 302
    assert [row.title for row in Source.objects.filter(slug="neuve")] == titles


@pytest.fixture
def order():
    """Of the measures under the proposal of ours."""
    proposal = Measure.objects.get(pk=MEASURE).proposal_id
    return lambda: from_rows.entry(desk, "order", proposal)


def test_a_move_is_brought_together_with_a_correction_too(editor, correct, drafted, order):
    *_, last = range(len(order()))
    form = begun(editor)
    correct(horizon="term")
    editor.post(URL, {**form, "position": last})
    assert order()[last] == MEASURE
    assert drafted()["horizon"] == "term"


def test_a_move_stays_when_a_passage_is_asked_for(editor, correct, drafted, order):
    *_, last = range(len(order()))
    form = begun(editor)
    correct(title="Leur titre")
    editor.post(URL, {**form, "title": "Mon titre", "position": last})
    assert order()[last] == MEASURE
    assert drafted()["title"] == "Leur titre"


def test_who_corrects_a_text_does_not_take_back_a_move(editor, drafted, order):
    form = begun(editor)
    moved = [*(slug for slug in order() if slug != MEASURE), MEASURE]
    assert order() != moved
    for position, slug in enumerate(moved):
        Measure.objects.filter(pk=slug).update(position=position)
    editor.post(URL, {**form, "title": "Mon titre"})
    assert (drafted()["title"], order()) == ("Mon titre", moved)


def test_a_part_on_its_own_page_is_guarded_by_its_measure(editor, correct, drafted):
    from proposals.desk.models import Wording

    wording = Wording.objects.get(measure=MEASURE, is_default=True)
    url = reverse("admin:desk_wording_change", args=[wording.pk])
    response = editor.get(url)
    form = {**data_of(response), "version": response.context["version"]}
    correct(text="Leur texte.")
    response = editor.post(url, {**form, "text": "Mon texte."})
    assert response.status_code == 409
    assert drafted()["text"] == "Leur texte."


def test_nothing_chosen_is_asked_again(editor, correct, drafted):
    form = begun(editor)
    correct(title="Leur titre")
    asked = editor.post(URL, {**form, "title": "Mon titre"})
    again = editor.post(SETTLE, hidden(asked))
    assert again.status_code == 409
    assert "hoisissez l’un de ces textes" in text_of(again)
    assert drafted()["title"] == "Leur titre"


def test_a_row_that_another_took_away_stays_away_and_the_rest_is_saved(editor, correct, drafted):
    form = begun(editor)
    kept, *others = drafted()["pitches"]
    assert others
    correct(pitches=[kept])
    response = editor.post(URL, {**form, "title": "Mon titre"})
    assert response.status_code == 302
    assert (drafted()["title"], drafted()["pitches"]) == ("Mon titre", [kept])


def test_a_row_that_one_rewrote_and_another_took_away_is_asked_for(editor, correct, drafted):
    form = begun(editor)
    kept = drafted()["pitches"][0]
    correct(pitches=[kept])
    response = editor.post(URL, {**form, "pitches-1-text": "Un argument tout autre."})
    assert response.status_code == 409
    (asked,) = response.context["questions"]
    assert "Un argument tout autre." in str(asked.conflict.theirs)
    editor.post(SETTLE, {**hidden(response), "choix-0": "theirs"})
    assert drafted()["pitches"][:2] == [kept, "Un argument tout autre."]
