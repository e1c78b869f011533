"""Lists of the desk ask the database the same, whatever they hold."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes.models import Contribution
from tests import clones
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
MANY = 300
LISTED = [
    *(model for model in admin.site._registry if model._meta.app_label in ("desk", "proposals")),
    Contribution,
]


def test_every_list_of_the_site_is_asked():
    """Those of Programmes and of the accounts need a team: tests/programmes/test_admin.py."""
    others = {model._meta.app_label for model in set(admin.site._registry) - set(LISTED)}
    assert others == {"programmes", "auth"}


@pytest.mark.parametrize("model", LISTED, ids=lambda model: model._meta.label)
def test_a_list_asks_as_much_for_three_hundred_rows_as_for_one(admin_client, monkeypatch, model):
    ContentType.objects.get_for_models(*apps.get_models())
    clones.fill(model, MANY)
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    counts = {}
    for rows in (1, MANY):
        monkeypatch.setattr(admin.site._registry[model], "list_per_page", rows)
        with CaptureQueriesContext(connection) as captured:
            response = admin_client.get(url)
        assert len(response.context["cl"].result_list) == rows
        counts[rows] = len(captured)
    assert counts[1] == counts[MANY]


CATALOGUE = [model for model in LISTED if model._meta.app_label == "desk"]


@pytest.mark.parametrize("model", CATALOGUE, ids=lambda model: model._meta.label)
def test_an_observer_opens_every_page_of_the_desk_to_look(observer, model):
    clones.fill(model, 1)
    row = model.objects.all()[0]
    response = observer.get(reverse(f"admin:desk_{model._meta.model_name}_change", args=[row.pk]))
    assert response.status_code == 200
    assert 'name="_save"' not in response.content.decode()


def test_an_observer_reads_the_sizes_of_a_wording(observer):
    page = text_of(observer.get(reverse("admin:desk_measure_change", args=["pcs-rupture-reseaux"])))
    assert "Strates : Village" in page
    assert "Strates : par défaut" in page
