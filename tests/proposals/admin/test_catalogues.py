"""The desk of two catalogues: a row is made in one of them and names rows of that one only."""

import re

import pytest
from django.contrib import admin

from proposals import catalogue
from proposals.catalogue.loading import Fate
from proposals.desk.models import (
    Measure,
    Proposal,
    Purpose,
    Question,
    ReflectionSheet,
    Signatory,
    SizeClass,
    Source,
    Threshold,
)
from tests.conftest import SECOND_CATALOGUE
from tests.pages import html_of, text_of

from .pages import data_of, new_measure, page, queries_of, registered, slugs

PLAN = "pcs-rupture-reseaux"
FIRST = "services-essentiels-hors-reseau"
OF_CATALOGUE = [Proposal, Source, Purpose, SizeClass, Signatory, Threshold, ReflectionSheet]
OTHER = "Ce choix n’est pas de ce catalogue, ou n’existe plus : prenez-en un autre dans la liste."


def errors_of(response) -> dict:
    """Those of the form and of its rows, by the name of the field."""
    assert response.status_code == 200
    found = dict(response.context["adminform"].form.errors)
    for inline in response.context["inline_admin_formsets"]:
        for form in inline.formset.forms:
            found |= form.errors
    return found


def save(client, row, **changes):
    url = page(type(row), "change", row.pk)
    return client.post(url, {**data_of(client.get(url)), **changes})


def unchanged() -> bool:
    return catalogue.dump("table") == SECOND_CATALOGUE.read_text()


@pytest.mark.parametrize("model", OF_CATALOGUE)
def test_with_one_catalogue_no_page_speaks_of_it(admin_client, model):
    for url in (page(model, "add"), page(model, "change", model.objects.first().pk), page(model)):
        assert "field-catalogue" not in html_of(admin_client.get(url))
        assert "catalogue=" not in html_of(admin_client.get(url))


@pytest.mark.parametrize("model", registered())
def test_every_page_answers_with_two(admin_client, second, model):
    assert admin_client.get(page(model)).status_code == 200
    if row := model.objects.last():
        assert admin_client.get(page(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", OF_CATALOGUE)
def test_catalogue_is_chosen_on_a_new_row_and_fixed_afterwards(admin_client, second, model):
    assert '<select name="catalogue"' in html_of(admin_client.get(page(model, "add")))
    row = model.objects.filter(catalogue="table").first()
    response = save(admin_client, row, catalogue="principal")
    assert response.status_code == 302
    assert model.objects.get(pk=row.pk).catalogue_id == "table"
    assert "La commune à table" in text_of(admin_client.get(page(model, "change", row.pk)))


def test_new_rows_of_the_second_get_its_name_before_their_slugs(admin_client, second):
    for model, data in (
        (Purpose, {"label": "Sobre", "slug": "emploi"}),
        (Source, {"title": "Un livre", "slug": "anssi-2024"}),
        (SizeClass, {"label": "Métropole", "slug": "bourg", "min_population": 1000}),
    ):
        response = admin_client.post(page(model, "add"), {**data, "catalogue": "table"})
        assert response.status_code == 302, model
        row = model.objects.get(pk=f"table--{data['slug']}")
        assert row.catalogue_id == "table"
    assert catalogue.dump("table").count("slug: emploi") == 1


def test_new_row_of_the_main_one_keeps_its_slug(admin_client, second):
    data = {"label": "Sobre", "slug": "sobre", "catalogue": "principal"}
    assert admin_client.post(page(Purpose, "add"), data).status_code == 302
    assert Purpose.objects.get(pk="sobre").catalogue_id == "principal"


@pytest.mark.parametrize("slug", ["table--emploi", "--emploi", "Emploi"])
def test_name_of_the_catalogue_is_never_typed(admin_client, second, slug):
    data = {"label": "Sobre", "slug": slug, "catalogue": "table"}
    errors = errors_of(admin_client.post(page(Purpose, "add"), data))
    assert errors["slug"] == [
        f"« {slug} » n’est pas un identifiant (minuscules, chiffres et tirets)."
    ]


def test_slug_taken_in_the_same_catalogue_is_refused(admin_client, second):
    data = {"label": "Bon", "slug": "gout", "catalogue": "table"}
    assert list(errors_of(admin_client.post(page(Purpose, "add"), data))) == ["slug"]


@pytest.mark.parametrize("name", ["rien", "\0", "é" * 3000])
def test_catalogue_that_does_not_exist_is_refused(admin_client, second, name):
    data = {"label": "Bon", "slug": "bon", "catalogue": name}
    assert list(errors_of(admin_client.post(page(Purpose, "add"), data))) == ["catalogue"]


def test_new_measure_comes_into_the_catalogue_of_its_proposal(admin_client, second):
    typed = new_measure(admin_client, proposal="table--jardins")
    assert admin_client.post(page(Measure, "add"), typed).status_code == 302
    assert Measure.objects.get(pk="table--ouvrir-un-guichet").proposal_id == "table--jardins"
    assert "slug: ouvrir-un-guichet" in catalogue.dump("table")
    assert catalogue.load(catalogue.read(SECOND_CATALOGUE.read_bytes())).keys(Fate.KEPT) == [
        ("order", "jardins"),
        ("measure", "ouvrir-un-guichet"),
    ]


def test_slugs_show_as_the_file_has_them(admin_client, second):
    for row in (Measure.objects.get(pk=f"table--{PLAN}"), Proposal.objects.get(pk="table--jardins"),
                Question.objects.get(slug="table--pcs_existe")):  # fmt: skip
        shown = html_of(admin_client.get(page(type(row), "change", row.pk)))
        field = re.search(r'field-file_slug.*?<div class="readonly">(.*?)</div>', shown, re.S)
        assert field[1] == row.slug.removeprefix("table--")


def test_saving_any_page_of_the_second_as_it_is_changes_nothing(admin_client, second):
    for row in (
        Measure.objects.get(pk=f"table--{PLAN}"), Proposal.objects.get(pk=f"table--{FIRST}"),
        Question.objects.get(slug="table--pcs_existe"), Source.objects.get(pk="table--tribune"),
        SizeClass.objects.get(pk="table--village"), Purpose.objects.get(pk="table--gout"),
        ReflectionSheet.objects.get(pk="table--culture"), Threshold.objects.get(catalogue="table"),
        *Measure.objects.get(pk=f"table--{PLAN}").wordings.all(),
        *Measure.objects.get(pk=f"table--{PLAN}").parameters.all(),
    ):  # fmt: skip
        assert save(admin_client, row).status_code == 302, row
    assert unchanged()


def test_question_added_to_a_proposal_of_the_second_gets_its_name(admin_client, second):
    row = Proposal.objects.get(pk="table--jardins")
    response = save(
        admin_client, row,
        **{"questions-TOTAL_FORMS": 1, "questions-0-slug": "pcs_revu", "questions-0-text": "Quoi ?",
           "questions-0-proposal": row.pk},
    )  # fmt: skip
    assert response.status_code == 302
    assert Question.objects.get(text="Quoi ?").slug == "table--pcs_revu"


def test_menus_offer_what_is_of_the_same_catalogue(admin_client, second):
    offered = html_of(admin_client.get(page(Measure, "change", f"table--{PLAN}")))
    menu = re.search(r'name="measurepurpose_set-0-purpose".*?</select>', offered, re.S)[0]
    assert re.findall(r'<option value="([^"]+)"', menu) == ["table--securite", "table--gout"]
    boxes = re.findall(r'name="wordings-0-sizes"[^>]*value="([^"]+)"', offered)
    assert boxes == ["table--village", "table--grande-ville"]
    proposals = re.search(r'<select name="proposal".*?</select>', offered, re.S)[0]
    assert "services-essentiels" in proposals
    assert f'"{FIRST}"' not in proposals


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"proposal": FIRST}, "proposal"),
        ({"successor": "journee-hors-reseau", "retired": "on"}, "successor"),
        ({"measurepurpose_set-0-purpose": "securite"}, "purpose"),
        ({"legal_bases-0-source": "tribune"}, "source"),
        ({"related_links-0-related": "journee-hors-reseau"}, "related"),
    ],
)
def test_measure_names_nothing_of_another_catalogue(admin_client, second, changes, field):
    row = Measure.objects.get(pk=f"table--{PLAN}")
    assert errors_of(save(admin_client, row, **changes)) == {field: [OTHER]}
    assert unchanged()


def test_wording_is_for_no_size_of_another_catalogue(admin_client, second):
    row = Measure.objects.get(pk=f"table--{PLAN}")
    assert list(errors_of(save(admin_client, row, **{"wordings-1-sizes": "village"}))) == ["sizes"]
    wording = row.wordings.last()
    assert list(errors_of(save(admin_client, wording, sizes="village"))) == ["sizes"]
    assert unchanged()


def test_other_pages_name_nothing_of_another_catalogue_either(admin_client, second):
    sheet = ReflectionSheet.objects.get(pk="table--culture")
    assert errors_of(save(admin_client, sheet, source="tribune")) == {"source": [OTHER]}
    changes = {"sheetproposal_set-0-proposal": FIRST}
    assert errors_of(save(admin_client, sheet, **changes)) == {"proposal": [OTHER]}
    question = Question.objects.get(slug="table--pcs_existe")
    changes = {"questionmeasure_set-0-measure": PLAN}
    assert errors_of(save(admin_client, question, **changes)) == {"measure": [OTHER]}
    threshold = Threshold.objects.get(catalogue="table")
    assert errors_of(save(admin_client, threshold, source="tribune")) == {"source": [OTHER]}
    main = Measure.objects.get(pk=PLAN)
    changes = {"measurepurpose_set-0-purpose": "table--gout"}
    assert errors_of(save(admin_client, main, **changes)) == {"purpose": [OTHER]}
    assert unchanged()


def test_number_taken_in_the_same_catalogue_is_said_and_free_in_the_other(admin_client, second):
    typed = {
        **data_of(admin_client.get(page(Proposal, "add"))),
        "number": 2, "title": "Autre", "slug": "autre", "summary": "Une autre.",
    }  # fmt: skip
    refused = admin_client.post(page(Proposal, "add"), {**typed, "catalogue": "table"})
    assert refused.context["adminform"].form.non_field_errors() == [
        "Une autre proposition a déjà ce numéro."
    ]
    typed["number"] = 3
    assert admin_client.post(
        page(Proposal, "add"), {**typed, "catalogue": "table"}
    ).status_code == 302  # fmt: skip


def test_number_taken_is_said_with_one_catalogue_too(admin_client):
    row = Proposal.objects.get(number=1)
    refused = save(admin_client, row, number=2)
    assert refused.context["adminform"].form.non_field_errors() == [
        "Une autre proposition a déjà ce numéro."
    ]


def test_lists_are_filtered_by_catalogue(admin_client, second):
    assert slugs(admin_client, Proposal, catalogue="table") == [
        "table--jardins",
        f"table--{FIRST}",
    ]
    assert len(slugs(admin_client, Measure, catalogue="principal")) == 70
    assert len(slugs(admin_client, Measure, catalogue="rien")) == 0
    sizes = html_of(admin_client.get(page(Measure), {"catalogue": "table"}))
    assert "sans-declinaison=table--village" in sizes
    assert "sans-declinaison=village" not in sizes


def test_moving_a_row_leaves_the_list_of_the_other_alone(admin_client, second):
    before = list(Purpose.objects.filter(catalogue="principal").values_list("pk", "position"))
    row = Purpose.objects.get(pk="table--gout")
    assert save(admin_client, row, position=0).status_code == 302
    assert list(Purpose.objects.filter(catalogue="principal").values_list("pk", "position")) == (
        before
    )
    mine = Purpose.objects.filter(catalogue="table").values_list("pk", "position")
    assert list(mine) == [("table--gout", 0), ("table--securite", 1)]


def test_what_was_loaded_in_the_second_cannot_be_deleted(admin_client, second):
    assert admin_client.get(page(Proposal, "delete", "table--jardins")).status_code == 403


def test_warning_after_a_save_is_about_the_same_catalogue(admin_client, second):
    Measure.objects.filter(pk=PLAN).update(successor="journee-hors-reseau")
    row = Purpose.objects.get(pk="table--gout")
    response = admin_client.post(
        page(Purpose, "change", row.pk), data_of(admin_client.get(page(Purpose, "change", row.pk))),
        follow=True,
    )  # fmt: skip
    assert "une mesure a un successeur" not in text_of(response)


def test_second_catalogue_adds_no_query_for_each_row(admin_client, second, monkeypatch):
    counts = []
    for number in (1, 3):
        monkeypatch.setattr(admin.site._registry[Measure], "list_per_page", number)
        counts.append(queries_of(admin_client, page(Measure)))
    assert counts[0] == counts[1]
