"""The page of an entry, and the word after it is saved, say that the public reads another text."""

import pytest

from proposals.desk.models import Measure, Source, Wording
from tests.pages import html_of, plain, text_of

from .pages import MEASURE, data_of, new_measure, page, wording_page

# Django's own admin templates read variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

WAITS = "C’est un brouillon : le public lit encore le texte publié. Le voir au chantier"
NEW = "C’est un brouillon : le public ne le lit pas encore. Le voir au chantier"
URL = f"/gestion/chantier/measure/{MEASURE}/"


def said(response) -> str:
    return plain(text_of(response))


def test_a_correction_is_told_to_be_a_draft_in_both_places(admin_client):
    url, data = wording_page(admin_client)
    assert "C’est un brouillon" not in said(admin_client.get(url))
    response = admin_client.post(
        url, {**data, "title": "Prévoir la panne", "_continue": "1"}, follow=True
    )
    (message,) = [str(message) for message in response.context["messages"]]
    assert plain(message).startswith("L’objet mesure")
    assert f'C’est un brouillon : le public lit encore le texte publié. <a href="{URL}">' in plain(
        message
    )
    assert said(response).count(WAITS) == 2
    assert admin_client.get(URL).status_code == 200


def test_what_is_put_back_is_no_draft_any_more(admin_client):
    url, data = wording_page(admin_client)
    admin_client.post(url, {**data, "title": "Prévoir la panne"})
    data["version"] = data_of(admin_client.get(url)).get("version", "")
    response = admin_client.post(url, {**data, "version": "", "_continue": "1"}, follow=True)
    assert "C’est un brouillon" not in said(response)


def test_a_part_says_it_of_its_measure(admin_client):
    wording = Wording.objects.get(measure=MEASURE, is_default=True)
    url = page(Wording, "change", wording.pk)
    data = {**data_of(admin_client.get(url)), "text": "Un autre texte.", "_continue": "1"}
    response = admin_client.post(url, data, follow=True)
    assert said(response).count(WAITS) == 2
    assert f'href="{URL}"' in html_of(response)


def test_a_new_entry_is_read_by_nobody_yet(admin_client):
    response = admin_client.post(
        page(Measure, "add"), {**new_measure(admin_client), "_continue": "1"}, follow=True
    )
    assert said(response).count(NEW) == 2


def test_a_row_in_another_catalogue_leads_to_its_draft(admin_client, second):
    row = Source.objects.filter(pk__startswith="table--").first()
    url = page(Source, "change", row.pk)
    data = {**data_of(admin_client.get(url)), "title": "Un autre titre", "_continue": "1"}
    response = admin_client.post(url, data, follow=True)
    assert said(response).count(WAITS) == 2
    assert "?catalogue=table" in html_of(response).partition("Le voir au chantier")[0]


def test_the_head_of_a_catalogue_has_no_draft(admin_client):
    from proposals.desk.models import Catalogue

    row = Catalogue.objects.first()
    response = admin_client.get(page(Catalogue, "change", row.pk))
    assert response.status_code == 200
    assert "C’est un brouillon" not in said(response)


def test_who_deletes_is_not_told_of_a_draft_that_is_gone(admin_client):
    row = Source.objects.create(slug="neuve", title="Neuve", catalogue_id="principal")
    response = admin_client.post(page(Source, "delete", row.pk), {"post": "yes"}, follow=True)
    assert response.status_code == 200
    assert "C’est un brouillon" not in said(response)
