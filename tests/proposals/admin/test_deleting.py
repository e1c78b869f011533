"""What may be deleted, and what stays."""

import pytest

from proposals.desk.models import LegalBasis, Measure, Source

from .pages import MEASURE, new_measure, page, sentences

# Django's own admin templates read variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def test_a_source_that_is_cited_cannot_be_deleted(admin_client):
    source = LegalBasis.objects.exclude(source=None).first().source
    url = page(Source, "delete", source.pk)
    assert "Impossible de supprimer" in sentences(admin_client.get(url))
    assert admin_client.post(url, {"post": "yes"}).status_code == 200
    assert Source.objects.filter(pk=source.pk).exists() is True


def test_a_source_that_nothing_cites_can_be_deleted(admin_client):
    source = Source.objects.create(slug="jamais-citee", title="Jamais citée")
    response = admin_client.post(page(Source, "delete", source.pk), {"post": "yes"})
    assert response.status_code == 302
    assert Source.objects.filter(pk=source.pk).exists() is False


def test_what_the_file_holds_for_good_cannot_be_deleted_a_draft_can(admin_client):
    admin_client.post(page(Measure, "add"), new_measure(admin_client))
    statuses = [
        admin_client.post(page(Measure, "delete", slug), {"post": "yes"}).status_code
        for slug in (MEASURE, "ouvrir-un-guichet")
    ]
    assert statuses == [403, 302]


def test_nothing_is_deleted_from_a_list(admin_client):
    source = Source.objects.create(slug="jamais-citee", title="Jamais citée")
    data = {"action": "delete_selected", "_selected_action": [source.pk], "post": "yes"}
    admin_client.post(page(Source), data)
    assert Source.objects.filter(pk=source.pk).exists() is True
