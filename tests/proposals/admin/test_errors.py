"""A form of the desk that is sent wrong: a list with links on top, and sentences that name."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model

from proposals.desk.models import Measure, Wording
from tests.pages import Page, html_of, plain, text_of

from .pages import MEASURE, data_of, new_measure, page, registered, wording_page

# Django's own admin templates read variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def summary_of(response) -> list[tuple[str, str]]:
    """The lines of the list on top: where each leads, and what it says."""
    top = re.search(r'<div class="errornote" role="alert">(.*?)</div>', html_of(response), re.S)[1]
    return [
        (target, plain(" ".join(re.sub("<[^>]+>", "", line).split())))
        for target, line in re.findall(r'<li>(?:<a href="#([^"]+)">)?(.*?)</li>', top, re.S)
    ]


def test_an_empty_measure_says_of_each_field_what_is_missing(admin_client):
    data = {**data_of(admin_client.get(page(Measure, "add"))), "published": "on"}
    response = admin_client.post(page(Measure, "add"), data)
    assert summary_of(response) == [
        ("id_title", "Titre : Écrivez le titre."),
        ("id_slug", "Identifiant : Écrivez l’identifiant."),
        ("id_proposal", "Proposition : Choisissez la proposition."),
        ("id_decided_by", "Qui décide : Choisissez qui décide."),
        ("id_horizon", "Échéance : Choisissez l’échéance."),
        ("id_budget", "Effet budgétaire : Choisissez l’effet budgétaire."),
        ("id_difficulty", "Difficulté : Choisissez la difficulté."),
        ("id_origin", "Provenance : Choisissez la provenance."),
        (
            "wordings-group",
            "Déclinaisons : Laissez une déclinaison sans strate : c’est celle par défaut, qui vaut"
            " pour toutes les autres communes.",
        ),
    ]
    assert "Corrigez" not in text_of(response)
    assert "<title>Erreur : Ajout" in plain(html_of(response))


def test_every_line_leads_to_an_element_of_the_page(admin_client):
    url, data = wording_page(admin_client)
    changes = {
        "title": "",
        "wordings-0-text": "",
        "wordings-1-sizes": [],
        "legal_bases-0-note": "<b>",
    }
    response = admin_client.post(url, {**data, **changes})
    targets = [target for target, _ in summary_of(response)]
    assert targets[:2] == ["id_title", "id_wordings-0-text"]
    assert "id_legal_bases-0-note" in targets
    assert [target for target in targets if target not in Page(response.content).ids] == []


def test_a_row_is_named_by_its_kind_and_number(admin_client):
    url, data = wording_page(admin_client)
    response = admin_client.post(url, {**data, "wordings-0-line": "x" * 91})
    assert summary_of(response) == [
        (
            "id_wordings-0-line",
            "Déclinaison 1, ligne de tract : 91 signes, c’est trop : il en faut 90 au plus.",
        )
    ]


def test_a_page_without_a_fault_has_no_list(admin_client):
    response = admin_client.get(page(Measure, "change", MEASURE))
    assert 'role="alert"' not in html_of(response)
    assert "<title>Erreur" not in html_of(response)


def test_a_new_measure_that_is_right_is_saved(admin_client):
    assert admin_client.post(page(Measure, "add"), new_measure(admin_client)).status_code == 302


def test_pages_of_accounts_have_the_list_too(admin_client, admin_user):
    url = page(get_user_model(), "change", admin_user.pk)
    response = admin_client.post(url, {**data_of(admin_client.get(url)), "username": ""})
    assert summary_of(response)[0][0] == "id_username"


@pytest.mark.parametrize("model", registered())
def test_every_required_field_has_a_sentence_of_its_own(admin_client, rf, admin_user, model):
    request = rf.get("/")
    request.user = admin_user
    model_admin = admin.site._registry[model]
    what = "add" if model_admin.has_add_permission(request) else "change"
    row = model.objects.first()
    if what == "change" and (row is None or not model_admin.has_change_permission(request)):
        return
    response = admin_client.get(page(model, what, *([row.pk] if what == "change" else [])))
    forms = [response.context["adminform"].form]
    forms += [inline.formset.empty_form for inline in response.context["inline_admin_formsets"]]
    said = {
        str(field.error_messages["required"])
        for form in forms
        for field in form.fields.values()
        if field.required and not hasattr(field, "parent_instance")
    }
    assert [one for one in said if not one.startswith(("Écrivez ", "Choisissez "))] == []


def test_a_wording_on_its_own_page_says_what_is_missing(admin_client):
    wording = Wording.objects.filter(measure=MEASURE, is_default=True).get()
    url = page(Wording, "change", wording.pk)
    response = admin_client.post(url, {**data_of(admin_client.get(url)), "text": ""})
    assert summary_of(response) == [("id_text", "Texte : Écrivez le texte.")]
