"""What the tests of the admin read on its pages and send back to them."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from proposals.desk.models import Measure, Proposal

MEASURE = "pcs-rupture-reseaux"


def page(model, what="changelist", *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def registered():
    return [
        pytest.param(model, id=model.__name__)
        for model in admin.site._registry
        if model._meta.app_label in ("desk", "proposals")
    ]


def forms_of(response):
    """The main form of a page and those of its inlines, without the empty ones."""
    yield response.context["adminform"].form
    for inline in response.context["inline_admin_formsets"]:
        yield inline.formset.management_form
        yield from inline.formset.forms


def data_of(response) -> dict:
    """What a browser would send back for an untouched page."""
    data = {}
    for form in forms_of(response):
        for bound in form:
            value = bound.value()
            if isinstance(value, bool):
                value = "on" if value else None
            if isinstance(value, str):
                value = value.replace("\n", "\r\n")
            if value is not None:
                data[bound.html_name] = value
    return data


def rows_of(response, prefix: str) -> list:
    return next(
        inline.formset.forms
        for inline in response.context["inline_admin_formsets"]
        if inline.formset.prefix == prefix
    )


def slugs(client, model, **query) -> list[str]:
    response = client.get(page(model), query)
    assert response.status_code == 200
    return sorted(row.pk for row in response.context["cl"].queryset)


def queries_of(client, url: str) -> int:
    # Django keeps the content types after their first use, in whatever test that was.
    ContentType.objects.get_for_models(*apps.get_models())
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def sentences(response) -> str:
    """The text of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", response.content.decode()))


def new_measure(admin_client, **changes) -> dict:
    data = data_of(admin_client.get(page(Measure, "add")))
    return {
        **data,
        "title": "Ouvrir un guichet",
        "slug": "ouvrir-un-guichet",
        "proposal": Proposal.objects.first().pk,
        "decided_by": "mayor",
        "horizon": "term",
        "budget": "neutral",
        "difficulty": "easy",
        "origin": "editorial",
        "wordings-0-line": "Un guichet ouvert à tous",
        "wordings-0-text": "Nous ouvrons un guichet.\r\n\r\nIl reste ouvert.",
        "wordings-0-easy": "La mairie ouvre un guichet.",
        **changes,
    }


def wording_page(admin_client, slug=MEASURE):
    url = page(Measure, "change", slug)
    data = data_of(admin_client.get(url))
    return url, data
