"""Every model of the curators’ desk has its pages, in French, for those who may see them."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from proposals.admin import site
from proposals.desk.models import (
    EntryChange,
    Measure,
    Objection,
    ObjectionSource,
    PlannedRelease,
    Proposal,
    Purpose,
    Question,
    Review,
    Source,
    SourceCheck,
    Upload,
    Wording,
    WordingSize,
)
from proposals.models import LoadedEntry, Release

from .pages import MEASURE, page, queries_of, registered

# Django's own admin templates read variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def test_no_page_leads_to_the_address_that_is_left_out():
    """`view_on_site` of Django, which site.py leaves out."""
    leading = [
        model
        for model, page in admin.site._registry.items()
        if page.view_on_site is True and hasattr(model, "get_absolute_url")
    ]
    assert leading == []


def test_release_leads_to_its_public_page(admin_client):
    release = Release.objects.first()
    found = admin_client.get(reverse("admin:proposals_release_change", args=[release.pk]))
    assert f'<a href="{release.get_absolute_url()}" class="viewsitelink">' in found.text


def test_key_of_another_kind_is_not_found(admin_client):
    kind = ContentType.objects.get_for_model(apps.get_model("django_tasks_database.DBTaskResult"))
    assert admin_client.get(f"/gestion/r/{kind.pk}/no-uuid/").status_code == 404


@pytest.mark.parametrize("model", registered())
def test_every_list_answers(admin_client, model):
    assert admin_client.get(page(model)).status_code == 200


@pytest.mark.parametrize("model", registered())
def test_every_list_can_be_searched(admin_client, model):
    assert admin_client.get(page(model), {"q": "réseau"}).status_code == 200


@pytest.mark.parametrize("model", registered())
def test_every_row_has_a_page(admin_client, model):
    Review.objects.create(kind="measure", key=MEASURE, digest="", state="asked")
    EntryChange.objects.create(kind="measure", key=MEASURE, role="editor", cause="admin")
    PlannedRelease.objects.create(number="9", publish_at=timezone.now(), entries=[])
    SourceCheck.objects.create(source="gironde", url="https://a.fr/", status="answers")
    Upload.objects.create(name="proposals.yaml", data=b"", digest="")
    row = model.objects.first()
    assert admin_client.get(page(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", registered())
def test_a_row_is_added_where_it_may_be(admin_client, rf, admin_user, model):
    request = rf.get("/")
    request.user = admin_user
    expected = 200 if admin.site._registry[model].has_add_permission(request) else 403
    assert admin_client.get(page(model, "add")).status_code == expected


def test_parts_and_records_are_not_added_on_their_own(admin_client, rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    refused = {
        model.__name__
        for model, model_admin in admin.site._registry.items()
        if model._meta.app_label in ("desk", "proposals")
        and not model_admin.has_add_permission(request)
    }
    assert refused == {
        *("Wording", "Parameter", "LegalBasis", "Pitch", "Objection", "Example"),
        *("Figure", "Question"),
        *("EntryChange", "JournalEntry", "Review", "PlannedRelease", "SourceCheck", "Upload"),
        *("Release", "ReleasedEntry", "WordingRevision", "LoadedEntry"),
    }


def test_every_model_is_edited_on_a_page_in_a_row_or_as_boxes():
    registered = {
        model: model_admin
        for model, model_admin in admin.site._registry.items()
        if model._meta.app_label == "desk"
    }
    seen = {*registered, WordingSize}
    for model_admin in registered.values():
        seen |= {inline.model for inline in model_admin.inlines}
    assert seen == set(apps.get_app_config("desk").get_models())


def test_the_index_is_in_french_and_begins_with_proposals_and_measures(admin_client):
    response = admin_client.get(reverse("admin:index"))
    assert "Désescalade, gestion du catalogue" in response.content.decode()
    listed = response.context["app_list"]
    assert [app["app_label"] for app in listed] == ["desk", "proposals", "programmes", "auth"]
    assert [entry["object_name"] for entry in listed[0]["models"]][:2] == ["Proposal", "Measure"]


def test_every_model_has_its_place_on_the_index():
    ours = [
        model.__name__
        for model in admin.site._registry
        if model._meta.app_label in ("desk", "proposals", "programmes")
    ]
    assert sorted(ours) == sorted(site.ORDER)


# Words that a field is named by, and that are French as they are.
FRENCH = {"source", "date", "type", "note", "population", "objection", "instrument", "question"}


@pytest.mark.parametrize("model", registered())
def test_every_label_is_in_french(model):
    model_admin = admin.site._registry[model]
    pages = [model_admin, *(inline(model, admin.site) for inline in model_admin.inlines)]
    unnamed = {
        name
        for part in pages
        for name in [*flatten(part.fields or ()), *getattr(part, "list_display", ())]
        if any(
            field.name == name and field.verbose_name == name.replace("_", " ")
            for field in part.opts.fields
        )
    }
    assert unnamed - FRENCH == set()


def test_a_source_page_says_what_cites_it(admin_client):
    source = ObjectionSource.objects.first().source
    response = admin_client.get(page(Source, "change", source.pk))
    objection = ObjectionSource.objects.filter(source=source).first().objection
    assert f'<a href="{page(Objection, "change", objection.pk)}">' in response.content.decode()


# Whom it lets in


def test_a_stranger_is_sent_to_the_login_page(client):
    response = client.get(page(Measure))
    assert response.status_code == 302
    assert response.url == f"{reverse('admin:login')}?next={page(Measure)}"


def test_an_account_that_is_not_staff_is_refused(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("benevole"))
    assert client.get(page(Measure)).status_code == 302
    assert client.post(page(Purpose, "add"), {"slug": "x", "label": "X"}).status_code == 401
    assert Purpose.objects.filter(slug="x").exists() is False


def test_staff_without_permission_is_refused(client, django_user_model, with_factor):
    with_factor(client, django_user_model.objects.create_user("salarie", is_staff=True))
    assert client.get(page(Measure)).status_code == 403


def test_records_cannot_be_changed_or_deleted(admin_client):
    entry = LoadedEntry.objects.first()
    assert admin_client.post(page(LoadedEntry, "change", entry.pk), {}).status_code == 403
    assert admin_client.post(page(LoadedEntry, "delete", entry.pk), {}).status_code == 403


# Queries


def test_the_page_of_a_measure_asks_as_much_whatever_it_holds(admin_client):
    """From the barest measure to the fullest, each with a value at every kind of row."""
    full = [
        measure.pk
        for measure in Measure.objects.prefetch_related("wordings")[::3]
        if measure.examples.exclude(source=None).exists()
        and measure.legal_bases.exclude(source=None).exists()
        and measure.related_links.exists()
        and measure.wordings.count() > 1
        and measure.parameters.exists()
    ]
    counts = {queries_of(admin_client, page(Measure, "change", slug)) for slug in full}
    assert len({Wording.objects.filter(measure=slug).count() for slug in full}) > 1
    assert len(counts) == 1


@pytest.mark.parametrize(
    ("model", "relation"),
    [(Proposal, "figures"), (Question, "questionmeasure_set"), (Objection, "objectionsource_set")],
)
def test_pages_with_rows_ask_as_much_for_three_as_for_one(admin_client, model, relation):
    owner = max(model.objects.all(), key=lambda row: getattr(row, relation).count())
    first = getattr(owner, relation).first()
    for row in getattr(owner, relation).exclude(pk=first.pk):
        row.delete()
    one = queries_of(admin_client, page(model, "change", owner.pk))
    for _ in range(2):
        first.pk = None
        if isinstance(owner, Question):
            taken = owner.questionmeasure_set.values("measure")
            first.measure = Measure.objects.exclude(pk__in=taken).first()
        first.save()
    assert getattr(owner, relation).count() == 3
    assert queries_of(admin_client, page(model, "change", owner.pk)) == one
