"""Fields, ranks and slugs: what a page writes, and what it gives back to mend."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from proposals import catalogue
from proposals.catalogue import from_rows
from proposals.catalogue.soundness import inconsistencies
from proposals.desk import models as desk
from proposals.desk.models import Measure, Proposal, Source, Wording, WordingSize
from tests.pages import html_of, plain, text_of

from .pages import (
    MEASURE,
    data_of,
    new_measure,
    page,
    registered,
    rows_of,
    wording_page,
)

# Django's own admin templates read variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def test_an_untouched_page_changes_nothing_in_the_file(admin_client):
    before = catalogue.dump()
    for proposal in Proposal.objects.all():
        for row in (proposal, proposal.measures.last()):
            url = page(type(row), "change", row.pk)
            response = admin_client.post(url, data_of(admin_client.get(url)))
            assert response.status_code == 302, row.pk
    assert catalogue.dump() == before


def test_an_untouched_page_of_a_part_changes_nothing_in_the_file(admin_client):
    before = catalogue.dump()
    for model in [param.values[0] for param in registered()]:
        if admin.site._registry[model].has_change_permission.__qualname__.startswith("ReadOnly"):
            continue
        url = page(model, "change", model.objects.last().pk)
        response = admin_client.post(url, data_of(admin_client.get(url)))
        assert response.status_code == 302, model
    assert catalogue.dump() == before


def test_saving_says_what_the_file_would_refuse(admin_client):
    url, data = wording_page(admin_client)
    WordingSize.objects.filter(measure=MEASURE).delete()
    Wording.objects.filter(measure=MEASURE, is_default=False).delete()
    Wording.objects.exclude(measure=MEASURE).update(text="Pendant {duree_inconnue}.")
    url, data = wording_page(admin_client)
    response = admin_client.post(url, data, follow=True)
    other = Measure.objects.exclude(pk=MEASURE).first()
    assert f"Mesure « {other.pk} », texte : accolades inconnues « {{duree_inconnue}} »." in [
        str(message) for message in response.context["messages"]
    ]


def test_a_save_reads_the_catalogue_once_before_and_once_after(admin_client):
    url, data = wording_page(admin_client)
    with CaptureQueriesContext(connection) as captured:
        assert admin_client.post(url, {**data, "title": "Prévoir la panne"}).status_code == 302
    # Nothing but a reading of the whole asks for those who sign.
    readings = [query for query in captured if 'FROM "desk_signatory"' in query["sql"]]
    assert len(readings) == 2


def test_a_text_that_the_file_refuses_gives_the_form_again(admin_client):
    url, data = wording_page(admin_client)
    response = admin_client.post(url, {**data, "wordings-0-text": "a\u202eb"})
    assert rows_of(response, "wordings")[0].errors["text"] == ["Signe invisible interdit (U+202E)."]


def test_a_page_whose_row_is_gone_gives_back_what_was_typed(admin_client):
    row = Source.objects.create(slug="neuve", title="Neuve")
    url = page(Source, "change", row.pk)
    data = {**data_of(admin_client.get(url)), "title": "Les mots que l’on garde <b>"}
    row.delete()
    response = admin_client.post(url, data)
    assert response.status_code == 410
    assert "a été supprimé pendant que vous écriviez : rien n’est enregistré." in plain(
        text_of(response)
    )
    kept = re.findall(r"<textarea[^>]*>(.*?)</textarea>", html_of(response))
    assert kept == ["Les mots que l’on garde &lt;b&gt;"]
    assert f'href="{page(Source)}"' in html_of(response)
    assert Source.objects.filter(pk="neuve").exists() is False


@pytest.mark.parametrize("pk", ["9" * 400, "rien_00", "é"])
def test_a_page_of_a_row_that_never_was_gives_back_what_was_typed(admin_client, pk):
    for model in (Measure, Wording):
        response = admin_client.post(page(model, "change", pk), {"title": "Des mots à garder"})
        assert response.status_code == 410
        assert "Des mots à garder" in text_of(response)


def test_who_only_looks_is_not_shown_a_page_for_writing(client, django_user_model, with_factor):
    user = django_user_model.objects.create_user("regard", is_staff=True)
    user.groups.add(Group.objects.get(name="Observation"))
    url = page(Measure, "change", "nulle-part")
    assert with_factor(client, user).post(url, {"title": "Des mots"}).status_code != 410


# Slugs


def test_a_slug_that_exists_or_that_the_file_refuses_gives_the_form_again(admin_client):
    for slug, expected in [
        (MEASURE, "Un objet Mesure avec ce champ Identifiant existe déjà."),
        ("Mairie", "« Mairie » n’est pas un identifiant (minuscules, chiffres et tirets)."),
    ]:
        response = admin_client.post(page(Measure, "add"), new_measure(admin_client, slug=slug))
        assert response.status_code == 200
        form = response.context["adminform"].form
        assert form.errors["slug"] == [expected]


def test_a_slug_cannot_be_changed(admin_client):
    url = page(Measure, "change", MEASURE)
    before = Measure.objects.count()
    data = {**data_of(admin_client.get(url)), "slug": "autre", "title": "Nouveau titre"}
    assert admin_client.post(url, data).status_code == 302
    assert Measure.objects.filter(pk="autre").exists() is False
    assert Measure.objects.count() == before
    assert Measure.objects.get(pk=MEASURE).title == "Nouveau titre"


# Ranks


def test_a_new_measure_comes_last_under_its_proposal_with_a_default_wording(admin_client):
    response = admin_client.post(page(Measure, "add"), new_measure(admin_client))
    assert response.status_code == 302
    measure = Measure.objects.get(pk="ouvrir-un-guichet")
    assert measure == measure.proposal.measures.last()
    wording = measure.wordings.get()
    assert wording.is_default is True
    assert wording.text == "Nous ouvrons un guichet.\n\nIl reste ouvert."
    assert inconsistencies(from_rows.entries_of(desk)) == []


def test_rows_are_numbered_anew_when_one_moves_and_one_comes(admin_client):
    measure = next(row for row in Measure.objects.all() if row.pitches.count() > 2)
    first, second, *others = measure.pitches.all()
    url, data = wording_page(admin_client, measure.pk)
    count = 2 + len(others)
    data |= {"pitches-1-position": 0, "pitches-TOTAL_FORMS": count + 1}
    data |= {f"pitches-{count}-text": "Un argument de plus", f"pitches-{count}-position": ""}
    assert admin_client.post(url, data).status_code == 302
    rows = list(measure.pitches.all())
    assert [row.position for row in rows] == list(range(count + 1))
    assert [row.text for row in rows] == [
        *(second.text, first.text),
        *(row.text for row in others),
        "Un argument de plus",
    ]


def test_a_measure_that_moves_takes_the_rank_asked_for(admin_client):
    proposal = Proposal.objects.first()
    first, second, third = proposal.measures.all()[:3]
    for moved, rank, expected in [
        (third, 0, [third, first, second]),
        (third, 2, [first, second, third]),
    ]:
        url, data = wording_page(admin_client, moved.pk)
        assert admin_client.post(url, {**data, "position": rank}).status_code == 302
        assert list(proposal.measures.all()[:3]) == expected
