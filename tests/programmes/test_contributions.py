"""What a contribution does to an entry of the catalogue, and what becomes of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from programmes import actions, contributions
from programmes.contributions import AlreadyAnswered, Outdated, as_entry
from programmes.enums import ContributionKind, ContributionStatus, MeasureText
from programmes.models import Commitment, Contribution, Programme
from programmes.models.programme import PROGRAMME_BIN_DAYS
from proposals.catalogue import from_rows
from proposals.desk import models as desk
from proposals.desk.enums import Role as DeskRole
from proposals.models import Measure, Wording, WordingRevision

PLAN = "pcs-rupture-reseaux"
BASE = "Nous ouvrons le guichet. Il est gratuit."
OWN = "Nous ouvrons un guichet. Il est gratuit."

ENTRY = {
    "slug": "ouvrir",
    "title": "Ouvrir le guichet",
    "line": "Un guichet ouvert",
    "text": BASE,
    "easy": "Le guichet est ouvert.",
    "wordings": [
        {"sizes": ["ville"], "line": None, "text": "En ville.", "easy": None, "unsuitable": None},
        {
            "sizes": ["village", "bourg"],
            "line": None,
            "text": BASE,
            "easy": None,
            "unsuitable": None,
        },
    ],
    "examples": [],
}


def improvement(**changes) -> Contribution:
    said = {"field": "text", "base": BASE, "text": OWN, "measure_slug": "ouvrir"}
    return Contribution(kind=ContributionKind.IMPROVEMENT, **{**said, **changes})


def example(**changes) -> Contribution:
    said = {"measure_slug": PLAN, "place": "Die", "fact": "Un guichet.", "source": "Le Journal"}
    return Contribution(kind=ContributionKind.EXAMPLE, **{**said, **changes})


def test_improved_text_replaces_the_default_and_nothing_else():
    assert as_entry(improvement(), ENTRY) == {**ENTRY, "text": OWN}


def test_improved_title_replaces_the_title():
    new = improvement(field="title", base=ENTRY["title"], text="Ouvrir un guichet")
    assert as_entry(new, ENTRY) == {**ENTRY, "title": "Ouvrir un guichet"}


def test_improved_text_of_some_sizes_goes_to_their_wording_in_whatever_order():
    city, village = ENTRY["wordings"]
    wanted = {**ENTRY, "wordings": [city, {**village, "text": OWN}]}
    assert as_entry(improvement(sizes="bourg village"), ENTRY) == wanted


def test_entry_given_is_left_as_it_is():
    before = {**ENTRY, "wordings": [dict(row) for row in ENTRY["wordings"]]}
    as_entry(improvement(sizes="village bourg"), ENTRY)
    as_entry(example(), ENTRY)
    assert before == ENTRY


def test_improvement_of_a_text_that_has_moved_on_is_merged():
    present = {**ENTRY, "text": "Nous ouvrons le guichet. Il est gratuit pour tous."}
    assert as_entry(improvement(), present)["text"] == (
        "Nous ouvrons un guichet. Il est gratuit pour tous."
    )


def test_improvement_that_the_draft_says_already_changes_nothing():
    assert as_entry(improvement(), {**ENTRY, "text": OWN}) == {**ENTRY, "text": OWN}


@pytest.mark.parametrize(
    ("changes", "present"),
    [
        ({}, {"text": "Nous fermons le guichet. Il est gratuit."}),
        ({"sizes": "ville bourg"}, {}),
        ({"sizes": "ville", "field": "line"}, {}),
    ],
)
def test_improvement_that_the_draft_cannot_take_says_so(changes, present):
    with pytest.raises(Outdated):
        as_entry(improvement(**changes), {**ENTRY, **present})


def test_merged_line_that_is_too_long_is_refused():
    base = "Un guichet ouvert. Et gratuit."
    own = "Un guichet ouvert à tous, et d’abord à qui n’a pas d’écran. Et gratuit."
    with pytest.raises(Outdated, match="90 signes"):
        as_entry(
            improvement(field="line", base=base, text=own),
            {**ENTRY, "line": "Un guichet ouvert. Et gratuit, sans aucun rendez-vous."},
        )


def test_example_comes_last_without_a_source():
    first = as_entry(example(place="Crest"), ENTRY)
    assert as_entry(example(), first)["examples"][1] == {
        "place": "Die", "fact": "Un guichet.", "kind": "example", "country": "FR", "source": None,
    }  # fmt: skip


def test_correction_changes_no_entry():
    new = Contribution(kind=ContributionKind.CORRECTION, measure_slug="ouvrir", wrong="La date.")
    assert as_entry(new, ENTRY) == ENTRY


def test_entry_of_the_real_catalogue_takes_what_a_team_sends(programme, take):
    (commitment,) = take(PLAN)
    catalogue = from_rows.entries_of(desk)
    measure = Measure.objects.with_wordings().get(pk=PLAN)
    for field in MeasureText:
        found = contributions.passage(measure, commitment, field)
        new = Contribution(
            kind=ContributionKind.IMPROVEMENT, measure_slug=PLAN, sizes=found.sizes, field=field,
            base=found.text, text="Autre chose.",
        )  # fmt: skip
        changed = as_entry(new, catalogue["measure", PLAN])
        assert changed != catalogue["measure", PLAN]
        assert str(changed).count("Autre chose.") == 1
        assert contributions.present_text(new) == found.text


def test_line_that_a_wording_takes_from_the_default_is_improved_there(programme, take):
    (commitment,) = take(PLAN)
    Wording.objects.filter(measure=PLAN, is_default=False).update(line="")
    measure = Measure.objects.with_wordings().get(pk=PLAN)
    found = contributions.passage(measure, commitment, MeasureText.LINE)
    assert (found.sizes, found.text) == ("", measure.default_wording.line)


def test_form_begins_with_the_words_of_the_team_on_the_text_of_today(programme, take):
    (commitment,) = take(PLAN)
    measure = Measure.objects.with_wordings().get(pk=PLAN)
    found = contributions.passage(measure, commitment, MeasureText.TEXT)
    assert contributions.starting_text(commitment, found) == found.text
    Commitment.objects.update(base_text="Un. Deux.", text="Un, chez nous. Deux.")
    commitment.refresh_from_db()
    today = contributions.Passage(PLAN, "", MeasureText.TEXT, "Un. Deux et trois.")
    assert contributions.starting_text(commitment, today) == "Un, chez nous. Deux et trois."


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({"fact": "À BARSAC, on l’a fait."}, ["Barsac"]),
        ({"place": "Barsacois"}, []),
        ({"signature": "une liste de Barsac"}, ["Barsac"]),
        ({"base": "Barsac.", "text": "Barsac, ici."}, []),
        ({"base": "Ici.", "text": "Ici, à Barsac."}, ["Barsac"]),
        ({"note": "Vivre ici à Barsac"}, ["Barsac", "Vivre ici"]),
        ({"place": "Vivre", "fact": "ici"}, []),
    ],
)
def test_own_names_are_told(programme, said, names):
    programme.list_name = "Vivre ici"
    assert contributions.names_told(Contribution(**said), programme) == names


def test_own_names_that_are_empty_are_nowhere(programme):
    assert contributions.names_told(Contribution(fact="Un fait."), programme) == []


@pytest.fixture
def sent(programme):
    new = example()
    contributions.send(programme, new)
    return new


def test_answer_is_given_once(sent):
    contributions.answer(sent, ContributionStatus.DECLINED, "Non, merci.", DeskRole.EDITOR)
    with pytest.raises(AlreadyAnswered):
        contributions.answer(sent, ContributionStatus.ACCEPTED, "Oui.", DeskRole.EDITOR)
    sent.refresh_from_db()
    assert (sent.status, sent.answer, sent.is_read) == ("declined", "Non, merci.", False)
    assert Contribution.objects.waiting().exists() is False


def test_accepted_correction_is_answered_and_touches_no_draft(programme):
    new = Contribution(kind=ContributionKind.CORRECTION, measure_slug=PLAN, wrong="La date.")
    contributions.send(programme, new)
    contributions.accept(new, "C’est corrigé.", DeskRole.EDITOR)
    new.refresh_from_db()
    assert (new.status, new.answer) == ("accepted", "C’est corrigé.")


def test_what_is_answered_is_not_taken_back(sent):
    contributions.answer(sent, ContributionStatus.DECLINED, "", DeskRole.EDITOR)
    assert contributions.withdraw(sent) is False
    assert Contribution.objects.count() == 1


def test_what_waits_is_taken_back(sent):
    assert contributions.withdraw(sent) is True
    assert Contribution.objects.count() == 0


def test_what_was_sent_outlives_the_programme_and_the_measure(programme, sent):
    programme.drop()
    Programme.objects.update(dropped_at=timezone.now() - timedelta(days=PROGRAMME_BIN_DAYS + 1))
    actions.empty_bins()
    assert Programme.objects.count() == 0
    Measure.objects.filter(pk=PLAN).update(retired=True)
    sent.refresh_from_db()
    assert (sent.programme, sent.place, sent.measure_slug) == (None, "Die", PLAN)


def test_a_contribution_holds_the_longest_names_that_a_revision_holds():
    """PostgreSQL counts: a slug of another catalogue begins with the name of that catalogue."""
    for name in ("measure_slug", "sizes"):
        lengths = [
            model._meta.get_field(name).max_length for model in (Contribution, WordingRevision)
        ]
        assert lengths == [lengths[1]] * 2
