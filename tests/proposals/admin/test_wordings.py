"""The wordings of a measure: one by default, one at most for each size."""

import pytest

from proposals import catalogue
from proposals.desk.models import Measure, Wording, WordingSize

from .pages import MEASURE, data_of, page, rows_of, sentences, wording_page

# Django's own admin templates read variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def test_two_wordings_for_one_size_give_the_form_again(admin_client):
    measure = next(row for row in Measure.objects.all() if row.wordings.count() > 2)
    url, data = wording_page(admin_client, measure.pk)
    data["wordings-1-sizes"] = ["village"]
    data["wordings-2-sizes"] = ["village", "bourg"]
    before = catalogue.dump()
    response = admin_client.post(url, data)
    assert response.status_code == 200
    assert [dict(form.errors) for form in rows_of(response, "wordings")[:3]] == [
        {},
        {},
        {"sizes": ["La strate « Village » a déjà une autre déclinaison ici."]},
    ]
    assert catalogue.dump() == before


def test_a_measure_needs_one_default_wording(admin_client):
    url, data = wording_page(admin_client)
    data["wordings-0-DELETE"] = "on"
    response = admin_client.post(url, data)
    assert response.status_code == 200
    assert (
        "Laissez une déclinaison sans strate : c’est celle par défaut, qui vaut pour toutes les"
        " autres communes." in sentences(response)
    )


def test_a_measure_has_only_one_default_wording(admin_client):
    url, data = wording_page(admin_client)
    data["wordings-1-sizes"] = []
    response = admin_client.post(url, data)
    assert response.status_code == 200
    assert rows_of(response, "wordings")[1].errors["sizes"] == [
        "Une autre déclinaison est déjà celle par défaut."
    ]


def test_a_default_wording_has_every_text(admin_client):
    url, data = wording_page(admin_client)
    data["wordings-0-easy"] = ""
    response = admin_client.post(url, data)
    assert rows_of(response, "wordings")[0].errors == {
        "easy": ["La déclinaison par défaut a besoin d’une version simplifiée."]
    }


def test_sizes_and_the_default_may_change_hands_in_one_go(admin_client):
    measure = next(row for row in Measure.objects.all() if row.wordings.count() > 1)
    default, other = measure.wordings.all()[:2]
    sizes = [row.size_class_id for row in other.sizes.all()]
    url, data = wording_page(admin_client, measure.pk)
    data |= {"wordings-0-sizes": sizes, "wordings-1-sizes": []}
    data |= {"wordings-1-line": "Une ligne", "wordings-1-easy": "Un texte simple."}
    assert admin_client.post(url, data).status_code == 302
    rows = list(measure.wordings.all())
    assert [(row.pk, row.is_default) for row in rows[:2]] == [(other.pk, True), (default.pk, False)]
    assert [row.size_class_id for row in rows[1].sizes.all()] == sizes
    assert [row.position for row in rows] == list(range(len(rows)))


def test_a_line_has_no_braces_and_at_most_ninety_signs(admin_client):
    url, data = wording_page(admin_client)
    found = []
    for line in ("Dans {jours} jours", "x" * 91):
        response = admin_client.post(url, {**data, "wordings-0-line": line})
        found.append(rows_of(response, "wordings")[0].errors["line"])
    assert found == [
        ["Pas d’accolades dans une ligne de tract."],
        ["91 signes, c’est trop : il en faut 90 au plus."],
    ]


# On its own page


def test_a_wording_on_its_own_page_cannot_take_the_size_of_another(admin_client):
    measure = next(row for row in Measure.objects.all() if row.wordings.count() > 2)
    _, first, second = measure.wordings.all()[:3]
    size = first.sizes.first().size_class
    url = page(Wording, "change", second.pk)
    data = {**data_of(admin_client.get(url)), "sizes": [size.pk]}
    response = admin_client.post(url, data)
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["sizes"] == [
        f"La strate « {size} » a déjà une autre déclinaison."
    ]


def test_a_wording_on_its_own_page_takes_a_free_size(admin_client):
    wording = Wording.objects.filter(is_default=False, measure=MEASURE).first()
    WordingSize.objects.filter(measure=MEASURE).delete()
    url = page(Wording, "change", wording.pk)
    data = {**data_of(admin_client.get(url)), "sizes": ["bourg", "village"]}
    assert admin_client.post(url, data).status_code == 302
    assert [row.size_class_id for row in wording.sizes.all()] == ["village", "bourg"]


def test_the_default_wording_has_no_size_and_the_others_have_one(admin_client):
    found = []
    for is_default, sizes in ((True, ["village"]), (False, [])):
        wording = Wording.objects.filter(measure=MEASURE, is_default=is_default).first()
        url = page(Wording, "change", wording.pk)
        response = admin_client.post(url, {**data_of(admin_client.get(url)), "sizes": sizes})
        found.append(response.context["adminform"].form.errors["sizes"])
    assert found == [
        [
            "C’est la déclinaison par défaut : elle n’a pas de strate. Pour en choisir une autre,"
            " passez par la page de la mesure."
        ],
        ["Cochez au moins une strate."],
    ]
