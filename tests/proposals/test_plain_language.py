"""Plain words: advice to curators, which the finished catalogue hardly calls for."""

import time

import pytest

from proposals import plain_language
from proposals.catalogue import from_rows
from proposals.desk import models

MEASURE = ("measure", "pcs-rupture-reseaux")
LONG = " ".join(["Mot", *["mot"] * 35])


@pytest.fixture
def measure(db):
    return from_rows.entry(models, *MEASURE)


def said(measure, **changes) -> list[tuple[str, str]]:
    found = plain_language.advice(MEASURE, {**measure, **changes})
    return [(each.place, each.message) for each in found]


def test_the_finished_catalogue_hardly_calls_for_it(db):
    entries = from_rows.entries_of(models)
    found = [each for key, value in entries.items() for each in plain_language.advice(key, value)]
    assert len(found) == 5


def test_a_plain_measure_calls_for_nothing(measure):
    assert said(measure) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"Court. {LONG}.",
            "36 mots dans une phrase (« Mot mot mot mot mot mot mot mot mot… »). Et en deux ?",
        ),
        (
            "Nous impacterons la vie de tous.",
            "« impacterons » : peut-être « toucher ».",
        ),
        ("Une newsletter.", "« newsletter » : peut-être « lettre d’information »."),
        ("Les Problématiques.", "« Problématiques » : peut-être « question »."),
        (
            "La mutualisation de la gestion des équipements.",
            "« mutualisation de la gestion des équipements » : un verbe se lirait mieux.",
        ),
        ("Enfin !", "Un point d’exclamation : le texte se passe de crier."),
        ("C’est TRÈS IMPORTANT.", "« TRÈS IMPORTANT » : en minuscules, on le lit mieux."),
    ],
)
def test_each_rule_names_the_words_and_what_to_do(measure, text, expected):
    assert said(measure, text=text) == [("Texte", expected)]


@pytest.mark.parametrize(
    "text",
    [
        " ".join(["mot"] * 35),
        "La CNIL et le RGPD, avec l’ANCT.",
        "Voir https://a.fr/NEWSLETTERS!/x et {newsletter}.",
        "Le traitement de la demande.",
        "Un processus, une initiative.",
    ],
)
def test_what_is_plain_enough_is_left_alone(measure, text):
    assert said(measure, text=text) == []


def test_the_place_is_named_down_to_the_wording(measure):
    wordings = [{**measure["wordings"][0], "sizes": ["village"], "easy": "Un flyer."}]
    assert said(measure, wordings=wordings, pitches=["Le timing."]) == [
        (
            "Déclinaison « village » › version simplifiée",
            "« flyer » : peut-être « tract ».",
        ),
        ("Argument 1", "« timing » : peut-être « moment »."),
    ]


def test_titles_of_laws_and_names_of_places_are_not_ours(measure):
    basis = {**measure["legal_bases"][0], "instrument": "Loi sur la gouvernance digitale"}
    example = {
        "place": "NEW YORK CITY",
        "fact": "Un workshop !",
        "kind": "example",
        "country": "US",
        "source": None,
    }
    assert said(measure, legal_bases=[basis], examples=[example]) == []


@pytest.mark.parametrize("key", [("source", "x"), ("signatories", ""), ("measure", "x")])
def test_other_entries_and_missing_ones_are_not_judged(key):
    assert plain_language.advice(key, None) == []


@pytest.mark.parametrize("sign", ["A", "a", "tion de ", "A A", "{", "!", "https://", "e-"])
def test_a_hostile_text_is_read_quickly(measure, sign):
    started = time.perf_counter()
    said(measure, text=(sign * 2000)[:2000])
    assert time.perf_counter() - started < 1
