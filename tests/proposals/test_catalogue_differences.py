"""What differs in an entry is told in a curator's words."""

from copy import deepcopy

import pytest
from django.conf import settings as django_settings
from hypothesis import given, settings

from proposals import catalogue
from proposals.catalogue import entries, merging, shape
from proposals.catalogue.differences import differences, place

from .edits import apart, two_edits

MEASURE = ("measure", "ouvrir")
PROPOSAL = ("proposal", "guichet")


def small(key) -> dict:
    path = django_settings.BASE_DIR / "tests" / "data" / "small.yaml"
    return entries.split(catalogue.read(path.read_bytes()))[key]


def told(key, before, after) -> list[tuple[str, str, str]]:
    return [(each.place, each.before, each.after) for each in differences(key, before, after)]


def edited(key, edit) -> list[tuple[str, str, str]]:
    """What is told when `edit` changes the entry of the small catalogue."""
    before = small(key)
    after = deepcopy(before)
    edit(after)
    return told(key, before, after)


def basis(instrument: str, **fields) -> dict:
    nothing = {"reference": None, "note": None, "confidence": "sure", "source": None}
    return {"instrument": instrument} | nothing | fields


def test_nothing_is_told_of_equal_values():
    assert edited(MEASURE, lambda measure: None) == []
    assert told(MEASURE, None, None) == []


def test_fields_are_told_in_the_order_of_the_shape_with_the_words_of_the_screen():
    def edit(measure):
        measure["retired"] = True
        measure["successor"] = "fermer"
        measure["purposes"] = ["droits", "climat"]
        measure["horizon"] = "mid-term"
        measure["easy"] = "Entrez."

    assert edited(MEASURE, edit) == [
        ("Version simplifiée", "Le guichet est ouvert.", "Entrez."),
        ("Échéance", "mandat", "mi-mandat"),
        ("Finalités", "droits", "droits, climat"),
        ("Retirée", "non", "oui"),
        ("Remplacée par", "", "fermer"),
    ]


def test_fields_of_items_are_told_with_what_the_item_is_called():
    def edit(measure):
        measure["wordings"][0]["text"] = "Ici, non."
        setting = measure["parameters"][0]
        setting["default"] = "3"
        setting["min"] = "0.5"
        setting["choices"] = ["un", "deux"]
        setting["by_size"] = {"village": "2", "ville": "4"}

    assert edited(MEASURE, edit) == [
        ("Déclinaison « village » › texte", "Au village, nous ouvrons {jours}.", "Ici, non."),
        ("Réglage {jours} › valeur par défaut", "2", "3"),
        ("Réglage {jours} › minimum", "1", "0,5"),
        ("Réglage {jours} › choix", "", "un\ndeux"),
        ("Réglage {jours} › valeur par strate « village »", "1", "2"),
        ("Réglage {jours} › valeur par strate « ville »", "", "4"),
    ]


def test_items_without_a_name_are_told_by_their_rank():
    before = {**small(MEASURE), "legal_bases": [basis("CGCT"), basis("Code du travail")]}
    after = deepcopy(before)
    after["legal_bases"][1]["source"] = "journal"
    after["legal_bases"][1]["confidence"] = "to-verify"
    assert told(MEASURE, before, after) == [
        ("Base légale 2 › fiabilité", "sûr", "à vérifier"),
        ("Base légale 2 › source", "", "journal"),
    ]


def test_rank_is_that_of_before():
    before = {**small(MEASURE), "legal_bases": [basis("CGCT"), basis("Code du travail")]}
    after = {**before, "legal_bases": [basis("Code du travail", note="Relu.")]}
    assert told(MEASURE, before, after) == [
        ("Base légale 1", "Instrument : CGCT\nFiabilité : sûr", ""),
        ("Base légale 2 › précision", "", "Relu."),
    ]


def test_added_and_removed_items_are_one_difference_each():
    def edit(measure):
        measure["wordings"] = []
        measure["legal_bases"] = [basis("CGCT", note="Depuis 2020.")]
        measure["pitches"] = ["Ouvert à tous."]

    assert edited(MEASURE, edit) == [
        (
            "Déclinaison « village »",
            "Strates : village\nTexte : Au village, nous ouvrons {jours}.",
            "",
        ),
        ("Base légale 1", "", "Instrument : CGCT\nPrécision : Depuis 2020.\nFiabilité : sûr"),
        ("Argument 1", "", "Ouvert à tous."),
    ]


def test_item_put_before_the_others_is_no_change_of_the_others():
    before = {**small(MEASURE), "pitches": ["Un.", "Deux."]}
    after = {**before, "pitches": ["Zéro.", "Un.", "Deux."]}
    assert told(MEASURE, before, after) == [("Argument 1", "", "Zéro.")]


def test_items_that_have_changed_places_are_told_as_an_order():
    before = {**small(MEASURE), "pitches": ["Un.", "Deux."]}
    after = {**before, "pitches": ["Deux.", "Un."]}
    assert told(MEASURE, before, after) == [("Arguments › ordre", "1, 2", "2, 1")]


def test_figures_are_called_by_their_value_or_first_words_and_those_alike_by_rank():
    figure = {"statement": "Une personne sur six.", "value": None, "origin": "other"}
    figure |= {"source": None, "caveat": None}
    million = {**figure, "statement": "Tant d’habitants.", "value": "1,2 million"}
    long = {**figure, "statement": "Une très longue phrase qui ne tiendrait pas dans un titre."}
    before = {**small(PROPOSAL), "figures": [figure, million, long]}
    after = deepcopy(before)
    for each in after["figures"]:
        each["caveat"] = "Estimation."
    assert [each.place for each in differences(PROPOSAL, before, after)] == [
        "Chiffre « Une personne sur six. » › réserve",
        "Chiffre « 1,2 million » › réserve",
        "Chiffre « Une très longue phrase qui ne tiendrait… » › réserve",
    ]
    after = {**before, "figures": [figure, {**million, "value": "1,3 million"}, long]}
    assert told(PROPOSAL, before, after) == [
        ("Chiffre « 1,2 million » › valeur", "1,2 million", "1,3 million")
    ]
    before["figures"] = [million, {**million, "statement": "Autant de voitures, et plus encore."}]
    after = {**before, "figures": [million, {**before["figures"][1], "caveat": "Estimation."}]}
    assert told(PROPOSAL, before, after) == [("Chiffre 2 › réserve", "", "Estimation.")]


def test_short_lists_and_orders_are_told_whole_entry_by_entry():
    signatory = {"name": "Un collectif", "kind": "collective", "role": None}
    assert told(("signatories", ""), [signatory], [{**signatory, "role": "membre"}]) == [
        ("Signataire « Un collectif » › qualité", "", "membre")
    ]
    assert told(("order", "guichet"), ["a", "b"], ["b", "a"]) == [
        ("Ordre des mesures de « guichet »", "a, b", "b, a")
    ]
    release = {"release": "1.0.0", "date": "2026-01-31", "note": None}
    assert told(("catalogue", ""), release, {**release, "date": "2026-02-01"}) == [
        ("Date", "31\u00a0janvier 2026", "1er\u00a0février 2026")
    ]
    size = {"slug": "ville", "label": "Ville", "min_population": 1000, "max_population": 9999}
    assert told(("size_classes", ""), [size], [{**size, "max_population": None}]) == [
        ("Strate « ville » › jusqu’à (habitants)", "9\u202f999", "")
    ]


def test_new_entry_is_told_line_by_line():
    source = {"title": "Le Journal", "url": None, "date": "2025"}
    assert told(("source", "journal"), None, source) == [
        ("Source « journal »", "", "Titre : Le Journal\nDate : 2025")
    ]
    assert told(("source", "journal"), source, None) == [
        ("Source « journal »", "Titre : Le Journal\nDate : 2025", "")
    ]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ((), "Mesure « ouvrir »"),
        (("parameters", "jours", "by_size", "village"), "Réglage {jours} › valeur par strate"),
        (("parameters", "absent"), "Réglage {absent}"),
        (("wordings", "bourg, ville", "text"), "Déclinaison « bourg, ville » › texte"),
        (("wordings",), "Déclinaisons"),
        (("legal_bases", 3, "note"), "Base légale 4 › précision"),
        (("legal_bases", "CGCT", "note"), "Base légale « CGCT » › précision"),
        (("parameters", "jours", "choices", 1), "Réglage {jours} › choix 2"),
    ],
)
def test_any_path_has_words_even_to_what_is_not_there(path, words):
    assert place(MEASURE, path, small(MEASURE)).removesuffix(" « village »") == words
    assert place(MEASURE, path, None).removesuffix(" « village »") == words


def paths(kind: shape.Kind, path=()):
    match kind:
        case shape.Record(fields=fields):
            for name, each in fields.items():
                yield from paths(each, (*path, name))
        case shape.ListOf(item=shape.Record() as item):
            yield from paths(item, (*path, 0))
        case _:
            yield path


@pytest.mark.parametrize(
    "kind", ["measure", "proposal", "sheet", "source", "order", "sheets", *entries.WHOLE]
)
def test_every_field_of_the_file_has_french_words_of_its_own(kind):
    found = list(paths(merging.shape_of(kind)))
    words = [place((kind, ""), path, None) for path in found]
    assert len(set(words)) == len(found)


@given(apart())
@settings(max_examples=100, deadline=None)
def test_each_changed_leaf_is_told_once(case):
    key, base, _, _, both = case
    found = differences(key, base, both)
    assert sum(count(each) for each in found) == changed(base, both)
    assert len({each.place for each in found}) == len(found)


def count(difference) -> int:
    """Lines of one field are told together."""
    pairs = zip(difference.before.split("\n"), difference.after.split("\n"), strict=False)
    is_lines = difference.path[-1] in ("choices", "prompts")
    return sum(old != new for old, new in pairs) if is_lines else 1


def changed(before, after) -> int:
    if isinstance(before, dict):
        return sum(changed(before[name], after[name]) for name in before)
    if isinstance(before, list):
        return sum(map(changed, before, after))
    return int(before != after)


@given(two_edits())
@settings(max_examples=100, deadline=None)
def test_all_differences_and_conflicts_have_a_place(case):
    key, base, ours, theirs = case
    assert (differences(key, ours, theirs) == []) == (ours == theirs)
    for each in differences(key, ours, theirs):
        assert each.place
        assert each.before != each.after
    for conflict in merging.merge(key, base, ours, theirs).conflicts:
        assert place(key, conflict.path, base)
