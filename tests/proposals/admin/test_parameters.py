"""The settings of a measure: names, bounds, values by size."""

import re

import pytest

from proposals.desk.models import Parameter, ParameterDefault

from .pages import data_of, page, rows_of, wording_page

# Django's own admin templates read variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def bounded_parameter() -> Parameter:
    return (
        Parameter.objects.filter(type="integer", max__isnull=False, min__isnull=False)
        .exclude(by_size=None)
        .first()
    )


def test_a_default_out_of_bounds_gives_the_form_again(admin_client):
    parameter = bounded_parameter()
    url = page(Parameter, "change", parameter.pk)
    too_much = str(int(parameter.max) + 1)
    data = {**data_of(admin_client.get(url)), "default": too_much}
    response = admin_client.post(url, data)
    assert response.status_code == 200
    (sentence,) = response.context["adminform"].form.errors["default"]
    assert re.fullmatch(r"Choisissez une valeur entre .+ et .+\.", sentence)
    parameter.refresh_from_db()
    assert parameter.default != too_much


def test_a_value_for_a_size_out_of_bounds_gives_the_form_again(admin_client):
    parameter = bounded_parameter()
    url = page(Parameter, "change", parameter.pk)
    data = {**data_of(admin_client.get(url)), "by_size-0-value": str(int(parameter.max) + 1)}
    response = admin_client.post(url, data)
    assert response.status_code == 200
    assert list(rows_of(response, "by_size")[0].errors) == ["value"]


def test_a_default_out_of_bounds_on_the_page_of_the_measure_gives_the_form_again(admin_client):
    parameter = bounded_parameter()
    url, data = wording_page(admin_client, parameter.measure_id)
    place = list(parameter.measure.parameters.all()).index(parameter)
    data[f"parameters-{place}-default"] = "beaucoup"
    response = admin_client.post(url, data)
    assert response.status_code == 200
    assert rows_of(response, "parameters")[place].errors["default"] == [
        "Écrivez un nombre en chiffres, par exemple 12."
    ]


def test_the_slug_of_a_setting_is_kept_and_a_reserved_name_refused(admin_client):
    parameter = bounded_parameter()
    url, data = wording_page(admin_client, parameter.measure_id)
    count = parameter.measure.parameters.count()
    data |= {
        "parameters-TOTAL_FORMS": count + 1,
        "parameters-0-slug": "autre",
        f"parameters-{count}-slug": "commune",
        f"parameters-{count}-label": "Commune",
        f"parameters-{count}-type": "text",
        f"parameters-{count}-default": "ici",
        f"parameters-{count}-basis": "editorial",
    }
    response = admin_client.post(url, data)
    rows = rows_of(response, "parameters")
    assert rows[0].cleaned_data["slug"] == parameter.measure.parameters.first().slug
    assert rows[count].errors == {"slug": ["« commune » est un nom réservé."]}


def test_sizes_of_a_setting_are_listed_on_its_page(admin_client):
    parameter = ParameterDefault.objects.first().parameter
    response = admin_client.get(page(Parameter, "change", parameter.pk))
    rows = [form for form in rows_of(response, "by_size") if form.instance.pk]
    assert len(rows) == parameter.by_size.count()
