"""Two curators, or a curator and a file, change one entry: what each has written stays."""

import json
from copy import deepcopy

import pytest
from django.conf import settings as django_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from proposals import catalogue
from proposals.catalogue import entries, shape
from proposals.catalogue.entries import shape_of
from proposals.catalogue.matching import matched
from proposals.catalogue.merging import merge

from .edits import apart, two_edits

MEASURE = ("measure", "ouvrir")
MANY = settings(max_examples=150, deadline=None)


def basis(instrument: str, **fields) -> dict:
    nothing = {"reference": None, "note": None, "confidence": "sure", "source": None}
    return {"instrument": instrument} | nothing | fields


def wording(*sizes: str, text: str = "Nous ouvrons.", **fields) -> dict:
    return {"sizes": list(sizes), "line": None, "text": text, "easy": None} | {
        "unsuitable": None,
        **fields,
    }


@pytest.fixture
def small() -> dict:
    """The one measure of the small catalogue."""
    path = django_settings.BASE_DIR / "tests" / "data" / "small.yaml"
    return entries.split(catalogue.read(path.read_bytes()))[MEASURE]


def with_(value: dict, **fields) -> dict:
    return {**value, **fields}


def said(merged) -> list[tuple]:
    return [(c.name, c.base, c.ours, c.theirs) for c in merged.conflicts]


def test_changes_of_different_fields_meet(small):
    merged = merge(MEASURE, small, with_(small, title="Un titre"), with_(small, horizon="mid-term"))
    assert merged.value == with_(small, title="Un titre", horizon="mid-term")
    assert merged.conflicts == []


def test_field_changed_by_both_is_a_conflict_and_ours_stands_until_decided(small):
    ours, theirs = with_(small, title="Le nôtre"), with_(small, title="Le leur", budget="saving")
    merged = merge(MEASURE, small, ours, theirs)
    assert merged.value == with_(small, title="Le nôtre", budget="saving")
    assert said(merged) == [("title", "Ouvrir le guichet", "Le nôtre", "Le leur")]
    assert merged.resolved({"title": "theirs"}) == theirs
    assert merged.resolved({"title": "ours"}) == merged.value
    assert merged.resolved({"title": "Les deux"}) == with_(theirs, title="Les deux")


@pytest.mark.parametrize("choices", [{}, {"text": "ours"}, {"title": "ours", "text": "ours"}])
def test_choices_must_be_those_that_are_asked_for(small, choices):
    merged = merge(MEASURE, small, with_(small, title="A"), with_(small, title="B"))
    with pytest.raises(ValueError, match=r"conflicts \['title'\]"):
        merged.resolved(choices)


def test_settings_are_merged_by_name_and_values_by_size_one_by_one(small):
    ours, theirs = deepcopy(small), deepcopy(small)
    ours["parameters"].insert(0, {**small["parameters"][0], "slug": "mois"})
    ours["parameters"][1]["by_size"]["ville"] = "5"
    theirs["parameters"][0]["default"] = "3"
    theirs["parameters"][0]["by_size"] = {}
    merged = merge(MEASURE, small, ours, theirs)
    changed = {**small["parameters"][0], "default": "3", "by_size": {"ville": "5"}}
    assert merged.value["parameters"] == [ours["parameters"][0], changed]
    assert merged.conflicts == []


def test_conflict_in_a_setting_has_its_name_in_its_path(small):
    ours, theirs = deepcopy(small), deepcopy(small)
    ours["parameters"][0]["by_size"]["village"] = "2"
    theirs["parameters"][0]["by_size"] = {}
    merged = merge(MEASURE, small, ours, theirs)
    assert said(merged) == [("parameters/jours/by_size/village", "1", "2", None)]
    left = merged.resolved({"parameters/jours/by_size/village": "theirs"})
    assert left["parameters"] == theirs["parameters"]


def test_removed_item_that_the_other_has_changed_is_a_conflict(small):
    theirs = deepcopy(small)
    theirs["parameters"][0]["default"] = "3"
    merged = merge(MEASURE, small, with_(small, parameters=[]), theirs)
    name = "parameters/jours"
    assert said(merged) == [(name, small["parameters"][0], None, theirs["parameters"][0])]
    assert merged.value["parameters"] == []
    assert merged.resolved({name: "theirs"})["parameters"] == theirs["parameters"]


def test_each_adds_an_item_and_both_are_kept_ours_first(small):
    base = with_(small, pitches=["Ouvert à tous."])
    ours = with_(small, pitches=["Ouvert à tous.", "Sans rendez-vous."])
    theirs = with_(small, pitches=["Ouvert à tous.", "Le samedi aussi."])
    merged = merge(MEASURE, base, ours, theirs)
    assert merged.value["pitches"] == ["Ouvert à tous.", "Sans rendez-vous.", "Le samedi aussi."]
    assert merged.conflicts == []


def test_each_changes_another_item_without_name_even_what_it_is_known_by(small):
    base = with_(small, legal_bases=[basis("CGCT, L2121"), basis("Code du travail")])
    ours = with_(small, legal_bases=[basis("Code général, L2121"), basis("Code du travail")])
    theirs = with_(
        small,
        legal_bases=[basis("CGCT, L2121", note="Depuis 2020."), basis("Code du sport")],
    )
    merged = merge(MEASURE, base, ours, theirs)
    assert merged.value["legal_bases"] == [
        basis("Code général, L2121", note="Depuis 2020."),
        basis("Code du sport"),
    ]
    assert merged.conflicts == []


def test_item_that_both_rewrite_is_one_conflict_by_its_rank(small):
    base = with_(small, pitches=["Un", "Deux"])
    merged = merge(
        MEASURE, base, with_(small, pitches=["Un", "Dos"]), with_(small, pitches=["Un", "Zwei"])
    )
    assert said(merged) == [("pitches/1", "Deux", "Dos", "Zwei")]
    assert merged.conflicts[0].path == ("pitches", 1)
    assert merged.resolved({"pitches/1": None})["pitches"] == ["Un"]


def test_same_item_added_by_both_is_added_once_and_only_its_difference_is_asked(small):
    ours = with_(small, legal_bases=[basis("CGCT", note="Sûr.")])
    theirs = with_(small, legal_bases=[basis("CGCT", confidence="to-verify")])
    assert merge(MEASURE, small, ours, ours).value == ours
    merged = merge(MEASURE, small, ours, theirs)
    assert said(merged) == [("legal_bases/CGCT/confidence", None, "sure", "to-verify")]
    assert merged.value["legal_bases"] == [basis("CGCT", note="Sûr.")]


def test_items_known_by_the_same_words_have_each_their_name_whichever_side_asks(small):
    lyon = {"place": "Lyon", "fact": "La mairie a ouvert un guichet dans chaque quartier."}
    lyon |= {"kind": "example", "country": "FR", "source": None}
    ours, theirs = (
        with_(small, examples=[lyon]),
        with_(small, examples=[lyon | {"place": "Lyon 3"}]),
    )
    name = f"examples/Lyon 3, {lyon['fact']}/place"
    assert said(merge(MEASURE, small, ours, theirs)) == [(name, None, "Lyon", "Lyon 3")]
    assert said(merge(MEASURE, small, theirs, ours)) == [(name, None, "Lyon 3", "Lyon")]
    ours = with_(small, legal_bases=[basis("CGCT", note="a"), basis("CGCT", note="b")])
    theirs = with_(small, legal_bases=[basis("CGCT", note="c"), basis("CGCT", note="d")])
    assert said(merge(MEASURE, small, ours, theirs)) == [
        ("legal_bases/CGCT/note", None, "a", "c"),
        ("legal_bases/CGCT (1)/note", None, "b", "d"),
    ]


def test_wordings_are_known_by_their_sizes_and_sizes_are_gathered(small):
    base = with_(small, wordings=[wording("village", "bourg")])
    ours = with_(small, wordings=[wording("village", "bourg", "ville")])
    theirs = with_(
        small,
        wordings=[wording("village", "bourg", text="Nous l’ouvrons."), wording("metropole")],
    )
    merged = merge(MEASURE, base, ours, theirs)
    assert merged.value["wordings"] == [
        wording("village", "bourg", "ville", text="Nous l’ouvrons."),
        wording("metropole"),
    ]
    assert merged.conflicts == []


def test_sizes_of_a_wording_have_no_order_to_choose(small):
    base, ours, theirs = (
        with_(small, wordings=[wording(*sizes)]) for sizes in ("abc", "bacd", "acb")
    )
    merged = merge(MEASURE, base, ours, theirs)
    assert (merged.value, merged.conflicts) == (ours, [])


def test_wordings_that_would_share_a_size_are_in_conflict_as_a_whole(small):
    base = with_(small, wordings=[])
    ours = with_(base, wordings=[wording("village", text="Ici, nous ouvrons.")])
    theirs = with_(base, wordings=[wording("village", "bourg", text="Le bureau reste fermé.")])
    merged = merge(MEASURE, base, ours, theirs)
    assert said(merged) == [("wordings", [], ours["wordings"], theirs["wordings"])]
    assert merged.value == ours
    assert merged.resolved({"wordings": "theirs"}) == theirs


ORDER = ("order", "guichet")


@pytest.mark.parametrize(
    ("ours", "theirs", "together"),
    [
        ("abcd", "badc", "badc"),
        ("abXcd", "abcdY", "abXcdY"),
        ("abcdX", "abcdY", "abcdXY"),
        ("Xabcd", "Yabcd", "XYabcd"),
        ("dabc", "abcXd", "dabcX"),
        ("acd", "abd", "ad"),
        ("bacdX", "dabc", "bacdX?"),
        ("dcba", "dcba", "dcba"),
    ],
)
def test_orders_are_merged_unless_both_have_moved_the_same(ours, theirs, together):
    merged = merge(ORDER, list("abcd"), list(ours), list(theirs))
    if together.endswith("?"):
        assert [(c.path, c.is_order) for c in merged.conflicts] == [((), True)]
        together = together[:-1]
    else:
        assert merged.conflicts == []
    assert "".join(merged.value) == together


def test_choosing_an_order_loses_nothing_that_the_other_added():
    merged = merge(ORDER, list("abc"), list("bacX"), list("cabY"))
    assert "".join(merged.value) == "bYacX"
    assert "".join(merged.resolved({"": "theirs"})) == "cXabY"
    assert merged.resolved({"": ["a", "X"]}) == ["a", "X"]


def test_entry_deleted_here_and_changed_there_is_a_conflict_on_the_whole(small):
    changed = with_(small, title="Autre")
    merged = merge(MEASURE, small, None, changed)
    assert said(merged) == [("", small, None, changed)]
    assert merged.value is None
    assert merged.resolved({"": "theirs"}) == changed
    assert merge(MEASURE, small, None, small).value is None
    assert merge(MEASURE, small, None, small).conflicts == []


def test_entry_made_on_both_sides_is_in_conflict_only_where_it_differs(small):
    merged = merge(MEASURE, None, small, with_(small, title="Autre", pitches=["Ouvert."]))
    assert said(merged) == [("title", None, "Ouvrir le guichet", "Autre")]
    assert merged.value["pitches"] == ["Ouvert."]


def test_text_may_be_combined_when_other_sentences_are_changed(small):
    base = with_(small, text="Nous ouvrons. Nous fermons.")
    ours = with_(base, text="Nous ouvrons tôt. Nous fermons.")
    theirs = with_(base, text="Nous ouvrons. Nous fermons tard.", budget="saving")
    (conflict,) = merge(MEASURE, base, ours, theirs).conflicts
    assert conflict.is_text
    assert conflict.combined() == "Nous ouvrons tôt. Nous fermons tard."
    (meeting,) = merge(MEASURE, base, ours, with_(base, text="Rien. Nous fermons.")).conflicts
    assert meeting.combined() is None


def test_only_texts_are_compared_word_by_word_and_combined_within_their_length(small):
    (budget,) = merge(
        MEASURE, small, with_(small, budget="saving"), with_(small, budget="running")
    ).conflicts
    assert (budget.is_text, budget.combined()) == (False, None)
    base = with_(small, line="Un. Deux.")
    ours, theirs = with_(base, line=f"{'U' * 70}. Deux."), with_(base, line=f"Un. {'D' * 70}.")
    (line,) = merge(MEASURE, base, ours, theirs).conflicts
    assert (line.is_text, line.combined()) == (True, None)


def test_long_name_is_abridged_and_stays_its_own(small):
    long = "Un très long instrument de droit, " * 5
    ours = with_(small, legal_bases=[basis(f"{long}A", note="n"), basis(f"{long}B", note="n")])
    theirs = with_(small, legal_bases=[basis(f"{long}A", note="m"), basis(f"{long}B", note="m")])
    names = [conflict.name for conflict in merge(MEASURE, small, ours, theirs).conflicts]
    assert len(set(names)) == 2
    assert max(map(len, names)) < 100


# What holds for any edits of the real catalogue.


def is_well_formed(kind: shape.Kind, value) -> bool:
    match kind:
        case shape.Record(fields=fields):
            return set(value) == set(fields) and all(
                is_well_formed(each, value[name]) for name, each in fields.items()
            )
        case shape.MapOf(key=key, item=item):
            return all(
                key.value(name) == name and is_well_formed(item, entry)
                for name, entry in value.items()
            )
        case shape.ListOf(item=item):
            if value is None:
                return kind.optional
            return len(value) >= kind.at_least and all(is_well_formed(item, x) for x in value)
    raw = "" if value is None else str(value)
    if isinstance(value, bool):
        raw = raw.lower()
    return kind.value(raw) == value


@given(two_edits())
@MANY
def test_what_one_side_alone_has_changed_is_taken_as_it_is(case):
    key, base, ours, theirs = case
    assert merge(key, base, ours, base).value == ours
    assert merge(key, base, base, theirs).value == theirs
    same = merge(key, base, ours, deepcopy(ours))
    assert (same.value, same.conflicts) == (ours, [])


@given(two_edits())
@MANY
def test_merge_is_well_formed_and_its_conflicts_are_the_same_from_both_sides(case):
    key, base, ours, theirs = case
    merged, mirrored = merge(key, base, ours, theirs), merge(key, base, theirs, ours)
    by_name = [
        sorted(
            json.dumps([c.name, c.is_order, c.base, getattr(c, one), getattr(c, two)])
            for c in each.conflicts
        )
        for each, one, two in ((merged, "ours", "theirs"), (mirrored, "theirs", "ours"))
    ]
    assert by_name[0] == by_name[1]
    assert len({c.name for c in merged.conflicts}) == len(merged.conflicts)
    for side in ("ours", "theirs"):
        value = merged.resolved({c.name: side for c in merged.conflicts})
        assert value is None or is_well_formed(shape_of(key[0]), value)
        if side == "ours":
            assert value == merged.value


TEXTS = st.lists(st.text("ab c", min_size=1, max_size=7), max_size=5)


@given(TEXTS, TEXTS)
@MANY
def test_items_are_the_same_whichever_list_is_asked(one, other):
    item = shape.Text()
    assert matched(item, other, one) == {j: i for i, j in matched(item, one, other).items()}


@given(apart())
@MANY
def test_changes_of_different_leaves_never_conflict_and_both_are_held(case):
    key, base, ours, theirs, both = case
    merged = merge(key, base, ours, theirs)
    assert said(merged) == []
    assert merged.value == both
