"""The desk without scripts: one empty row in each set, and a box for what others would search."""

import re

import pytest

from proposals import catalogue
from proposals.desk.models import Example, Figure, Measure, Parameter, Source
from tests.pages import html_of

from .pages import MEASURE, data_of, new_measure, page, queries_of, rows_of, wording_page

# Django's own admin templates read variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

PARTS = ["wordings", "parameters", "legal_bases", "pitches", "objections", "examples"]


@pytest.fixture
def source(db):
    return Source.objects.create(
        slug="tout-neuf", title="Une source toute neuve", catalogue_id="principal"
    )


def lists(response) -> dict[str, dict[str, str]]:
    found = re.findall(r'<datalist id="([^"]+)">(.*?)</datalist>', html_of(response), re.S)
    option = re.compile(r'<option value="([^"]*)">(.*?)</option>')
    return {name: dict(option.findall(options)) for name, options in found}


@pytest.mark.parametrize("prefix", PARTS)
def test_each_set_of_a_measure_has_one_empty_row(admin_client, prefix):
    response = admin_client.get(page(Measure, "change", MEASURE))
    assert [form.instance.pk is None for form in rows_of(response, prefix)].count(True) == 1


def test_empty_rows_are_not_saved(admin_client):
    before = catalogue.dump()
    url, data = wording_page(admin_client)
    assert admin_client.post(url, data).status_code == 302
    assert catalogue.dump() == before


def test_an_example_is_added_with_the_slug_of_its_source(admin_client, source):
    url, data = wording_page(admin_client)
    row = int(data["examples-TOTAL_FORMS"]) - 1
    data |= {
        f"examples-{row}-kind": Example.objects.first().kind,
        f"examples-{row}-place": "Barsac",
        f"examples-{row}-fact": "Un guichet a rouvert.",
        f"examples-{row}-source-identifiant": f" {source.pk} ",
    }
    assert admin_client.post(url, data).status_code == 302
    added = Example.objects.get(place="Barsac")
    assert (added.measure_id, added.source, added.country) == (MEASURE, source, "FR")


def test_a_wording_and_a_legal_basis_are_added(admin_client):
    url, data = wording_page(admin_client)
    measure = Measure.objects.get(pk=MEASURE)
    before = (measure.pitches.count(), measure.legal_bases.count())
    row = int(data["legal_bases-TOTAL_FORMS"]) - 1
    data |= {f"legal_bases-{row}-instrument": "Code du travail",
             f"legal_bases-{row}-confidence": "sure"}  # fmt: skip
    data |= {f"pitches-{before[0]}-text": "Un argument de plus"}
    response = admin_client.post(url, data)
    assert response.status_code == 302
    assert (measure.pitches.count(), measure.legal_bases.count()) == (before[0] + 1, before[1] + 1)


def test_the_slug_replaces_the_present_choice(admin_client, source):
    figure = Figure.objects.exclude(source=None).first()
    url = page(Figure, "change", figure.pk)
    data = {**data_of(admin_client.get(url)), "source-identifiant": source.pk}
    assert admin_client.post(url, data).status_code == 302
    figure.refresh_from_db()
    assert figure.source == source


@pytest.mark.parametrize("typed", ["nulle-part", "é" * 5000, "a\0b", "<b>", "9" * 400])
def test_a_slug_that_is_none_comes_back(admin_client, typed):
    url, data = wording_page(admin_client)
    response = admin_client.post(url, {**data, "successor-identifiant": typed})
    assert response.status_code == 200
    form = response.context["adminform"].form
    assert list(form.errors) == ["successor"]
    box = re.search(r'name="successor-identifiant" value="([^"]*)"', html_of(response))[1]
    assert box == typed.replace("<b>", "&lt;b&gt;")


def test_the_box_is_empty_beside_a_choice_that_stands(admin_client):
    figure = Figure.objects.exclude(source=None).first()
    response = admin_client.get(page(Figure, "change", figure.pk))
    assert 'name="source-identifiant" value=""' in html_of(response)


def test_the_page_has_each_list_once(admin_client):
    shown = lists(admin_client.get(page(Measure, "change", MEASURE)))
    assert sorted(shown) == ["choix-measure", "choix-source"]
    assert len(shown["choix-source"]) == Source.objects.count()
    assert MEASURE in shown["choix-measure"]


def test_the_lists_are_of_the_catalogue_of_the_page(admin_client, second):
    shown = lists(admin_client.get(page(Measure, "change", MEASURE)))
    assert [slug for slug in shown["choix-source"] if slug.startswith("table--")] == []
    other = Measure.objects.filter(pk__startswith="table--").first()
    shown = lists(admin_client.get(page(Measure, "change", other.pk)))
    assert [slug for slug in shown["choix-source"] if not slug.startswith("table--")] == []


def test_a_slug_of_another_catalogue_is_refused(admin_client, second):
    other = Measure.objects.filter(pk__startswith="table--").first()
    url, data = wording_page(admin_client)
    response = admin_client.post(url, {**data, "successor-identifiant": other.pk})
    assert list(response.context["adminform"].form.errors) == ["successor"]


def test_the_lists_cost_the_same_for_one_row_and_for_three(admin_client, source):
    url = page(Measure, "change", MEASURE)
    Example.objects.filter(measure=MEASURE).delete()
    counts = []
    for number in (1, 3):
        while Example.objects.filter(measure=MEASURE).count() < number:
            Example.objects.create(
                measure_id=MEASURE, place="Barsac", fact="x", kind="example", source=source
            )
        counts.append(queries_of(admin_client, url))
    assert counts[0] == counts[1]


def test_spare_rows_are_marked_for_the_sheet_and_others_are_not(admin_client):
    def spare(response, prefix):
        return [
            index
            for index, form in enumerate(rows_of(response, prefix))
            if "spare" in str(next(iter(form)).field.widget.attrs.get("class", ""))
        ]

    response = admin_client.get(page(Measure, "change", MEASURE))
    assert spare(response, "wordings") == [len(rows_of(response, "wordings")) - 1]
    response = admin_client.get(page(Measure, "add"))
    assert spare(response, "wordings") == []
    assert spare(response, "examples") == [0]


def test_a_filled_row_that_is_refused_is_not_hidden(admin_client):
    response = admin_client.post(
        page(Measure, "add"), new_measure(admin_client, **{"examples-0-place": "Barsac"})
    )
    assert response.status_code == 200
    row = rows_of(response, "examples")[0]
    assert "spare" not in str(row.fields["position"].widget.attrs.get("class"))


def test_values_of_a_setting_for_a_size_are_added(admin_client):
    parameter = Parameter.objects.filter(type="integer", by_size=None).first()
    url = page(Parameter, "change", parameter.pk)
    data = data_of(admin_client.get(url))
    row = rows_of(admin_client.get(url), "by_size")[0]
    choice = list(row.fields["size_class"].choices)[-1][0]
    data |= {"by_size-0-size_class": str(choice), "by_size-0-value": parameter.default}
    assert admin_client.post(url, data).status_code == 302
    assert parameter.by_size.count() == 1
