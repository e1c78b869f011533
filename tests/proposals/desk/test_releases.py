"""Publishing from the desk, and taking it back."""

import pytest

from proposals import announcing, releases
from proposals.catalogue import from_rows
from proposals.desk import models as desk
from proposals.desk import reviewing
from proposals.desk.enums import Role
from proposals.desk.models import EntryChange, JournalEntry, Review
from proposals.models import Measure, Release, Source, WordingRevision
from tests.pages import plain, text_of

from .conftest import MEASURE

pytestmark = pytest.mark.django_db
KEY = ("measure", MEASURE)


def publish(*keys, number="1.1", **how):
    return releases.publish(
        keys or [KEY], number=number, note="Une correction.", role=Role.REVIEWER, **how
    )


def public_title() -> str:
    return Measure.objects.get(pk=MEASURE).title


def test_a_correction_at_the_desk_changes_nothing_for_the_public(correct):
    before = public_title()
    correct(title="Prévoir la panne")
    assert public_title() == before
    assert [draft.key for draft in reviewing.waiting()] == [KEY]


def test_a_release_brings_the_draft_to_the_public_with_one_revision_per_changed_text(correct):
    revisions = WordingRevision.objects.count()
    entry_count = len(Measure.objects.get(pk=MEASURE).wordings.all())
    correct(title="Prévoir la panne")
    release = publish()
    assert public_title() == "Prévoir la panne"
    # The title is part of what each wording says.
    assert WordingRevision.objects.count() == revisions + entry_count
    assert release.revisions.count() == entry_count
    assert reviewing.waiting() == []


def test_a_release_keeps_what_was_before_and_after(correct):
    before = public_title()
    correct(title="Prévoir la panne")
    row = publish().entries.get()
    assert (row.kind, row.key) == KEY
    assert (row.before["title"], row.after["title"]) == (before, "Prévoir la panne")


def test_only_what_was_chosen_is_published(correct):
    other = Measure.objects.exclude(pk=MEASURE).first().pk
    correct(title="Prévoir la panne")
    correct(other, title="Autre titre")
    publish()
    assert [draft.slug for draft in reviewing.waiting()] == [other]


def test_what_would_not_hold_together_is_refused_whole(correct, drafted):
    """A text that cites a source which stays a draft."""
    from proposals.desk.models import Source as DeskSource

    DeskSource.objects.create(slug="neuve", title="Neuve")
    bases = [
        {
            "instrument": "Arrêté", "reference": None, "note": None,
            "confidence": "sure", "source": "neuve",
        }
    ]  # fmt: skip
    correct(legal_bases=bases)
    with pytest.raises(releases.NotPublishable) as caught:
        publish()
    assert caught.value.sentences == [
        f"Mesure « {MEASURE} », base légale 1 › source : source inconnue « neuve »."
    ]
    assert Release.objects.count() == 1
    publish(KEY, ("source", "neuve"))
    assert Source.objects.filter(pk="neuve").exists()


def test_purposes_and_related_measures_may_change_places(correct, drafted):
    purposes, related = drafted()["purposes"], drafted()["related"]
    assert len(purposes) > 1
    correct(purposes=purposes[::-1], related=related[::-1])
    publish()
    assert drafted()["purposes"] == purposes[::-1]
    assert drafted()["related"] == related[::-1]


def test_the_head_of_the_file_names_the_release(correct):
    from proposals import catalogue

    correct(title="Prévoir la panne")
    publish()
    assert catalogue.read(catalogue.dump().encode())["catalogue"]["release"] == "1.1"


def test_a_number_that_is_taken_gives_the_next():
    assert releases.free_number("1.0.0") == "1.0.1"
    assert releases.next_number("2026-printemps") == "2026-printemps.1"
    assert releases.next_number("9") == "10"


def test_undoing_a_release_is_a_new_one_and_keeps_what_came_later(correct):
    before = public_title()
    correct(title="Prévoir la panne")
    first = publish()
    correct(horizon="term")
    publish(number="1.2")
    undone = releases.undo(first, number="1.3", note="Retour.", role=Role.REVIEWER)
    measure = Measure.objects.get(pk=MEASURE)
    assert (measure.title, measure.horizon) == (before, "term")
    assert undone.undoes == first
    assert Release.objects.count() == 4
    assert reviewing.waiting() == []


def test_undoing_keeps_a_draft_that_is_being_written(correct, drafted):
    before = public_title()
    correct(title="Prévoir la panne")
    first = publish()
    correct(title="Prévoir toutes les pannes")
    releases.undo(first, number="1.2", note="Retour.", role=Role.REVIEWER)
    assert public_title() == before
    assert drafted()["title"] == "Prévoir toutes les pannes"


def test_what_was_corrected_again_cannot_be_undone(correct):
    correct(title="Prévoir la panne")
    first = publish()
    correct(title="Prévoir toutes les pannes")
    publish(number="1.2")
    with pytest.raises(releases.NotPublishable) as caught:
        releases.undo(first, number="1.3", note="Retour.", role=Role.REVIEWER)
    assert caught.value.sentences == [releases.NOTHING_LEFT]
    assert public_title() == "Prévoir toutes les pannes"


def test_the_first_release_is_the_one_that_was_published_first(correct):
    """Whatever the date in the head of a file: the last one by its date may be the first."""
    first = Release.objects.get()
    Release.objects.filter(pk=first.pk).update(date="2999-12-31")
    correct(title="Prévoir la panne")
    second = publish()
    assert list(Release.objects.all()) == [second, first]
    assert releases.undo(second, number="1.2", note="Retour.", role=Role.REVIEWER).undoes == second


def test_the_first_release_stays():
    with pytest.raises(releases.NotPublishable):
        releases.undo(Release.objects.get(), number="2", note="Rien.", role=Role.REVIEWER)


def test_a_measure_that_a_release_brought_is_hidden_by_undoing_it(correct, drafted):
    from proposals.desk import drafts
    from proposals.desk.enums import Cause

    new = {**drafted(), "slug": "toute-neuve", "title": "Toute neuve"}
    drafts.edit("measure", "toute-neuve", lambda _: new, cause=Cause.ADMIN, role=Role.EDITOR)
    first = publish(("measure", "toute-neuve"))
    assert Measure.objects.published().filter(pk="toute-neuve").exists()
    releases.undo(first, number="1.2", note="Retour.", role=Role.REVIEWER)
    assert not Measure.objects.published().filter(pk="toute-neuve").exists()
    assert Measure.objects.filter(pk="toute-neuve").exists()


def test_all_that_was_done_is_in_the_journal_without_a_name(correct):
    correct(title="Prévoir la panne")
    publish()
    rows = list(JournalEntry.objects.values_list("role", "verb", "subject"))[:2]
    assert rows == [
        ("reviewer", "published", "l’édition 1.1"),
        ("editor", "changed", f"mesure « {MEASURE} »"),
    ]


@pytest.mark.parametrize("model", [EntryChange, JournalEntry])
def test_journal_and_history_are_only_written_to(correct, model):
    correct(title="Prévoir la panne")
    row = model.objects.first()
    for change in (
        row.delete,
        row.save,
        model.objects.all().delete,
        lambda: model.objects.update(role="observer"),
    ):
        with pytest.raises(TypeError):
            change()


def test_publishing_takes_the_review_off(correct):
    correct(title="Prévoir la panne")
    reviewing.mark(reviewing.waiting(), "approved", Role.REVIEWER)
    publish()
    assert Review.objects.count() == 0


def test_the_public_page_of_a_release_compares_with_the_one_before(client, correct):
    correct(title="Prévoir la panne")
    release = publish()
    page = client.get(release.get_absolute_url()).content.decode()
    assert "Prévoir la panne" in page
    assert "<ins>" in page


def test_the_public_page_of_a_release_shows_nothing_that_is_not_published(client, correct):
    correct(title="Secret encore", published=False)
    release = publish()
    assert announcing.news(release)[0].what == "retrait"
    page = client.get(release.get_absolute_url()).content.decode()
    assert "Secret encore" not in page
    correct(text="Marque-secrète", published=False)
    release = publish(number="1.2")
    assert announcing.news(release) == []
    assert "Marque-secrète" not in client.get(release.get_absolute_url()).content.decode()


def test_the_public_page_of_a_release_shows_no_setting_by_its_slug(client, correct):
    measure = Measure.objects.with_wordings().with_parameters().get(pk=MEASURE)
    setting = measure.parameters.all()[0]
    correct(text=f"Une fois {{{setting.slug}}}, à {{commune}}.")
    page = client.get(publish().get_absolute_url()).content.decode()
    assert setting.default_in_words in page
    assert f"réglage «\u00a0{setting.label}\u00a0»" in page
    assert "à votre commune" in page
    assert "{" not in text_of(client.get(Release.objects.first().get_absolute_url()))


def test_the_public_page_of_a_release_calls_a_setting_by_its_label(client, correct):
    value = from_rows.entries_of(desk)[KEY]
    first, *others = value["parameters"]
    correct(parameters=[{**first, "help": "Une aide."}, *others])
    said = plain(text_of(client.get(publish().get_absolute_url())))
    assert f"Réglage « {first['label']} »" in said
    assert first["slug"] not in said
