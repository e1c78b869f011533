"""What others name is not deleted, and whoever asks is told where it is named."""

import pytest
from django.urls import reverse

from proposals.admin.places import places
from proposals.desk.models import (
    Measure,
    Proposal,
    Purpose,
    ReflectionSheet,
    Signatory,
    SizeClass,
    Source,
    Threshold,
    Wording,
)
from tests.pages import plain, text_of

# Django's own admin templates read variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

# What is named, and a page where it is named.
IN_USE = {
    "source": (Source, "tmnlab", ReflectionSheet, {"source": "tmnlab"}),
    "size": (SizeClass, "village", Wording, {"sizes__size_class": "village"}),
    "purpose": (Purpose, "securite", Measure, {"purposes": "securite"}),
}
REFERENCE = [Source, Purpose, SizeClass, Threshold, Signatory]
FALSE_REASON = "ne possède pas la permission"


def page(model, what: str = "changelist", *args) -> str:
    return reverse(f"admin:desk_{model._meta.model_name}_{what}", args=args)


@pytest.fixture(params=["admin", "Relecture", "Rédaction"])
def writer(request, admin_client, enter):
    return admin_client if request.param == "admin" else enter(request.param)


@pytest.mark.parametrize("used", IN_USE)
def test_the_places_are_named_with_a_link(writer, used):
    model, slug, holder, where = IN_USE[used]
    response = writer.get(page(model, "delete", slug))
    said, shown = plain(text_of(response)), response.content.decode()
    row = model.objects.get(pk=slug)
    assert FALSE_REASON not in said
    assert plain(f"{model._meta.verbose_name} « {row} » sert encore : elle ne peut pas") in said
    for each in holder.objects.filter(**where):
        assert f'href="{page(holder, "change", each.pk)}"' in shown


@pytest.mark.parametrize("used", IN_USE)
def test_it_stays_even_when_one_sends_the_form(writer, used):
    model, slug, *_ = IN_USE[used]
    response = writer.post(page(model, "delete", slug), {"post": "yes"})
    assert (response.status_code, model.objects.filter(pk=slug).exists()) == (200, True)


def test_each_place_is_named_once(admin_client):
    for model, slug, *_ in IN_USE.values():
        places = admin_client.get(page(model, "delete", slug)).context["protected"]
        assert len(places) == len(set(places)) > 0


def test_a_size_names_the_measure_of_each_wording_and_of_each_setting(admin_client):
    said = plain(text_of(admin_client.get(page(SizeClass, "delete", "village"))))
    title = Measure.objects.get(pk="pcs-rupture-reseaux").title
    assert plain(f"mesure « {title} », déclinaison : ") in said
    assert "», réglage : {" in said
    assert "Strate: village" not in said


@pytest.mark.parametrize("model", [*REFERENCE, Proposal])
def test_nobody_deletes_from_a_list(writer, model):
    rows = [str(pk) for pk in model.objects.values_list("pk", flat=True)]
    data = {"action": "delete_selected", "_selected_action": rows, "post": "yes"}
    writer.post(page(model), data)
    assert [str(pk) for pk in model.objects.values_list("pk", flat=True)] == rows


@pytest.mark.parametrize("model", REFERENCE)
def test_an_observer_deletes_nothing(observer, model):
    row = model.objects.first()
    address = page(model, "delete", row.pk)
    assert [observer.get(address).status_code, observer.post(address).status_code] == [403, 403]
    assert model.objects.filter(pk=row.pk).exists() is True


@pytest.mark.parametrize("model", [Threshold, Signatory])
def test_what_nothing_names_is_deleted_by_who_writes(writer, model):
    row = model.objects.first()
    assert writer.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 302
    assert model.objects.filter(pk=row.pk).exists() is False


def test_a_draft_that_replaces_another_measure_names_it(admin_client):
    old = Measure.objects.first()
    draft = Measure.objects.get(pk=old.pk)
    draft.pk = "un-brouillon"
    draft.save(force_insert=True)
    Measure.objects.filter(pk=old.pk).update(successor=draft)
    said = plain(text_of(admin_client.get(page(Measure, "delete", draft.pk))))
    assert FALSE_REASON not in said
    assert plain(f"mesure : {old.title}") in said


def test_the_places_of_a_size_are_found_in_four_queries(django_assert_num_queries):
    village = SizeClass.objects.get(pk="village")
    with django_assert_num_queries(4):
        assert len(places(village)) > 2
