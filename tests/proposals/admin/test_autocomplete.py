"""The fields of the desk that are searched while one types, with two catalogues and with one."""

import html
import re

import pytest
from django.http import QueryDict
from django.urls import reverse

from proposals.admin import autocomplete
from proposals.catalogue import scope
from proposals.desk import rows
from proposals.desk.models import Catalogue, Measure, Threshold
from tests.pages import html_of

from .pages import new_measure, page, queries_of, registered

PLAN = "pcs-rupture-reseaux"
OF_TABLE = "Le cahier des cuisines"
FIELD = re.compile(
    r'data-ajax--url="([^"]+)"[^>]*data-app-label="desk"[^>]*data-model-name="(\w+)"'
    r'[^>]*data-field-name="(\w+)"'
)


def fields_of(response) -> dict[tuple[str, str], str]:
    """The address that each searched field of a page asks, by its model and its name."""
    return {
        (model, name): html.unescape(url) for url, model, name in FIELD.findall(html_of(response))
    }


def asked(url: str, field: tuple[str, str], term: str = "") -> str:
    """The address as a browser completes it that types this term."""
    address, _, query = url.partition("?")
    data = QueryDict(query, mutable=True)
    data.update({"app_label": "desk", "model_name": field[0], "field_name": field[1], "term": term})
    return f"{address}?{data.urlencode()}"


def found(client, response, field: tuple[str, str], term: str = "") -> list[str]:
    """What somebody reads who types this term in a field of this page."""
    answer = client.get(asked(fields_of(response)[field], field, term))
    assert answer.status_code == 200
    return [row["text"] for row in answer.json()["results"]]


def row_of(model, catalogue: str):
    path = rows.path_from(model)
    return path and model.objects.filter(**{path: catalogue}).first()


SEARCHED = {
    "Measure": {
        "measure successor",
        "legalbasis source",
        "example source",
        "relatedmeasure related",
    },
    "Proposal": {"figure source"},
    "Question": {"questionmeasure measure"},
    "LegalBasis": {"legalbasis source"},
    "Example": {"example source"},
    "Figure": {"figure source"},
    "Objection": {"objectionsource source"},
    "ReflectionSheet": {"reflectionsheet source"},
    "Threshold": {"threshold source"},
}


@pytest.mark.parametrize("model", registered())
def test_page_of_a_row_finds_rows_of_its_catalogue_only(admin_client, second, model):
    for catalogue in ("table", "principal"):
        row = row_of(model, catalogue)
        if row is None:
            return
        fields = fields_of(admin_client.get(page(model, "change", row.pk)))
        assert {" ".join(field) for field in fields} == SEARCHED.get(model.__name__, set())
        for field, url in fields.items():
            results = admin_client.get(asked(url, field)).json()["results"]
            assert {scope.parted(result["id"])[0] for result in results} == {catalogue}


def test_names_of_catalogues_are_not_told_where_the_page_says_its_own(admin_client, second):
    response = admin_client.get(page(Measure, "change", f"table--{PLAN}"))
    assert found(admin_client, response, ("legalbasis", "source")) == [OF_TABLE]


def test_new_row_finds_rows_of_all_with_the_names_of_their_catalogues(admin_client, second):
    Catalogue.objects.filter(pk="principal").update(title="Dix propositions")
    response = admin_client.get(page(Measure, "add"))
    source, measure = ("legalbasis", "source"), ("measure", "successor")
    assert found(admin_client, response, source, "cuisines") == [f"{OF_TABLE} (La commune à table)"]
    assert found(admin_client, response, source, "tmnlab") == [
        "TMNlab, écho des dix propositions dans le monde culturel (Dix propositions)"
    ]
    assert found(admin_client, response, measure, "cuisine de l’école") == [
        "Rouvrir la cuisine de l’école (La commune à table)"
    ]


def test_new_row_that_says_its_catalogue_finds_rows_of_it(admin_client, second):
    response = admin_client.get(page(Measure, "add"), {"proposal": "table--jardins"})
    assert found(admin_client, response, ("legalbasis", "source")) == [OF_TABLE]
    response = admin_client.get(page(Threshold, "add"), {"catalogue": "table"})
    assert found(admin_client, response, ("threshold", "source")) == [OF_TABLE]


def test_new_row_that_is_refused_finds_rows_of_the_catalogue_that_was_chosen(admin_client, second):
    typed = new_measure(admin_client, proposal="table--jardins", title="")
    response = admin_client.post(page(Measure, "add"), typed)
    assert response.status_code == 200
    assert found(admin_client, response, ("legalbasis", "source")) == [OF_TABLE]


@pytest.mark.parametrize("name", ["rien", "é" * 3000, "principal' --", ""])
def test_catalogue_that_does_not_exist_says_nothing(admin_client, second, name):
    field = ("legalbasis", "source")
    url = f"{reverse('admin:autocomplete')}?catalogue={name}"
    answer = admin_client.get(asked(url, field, "cuisines"))
    assert [row["text"] for row in answer.json()["results"]] == [f"{OF_TABLE} (La commune à table)"]
    response = admin_client.get(page(Threshold, "add"), {"catalogue": name})
    assert "?" not in fields_of(response)["threshold", "source"]


def test_with_one_catalogue_nothing_of_this_shows(admin_client):
    response = admin_client.get(page(Measure, "change", PLAN))
    assert "?" not in fields_of(response)["legalbasis", "source"]
    assert found(admin_client, response, ("legalbasis", "source"), "tmnlab") == [
        "TMNlab, écho des dix propositions dans le monde culturel"
    ]


def test_search_asks_as_much_for_one_row_as_for_three(admin_client, second, monkeypatch):
    field = ("measure", "successor")
    url = asked(reverse("admin:autocomplete"), field)
    counts = []
    for number in (1, 3):
        monkeypatch.setattr(autocomplete.InCatalogueJsonView, "paginate_by", number)
        assert len(admin_client.get(url).json()["results"]) == number
        counts.append(queries_of(admin_client, url))
    assert counts[0] == counts[1]
