"""What is typed in the admin: its length, its rules, and what is pasted or sent by mistake."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.forms import formsets
from django.test import Client
from django.urls import reverse

from desescalade.long_forms import URLENCODED
from proposals import pasted
from proposals.desk.models import (
    Example,
    LegalBasis,
    Measure,
    Objection,
    ObjectionSource,
    Parameter,
    Source,
    Wording,
)
from tests.pages import plain, text_of

from .pages import MEASURE, data_of, page, rows_of, wording_page

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


# Budgets


def test_each_bounded_text_says_how_long_it_is(admin_client):
    wording = Wording.objects.get(measure=MEASURE, is_default=True)
    wording.line, wording.text = "é" * 74, "a\nb"
    wording.save()
    shown = admin_client.get(page(Measure, "change", MEASURE)).content.decode()
    assert '<span class="budget" data-budget="90">74 / 90</span>' in shown
    assert '<span class="budget" data-budget="2000">3 / 2000</span>' in shown


def test_a_text_that_is_too_long_says_so_when_it_comes_back(admin_client):
    url, data = wording_page(admin_client)
    response = admin_client.post(url, {**data, "wordings-0-line": "x" * 91})
    shown = response.content.decode()
    assert '<span class="budget over" data-budget="90">91 / 90</span>' in shown


def test_slugs_addresses_and_numbers_have_no_budget(admin_client):
    shown = admin_client.get(page(Source, "change", "gironde")).content.decode()
    assert shown.count('class="budget"') == 3
    assert 'data-budget="600"' not in shown


def test_the_script_is_small_and_stands_in_the_admin_only(admin_client, client):
    script = Path(settings.BASE_DIR) / "static" / "js" / "admin-budget.js"
    assert script.stat().st_size < 1000
    shown = admin_client.get(page(Measure, "change", MEASURE)).content.decode()
    assert '<script src="/static/js/admin-budget.js"></script>' in shown
    assert "admin-budget" not in client.get(reverse("proposals:measure", args=[MEASURE])).text


# Plain words


def test_saving_gives_advice_with_the_place_and_saves_all_the_same(admin_client):
    url, data = wording_page(admin_client)
    data["wordings-0-easy"] = "Une newsletter pour tous."
    response = admin_client.post(url, data, follow=True)
    assert [str(message) for message in response.context["messages"]][1:] == [
        f"Conseil, mesure « {MEASURE} », version simplifiée : « newsletter » : peut-être « lettre"
        " d’information »."
    ]
    assert Wording.objects.get(measure=MEASURE, is_default=True).easy == "Une newsletter pour tous."


def test_a_part_on_its_own_page_gives_the_advice_of_its_measure(admin_client):
    wording = Wording.objects.get(measure=MEASURE, is_default=True)
    url = page(Wording, "change", wording.pk)
    data = {**data_of(admin_client.get(url)), "text": "Quelle problématique."}
    response = admin_client.post(url, data, follow=True)
    assert "Conseil, mesure « pcs-rupture-reseaux », texte" in text_of(response)


# Pasted from a word processor

WORD = "<p class=MsoNormal>Nous ouvrons<o:p></o:p></p>"


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        (WORD, "<p class=MsoNormal>"),
        ("Nous&nbsp;ouvrons", "&nbsp;"),
        ("Nous <st1:place>ici</st1:place>", "<st1:place>"),
        ("<!--[if gte mso 9]>", "<!--"),
        ("a<br/>b", "<br/>"),
        ("&#8217;", "&#8217;"),
        (f"<span style='{'x' * 100}'>", f"<span style='{'x' * 27}…"),
    ],
)
def test_code_of_a_word_processor_is_found(text, mark):
    assert pasted.problem(text) == (
        f"Ce texte apporte du code avec lui (« {mark} »), souvent d’un traitement de texte."
        " Collez-le sans sa mise en forme (Ctrl + Maj + V), ou retirez ce code."
    )


@pytest.mark.parametrize(
    "text",
    ["<https://a.fr/b>", "3 < 4 et 5 > 2", "Marks & Spencer; et", "**gras** [x](https://a.fr)", ""],
)
def test_markdown_and_signs_are_no_code(text):
    assert pasted.problem(text) == ""


def test_pasted_code_is_refused_at_its_field_and_kept_there(admin_client):
    url, data = wording_page(admin_client)
    response = admin_client.post(url, {**data, "wordings-0-text": WORD, "title": "A&nbsp;b"})
    row = rows_of(response, "wordings")[0]
    assert row.errors["text"] == [pasted.problem(WORD)]
    assert row["text"].value() == WORD
    assert response.context["adminform"].form.errors["title"] == [pasted.problem("A&nbsp;b")]


# Settings between braces


def with_setting(slug: str = "jours_exercice") -> Parameter:
    return Parameter.objects.create(
        measure_id=MEASURE, slug=slug, label="Jours", type="integer", default="2", basis="editorial"
    )


MEANT = (
    "« {jour_exercice} » n’est pas un réglage de cette mesure. Voulez-vous dire"
    " {jours_exercice}\u202f?"
)


def test_a_typing_slip_in_a_setting_is_refused_and_the_right_name_told(admin_client):
    with_setting()
    url, data = wording_page(admin_client)
    typed = {"wordings-0-text": "Sous {jour_exercice}.", "wordings-0-easy": "Sous {.",
             "title": "Sous {jour_exercice}"}  # fmt: skip
    response = admin_client.post(url, {**data, **typed})
    assert response.status_code == 200
    assert rows_of(response, "wordings")[0].errors == {
        "text": [MEANT],
        "easy": ["Une accolade { ou } est seule : fermez-la ou retirez-la."],
    }
    assert response.context["adminform"].form.errors["title"] == [MEANT]


def test_a_typing_slip_is_refused_on_the_page_of_a_wording_too(admin_client):
    with_setting()
    wording = Wording.objects.get(measure=MEASURE, is_default=True)
    url = page(Wording, "change", wording.pk)
    data = {**data_of(admin_client.get(url)), "text": "Sous {jour_exercice}."}
    response = admin_client.post(url, data)
    assert response.context["adminform"].form.errors["text"] == [MEANT]


def test_a_setting_that_comes_with_the_page_is_known_and_one_that_goes_is_not(admin_client):
    Parameter.objects.filter(measure=MEASURE).delete()
    Wording.objects.filter(measure=MEASURE).update(text="Un texte.", easy="Un texte.")
    url, data = wording_page(admin_client)
    new = {"slug": "semaines", "label": "S", "type": "integer", "default": "2", "basis": "site"}
    typed = {f"parameters-0-{name}": value for name, value in new.items()}
    data |= {**typed, "parameters-TOTAL_FORMS": 1, "wordings-0-text": "Sous {semaines}."}
    assert admin_client.post(url, data).status_code == 302
    url, data = wording_page(admin_client)
    response = admin_client.post(url, {**data, "parameters-0-DELETE": "on"})
    (sentence,) = rows_of(response, "wordings")[0].errors["text"]
    assert sentence.startswith("« {semaines} » n’est pas un réglage de cette mesure.")


@pytest.mark.parametrize("total", ["", "x", "99999999999"])
def test_a_form_that_lies_about_its_rows_gives_the_page_again(admin_client, monkeypatch, total):
    # Django draws twice as many rows, whatever the form says: two thousand take long.
    monkeypatch.setattr(formsets, "DEFAULT_MAX_NUM", 20)
    url, data = wording_page(admin_client)
    response = admin_client.post(url, {**data, "parameters-TOTAL_FORMS": total})
    assert response.status_code == 200


# Too much at once


@pytest.mark.parametrize("sign", ["é", "🚲"])
def test_two_million_signs_come_back_with_their_sentence(admin_client, sign):
    url, data = wording_page(admin_client)
    typed = sign * 2_000_000
    sent = urlencode({**data, "wordings-0-text": typed}, doseq=True)
    response = admin_client.generic("POST", url, sent, content_type=URLENCODED)
    assert response.status_code == 200
    form = rows_of(response, "wordings")[0]
    assert form.errors["text"] == ["2000000 signes, 2000 au plus."]
    assert form["text"].value() == typed


def test_a_flood_gets_its_page(admin_client):
    url = page(Measure, "change", MEASURE)
    response = admin_client.post(url, {"title": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)})
    assert response.status_code == 413
    said = text_of(response)
    assert "Rien n’a été enregistré, et il n’a pas pu garder ce que vous aviez écrit." in said
    assert "collez-le avec Ctrl + Maj + V" in said


def test_a_form_with_thousands_of_fields_gets_the_same_page(admin_client):
    data = {f"champ-{number}": "x" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    assert admin_client.post(page(Measure, "change", MEASURE), data).status_code == 413


def test_other_bad_requests_keep_their_page(client):
    response = Client(raise_request_exception=False).get("/", headers={"host": "ailleurs.exemple"})
    assert response.status_code == 400
    assert "Demande incomplète" in text_of(response)


# A source in use


def test_deleting_a_source_in_use_names_each_place_with_a_link(admin_client):
    source = Source.objects.create(slug="citee", title="Citée")
    basis = LegalBasis.objects.filter(measure=MEASURE).first()
    example, objection = Example.objects.first(), Objection.objects.filter(measure=MEASURE).first()
    LegalBasis.objects.filter(pk=basis.pk).update(source=source)
    Example.objects.filter(pk=example.pk).update(source=source)
    ObjectionSource.objects.create(objection=objection, source=source)
    response = admin_client.get(page(Source, "delete", "citee"))
    shown, said = response.content.decode(), plain(text_of(response))
    assert "La source « Citée » sert encore : elle ne peut pas être supprimée." in said
    for row, name in ((basis, "base légale"), (example, "exemple"), (objection, "objection")):
        assert plain(f"Mesure « {row.measure} », {name} : ").lower() in said.lower()
        assert f'href="{page(type(row), "change", row.pk)}"' in shown
    assert admin_client.post(page(Source, "delete", "citee"), {"post": "yes"}).status_code == 200
    assert Source.objects.filter(pk="citee").exists() is True
