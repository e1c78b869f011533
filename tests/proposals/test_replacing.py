"""A figure that stands in several texts, corrected once."""

import html
import re

import pytest
from django.contrib.auth.models import Group

from proposals import catalogue, releases, replacing
from proposals.catalogue import from_rows
from proposals.desk import models
from proposals.desk.models import EntryChange, Example, Objection, Source, Wording
from proposals.replacing import applied, pattern_of
from tests.pages import plain, text_of

REPLACE = "/gestion/corriger-partout/"
MEASURE = "pcs-rupture-reseaux"
OLD = "1,2 million"


# Finding


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("1,2 million", "Soit 1,2\u00a0million d’euros"),
        ("1,2\u00a0million", "Soit 1,2 million d’euros"),
        ("1,2  million", "Soit 1,2\u202fmillion."),
        ("l'eau", "Boire l’eau"),
        ("l’eau", "Boire l'eau"),
        ("porte-à-porte", "Le porte\u2011à\u2011porte"),
        ("50 %", "(50\u202f%)"),
        ("2024", "Fin 2024."),
        ("2024", "en 2024, 3 fois"),
        ("C++", "en C++ ou"),
    ],
)
def test_words_are_found_however_they_are_spaced(words, text):
    assert pattern_of(words).search(text)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("2 millions", "1,2 millions"),
        ("2 millions", "12 millions"),
        ("1,2 million", "1,2 millions"),
        ("200 euros", "3 200 euros"),
        ("200 euros", "3\u202f200 euros"),
        ("3", "3 200 euros"),
        ("3", "3,5 %"),
        ("eau", "bateau"),
        ("L’eau", "l’eau"),
        ("1.2", "152"),
    ],
)
def test_words_are_not_found_within_others(words, text):
    assert pattern_of(words).search(text) is None


# Replacing, on entries


def source(title: str) -> dict:
    return {"title": title, "url": None, "date": None, "checked_on": None, "checked_by": None}


def test_each_text_is_told_with_its_place_and_the_sentence_that_changes():
    entries = {("source", "a"): source("Une. Soit 2 jours. Deux."), ("source", "b"): source("Non")}
    (spot,) = replacing.spots(entries, "2 jours", " 3 jours ")
    assert (spot.key, spot.path, spot.place) == (("source", "a"), ("title",), "Titre")
    assert spot.after == "Une. Soit 3 jours. Deux."
    ((first, *rest),) = spot.shown
    assert first.text == "Soit "
    assert [piece.kind for piece in rest] == ["removed", "added", "same"]


def doubts(old: str, **values) -> list[str]:
    return [
        spot.doubt
        for spot in replacing.spots({("source", "a"): {**source("Rien"), **values}}, old, "25")
    ]


def test_title_and_date_of_a_source_are_those_of_a_document():
    assert doubts("24", title="Les 24 heures") == ["c’est le titre d’une source"]
    assert doubts("24", date="2025-06-24") == ["c’est la date d’une source"]
    assert doubts("24", checked_by="collectif du 24 quai") == [""]
    assert doubts("24", url="https://a.fr/24") == []


@pytest.mark.parametrize(
    ("old", "text", "doubt"),
    [
        ("24", "Jugé le 24 janvier 2025.", "une date changerait"),
        ("24", "Jugé le 24\u00a0JANVIER.", "une date changerait"),
        ("2025", "En juin 2025.", "une date changerait"),
        ("1er", "Dès le 1er mai.", "une date changerait"),
        ("24", "Le 2025-06-24.", "une date changerait"),
        ("24", "Le 24/06/2025, 24 classes.", "une date changerait"),
        ("24 janvier 2025", "Jugé le 24 janvier 2025.", ""),
        ("le 24 janvier", "Jugé le 24 janvier.", ""),
        ("janvier", "En janvier.", ""),
        ("24", "Soit 24 classes, en mai 2025.", ""),
        ("24", "La loi 24-1461.", ""),
    ],
)
def test_a_figure_within_a_date_is_in_doubt(old, text, doubt):
    assert doubts(old, checked_by=text) == [doubt]


def test_words_over_two_sentences_show_the_whole_text():
    entries = {("source", "a"): source("Fin. Début, et la suite")}
    (spot,) = replacing.spots(entries, "Fin. Début", "Milieu")
    assert spot.after == "Milieu, et la suite"
    assert len(spot.shown) == 1


def test_addresses_settings_and_slugs_stay():
    entry = {
        **source("Voir https://a.fr/jours et {jours}, www.jours.fr"),
        "url": "https://a.fr/jours",
    }
    assert list(replacing.spots({("source", "jours"): entry}, "jours", "mois")) == []


@pytest.mark.django_db
def test_the_head_of_the_file_and_the_choices_of_a_setting_stay():
    entries = from_rows.entries_of(models)
    every = {
        step for spot in replacing.spots(entries, "e", "f") for step in (spot.key[0], *spot.path)
    }
    assert every & {"catalogue", "choices", "url", "slug"} == set()


def test_a_text_that_would_be_refused_says_why():
    (spot,) = replacing.spots({("source", "a"): source("A b")}, "b", "c" * 300)
    assert spot.error == "302 signes, 300 au plus"


def test_only_the_chosen_texts_change():
    entries = {("source", name): source("Deux fois 2 jours, 2 jours.") for name in "ab"}
    first, _ = replacing.spots(entries, "2 jours", "3 jours")
    changed = applied(entries, [first])
    assert changed == {("source", "a"): source("Deux fois 3 jours, 3 jours.")}
    assert entries["source", "a"] == source("Deux fois 2 jours, 2 jours.")


def test_a_text_with_a_backslash_is_written_as_it_is():
    (spot,) = replacing.spots({("source", "a"): source("A b")}, "b", r"\1 \g<0>")
    assert spot.after == r"A \1 \g<0>"


# The page

pages = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture
def places():
    """The same figure in four texts, written with other spaces; a fifth where it is another."""
    text = "Nous gardons 1,2\u00a0million. Rien d’autre."
    Wording.objects.filter(measure=MEASURE, is_default=True).update(text=text)
    fact = "Soit 1,2 million."
    Example.objects.create(measure_id=MEASURE, place="Ici", fact=fact, kind="example")
    objection = Objection.objects.filter(measure=MEASURE).first()
    objection.answer = "Non : 1,2\u202fmillion, 1,2 million."
    objection.save()
    Source.objects.filter(pk="gironde").update(title="1,2 million", url="https://a.fr/1,2-million")
    Source.objects.filter(pk="acbm-vsa").update(title="11,2 million")


def boxes(response) -> list[str]:
    found = re.findall(r'name="texte" value="([^"]*)"', response.content.decode())
    return [html.unescape(box) for box in found]


class TestPage:
    pytestmark = pages

    def test_every_place_is_shown_before_and_after(self, admin_client, places):
        response = admin_client.get(REPLACE, {"avant": OLD, "apres": "1,3 million"})
        assert len(boxes(response)) == 4
        said = plain(text_of(response))
        assert "4 textes" in said
        assert "Mesure « pcs-rupture-reseaux » Exemple « Ici » › fait" in said
        assert "[retiré : 1,2 ] [ajouté : 1,3 ]" in said
        assert "Rien d’autre" not in said
        assert f"/gestion/desk/measure/{MEASURE}/change/" in response.content.decode()

    def test_the_ticked_texts_change_and_the_others_stay(self, admin_client, places):
        data = {"avant": OLD, "apres": "1,3 million"}
        ticked = boxes(admin_client.get(REPLACE, data))
        kept = next(box for box in ticked if "gironde" in box)
        ticked.remove(kept)
        response = admin_client.post(REPLACE, {**data, "texte": ticked}, follow=True)
        assert "3 textes corrigés." in plain(text_of(response))
        assert boxes(response) == [kept]
        assert Wording.objects.get(measure=MEASURE, is_default=True).text == (
            "Nous gardons 1,3 million. Rien d’autre."
        )
        fact, answer = (
            Example.objects.get(measure=MEASURE, place="Ici").fact,
            Objection.objects.filter(measure=MEASURE).first().answer,
        )
        assert (fact, answer) == ("Soit 1,3 million.", "Non : 1,3 million, 1,3 million.")
        gironde = Source.objects.get(pk="gironde")
        assert (gironde.title, gironde.url) == ("1,2 million", "https://a.fr/1,2-million")
        change = EntryChange.objects.first()
        assert (change.kind, change.key, change.cause) == ("measure", MEASURE, "replace")
        assert EntryChange.objects.filter(cause="replace").count() == 1
        assert releases.inconsistencies(from_rows.entries_of(models)) == []

    def test_dates_and_titles_of_sources_are_not_ticked_and_say_why(self, admin_client, places):
        response = admin_client.get(REPLACE, {"avant": "24", "apres": "25"})
        ticked = re.findall('value="([^"]*)"[^>]* checked>', response.content.decode())
        left = [box for box in boxes(response) if box not in ticked]
        assert any("bfm-lyon" in box for box in left)
        assert [box for box in ticked if ":source:" in box] == []
        said = plain(text_of(response))
        for why in ("c’est le titre d’une source", "c’est la date d’une source", "une date chang"):
            assert f"Pas coché d’avance : {why}" in said

    def test_what_is_not_ticked_beforehand_may_be_ticked(self, admin_client, places):
        data = {"avant": "1,2 million", "apres": "1,3 million"}
        box = next(box for box in boxes(admin_client.get(REPLACE, data)) if "gironde" in box)
        admin_client.post(REPLACE, {**data, "texte": [box]})
        assert Source.objects.get(pk="gironde").title == "1,3 million"

    def test_what_the_file_would_refuse_is_told_with_its_place_and_nothing_is_written(
        self, admin_client, second, places
    ):
        Wording.objects.filter(measure=MEASURE, is_default=True).update(text="Pour {personne}.")
        Wording.objects.filter(measure=f"table--{MEASURE}", is_default=True).update(
            text="Soit 1,2 million."
        )
        data = {"avant": OLD, "apres": "{somme}"}
        ticked = [box for box in boxes(admin_client.get(REPLACE, data)) if "table:" in box]
        said = plain(text_of(admin_client.post(REPLACE, {**data, "texte": ticked}, follow=True)))
        assert (
            f"Rien n’est écrit. Catalogue « table ». Mesure « {MEASURE} », texte : accolades"
            " inconnues « {somme} »." in said
        )
        assert "« {personne} »" not in said
        wording = Wording.objects.get(measure=f"table--{MEASURE}", is_default=True)
        assert wording.text == "Soit 1,2 million."

    def test_a_text_that_changed_meanwhile_is_told_and_not_written_over(self, admin_client, places):
        data = {"avant": OLD, "apres": "1,3 million"}
        ticked = boxes(admin_client.get(REPLACE, data))
        Source.objects.filter(pk="gironde").update(title="Plus de 1,2 million")
        response = admin_client.post(REPLACE, {**data, "texte": ticked}, follow=True)
        said = plain(text_of(response))
        assert "3 textes corrigés." in said
        assert (
            "1 texte a changé depuis que cette page s’est ouverte (source « gironde ») : rien n’y"
            " est écrit." in said
        )
        assert Source.objects.get(pk="gironde").title == "Plus de 1,2 million"
        assert len(boxes(response)) == 1

    def test_a_text_that_would_be_too_long_cannot_be_ticked(self, admin_client, places):
        data = {"avant": OLD, "apres": "x" * 399}
        response = admin_client.get(REPLACE, data)
        assert "Ce texte ne peut pas changer ainsi : 399 signes, 300 au plus." in text_of(response)
        before = catalogue.dump()
        admin_client.post(
            REPLACE, {**data, "texte": [b for b in boxes(response) if "gironde" in b]}
        )
        assert catalogue.dump() == before

    @pytest.mark.parametrize(
        "ticked",
        [[], ["x"], ["principal:measure:" + "z" * 5000], ["::::"], ["principal:source:gironde:0"]],
    )
    def test_nothing_known_ticked_changes_nothing(self, admin_client, places, ticked):
        before = catalogue.dump()
        data = {"avant": OLD, "apres": "1,3 million", "texte": ticked}
        response = admin_client.post(REPLACE, data, follow=True)
        assert response.status_code == 200
        assert catalogue.dump() == before
        assert len(boxes(response)) == 4

    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ({"avant": "", "apres": "a"}, "Écrivez les mots ou le chiffre à chercher."),
            ({"avant": "a", "apres": " "}, "Écrivez ce qui doit y être."),
            ({"avant": "deux", "apres": "deux"}, "C’est ce qui est déjà écrit."),
            ({"avant": "  . ", "apres": "b"}, "Écrivez au moins un chiffre ou une lettre."),
            (
                {"avant": "a" * 201, "apres": "b"},
                "cette valeur comporte au plus 200",
            ),
        ],
    )
    def test_what_is_missing_is_asked_for_and_what_was_typed_is_kept(
        self, admin_client, typed, expected
    ):
        response = admin_client.get(REPLACE, typed)
        assert response.status_code == 400
        assert expected in text_of(response)
        kept = response.context["form"]
        assert [kept[name].value() for name in typed] == list(typed.values())

    def test_hostile_words_are_words(self, admin_client):
        response = admin_client.get(REPLACE, {"avant": "<script>a(.*)+", "apres": "[{\\"})
        assert response.status_code == 200
        assert "<script>a" not in response.content.decode()

    def test_many_texts_come_a_hundred_at_a_time_with_as_many_questions(
        self, admin_client, django_assert_num_queries, django_assert_max_num_queries
    ):
        admin_client.get(REPLACE)
        with django_assert_max_num_queries(60) as few:
            admin_client.get(REPLACE, {"avant": "jamais lu nulle part", "apres": "x"})
        with django_assert_num_queries(len(few)):
            response = admin_client.get(REPLACE, {"avant": "Nous", "apres": "On"})
        assert len(boxes(response)) == 100
        assert "Voici les 100 premiers" in text_of(response)

    def test_an_observer_looks_and_writes_nothing(
        self, client, django_user_model, with_factor, places
    ):
        user = django_user_model.objects.create_user("regard", is_staff=True)
        user.groups.add(Group.objects.get(name="Observation"))
        with_factor(client, user)
        data = {"avant": OLD, "apres": "1,3 million"}
        response = client.get(REPLACE, data)
        assert (response.status_code, boxes(response)) == (200, [])
        assert client.post(REPLACE, {**data, "texte": ["x"]}).status_code == 403

    def test_a_stranger_is_sent_to_the_door(self, client):
        assert client.get(REPLACE).status_code == 302
