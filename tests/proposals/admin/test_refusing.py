"""Whatever the reader of the file would refuse is refused on save, at its field."""

import pytest

from proposals import catalogue
from proposals.catalogue import from_rows
from proposals.desk import models as desk
from proposals.desk.models import (
    Example,
    Measure,
    Objection,
    Proposal,
    ReflectionSheet,
    SizeClass,
    Source,
    Threshold,
    Wording,
)

from .pages import MEASURE, data_of, page, rows_of, wording_page

# Django's own admin templates read variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

NO_SLUG = "« fr » n’est pas un identifiant (minuscules, chiffres et tirets)."
SETTING = {"slug": "mois", "label": "Mois", "type": "choice", "default": "a", "basis": "site"}


def last_row(data: dict, prefix: str, **values) -> dict:
    """A row more, with what it says."""
    rank = int(data[f"{prefix}-TOTAL_FORMS"])
    row = {f"{prefix}-{rank}-{name}": value for name, value in values.items()}
    return {f"{prefix}-TOTAL_FORMS": rank + 1, **row}


def measure() -> Measure:
    return Measure.objects.get(pk=MEASURE)


def example() -> Example:
    return Example.objects.filter(place__gt="").first()


def second_source(data: dict) -> dict:
    return last_row(data, "objectionsource_set", source=data["objectionsource_set-0-source"])


# What is opened, what is typed there, the set of rows, the row, the field, what is said.
REFUSED = {
    "dot": (measure, lambda data: {"wordings-0-text": "Les citoyen·nes."}, "wordings", 0, "text",
            "Pas de point dans les mots : « citoyen·nes »."),
    "dot in a line": (measure, lambda data: {"title": "Pour un.e élu.e"}, "", 0, "title",
                      "Pas de point dans les mots : « un.e »."),
    "successor": (measure, lambda data: {"successor": "journee-hors-reseau"}, "", 0, "successor",
                  f"Mesure « {MEASURE} », remplacée par : une mesure a un successeur : ajouter"
                  " « retired: true »."),
    "empty choice": (measure,
                     lambda data: last_row(data, "parameters", **SETTING, choices="a\n\nb"),
                     "parameters", -1, "choices", "le texte est vide."),
    "too large": (measure,
                  lambda data: last_row(data, "parameters", **{**SETTING, "type": "integer",
                                        "default": "1"}, max="9999999999"),
                  "parameters", -1, "max", "« 9999999999 » n’est pas un nombre."),
    "country": (example, lambda data: {"country": "fr"}, "", 0, "country", NO_SLUG),
    "address": (Proposal.objects.first, lambda data: {"site_url": "ftp://exemple.fr/a"}, "", 0,
                "site_url", "page du site : « ftp://exemple.fr/a » n’est pas une adresse"
                " (https://…)."),
    "address of a source": (Source.objects.first, lambda data: {"url": "ftp://exemple.fr/a"}, "", 0,
                            "url", "n’est pas une adresse (https://…)."),
    "first size": (SizeClass.objects.first, lambda data: {"min_population": 5}, "", 0,
                   "min_population", "un trou entre les strates : attendu 0."),
    "population": (Threshold.objects.first, lambda data: {"population": 2_000_000_000}, "", 0,
                   "population", "« 2000000000 » n’est pas un nombre entier."),
    "empty prompt": (ReflectionSheet.objects.first,
                     lambda data: {"questions-0-prompts": "un\n\ndeux"}, "questions", 0,
                     "prompts", "le texte est vide."),
    "proposal twice": (ReflectionSheet.objects.first,
                       lambda data: last_row(data, "sheetproposal_set",
                                             proposal=data["sheetproposal_set-0-proposal"]),
                       "sheetproposal_set", -1, "proposal", "écrite deux fois."),
    "source twice": (lambda: Objection.objects.filter(objectionsource__gt=0).first(), second_source,
                     "objectionsource_set", -1, "source", "écrite deux fois dans la liste."),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_save_that_the_file_would_refuse_gives_the_page_with_the_place(admin_client, name):
    opened, typed, prefix, rank, field, said = REFUSED[name]
    row = opened()
    url = page(type(row), "change", row.pk)
    data = data_of(admin_client.get(url))
    before = from_rows.entries_of(desk)
    changes = typed(data)
    response = admin_client.post(url, {**data, **changes})
    assert response.status_code == 200
    form = response.context["adminform"].form
    if prefix:
        filled = [row for row in rows_of(response, prefix) if row.has_changed() or row.instance.pk]
        form = filled[rank]
    (sentence,) = form.errors[field]
    assert sentence.endswith(said)
    assert list(form.errors) == [field]
    assert from_rows.entries_of(desk) == before
    assert list(response.context["messages"]) == []
    assert str(form[field].value()) in {str(value) for value in changes.values()}


def test_a_page_of_a_wording_names_its_place_too(admin_client):
    wording = Wording.objects.filter(is_default=False, unsuitable="").first()
    url = page(Wording, "change", wording.pk)
    data = {**data_of(admin_client.get(url)), "text": "Les élu.e.s décident."}
    response = admin_client.post(url, data)
    assert response.context["adminform"].form.errors == {
        "text": ["Pas de point dans les mots : « élu.e »."]
    }


def test_the_first_size_cannot_be_deleted(admin_client, second):
    first = SizeClass.objects.of("table").first()
    for model in (desk.WordingSize, desk.ParameterDefault):
        model.objects.filter(size_class=first).delete()
    url = page(SizeClass, "delete", first.pk)
    response = admin_client.post(url, {"post": "yes"}, follow=True)
    said = [str(message) for message in response.context["messages"]]
    assert said[0] == "Rien n’est supprimé."
    assert "un trou entre les strates : attendu 0." in said[1]
    assert len(said) == 2
    assert SizeClass.objects.filter(pk=first.pk).exists()


def test_a_save_that_is_refused_says_nothing_else_and_one_that_is_not_says_it_once(admin_client):
    url, data = wording_page(admin_client)
    response = admin_client.post(url, {**data, "title": "Prévoir la panne"}, follow=True)
    (said,) = [str(message) for message in response.context["messages"]]
    assert "Prévoir la panne" in said
    assert catalogue.read(catalogue.dump().encode())["proposals"]


def test_advice_names_the_field_and_the_size(admin_client):
    wording = Wording.objects.filter(is_default=False, unsuitable="").first()
    sizes = ", ".join(row.size_class_id for row in wording.sizes.all())
    url = page(Wording, "change", wording.pk)
    data = {**data_of(admin_client.get(url)), "text": "Nous lançons une newsletter."}
    response = admin_client.post(url, data, follow=True)
    assert (
        f"Conseil, mesure « {wording.measure_id} », déclinaison « {sizes} » › texte :"
        " « newsletter » : peut-être « lettre d’information »."
    ) in [str(message) for message in response.context["messages"]]
