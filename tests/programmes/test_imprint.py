"""Who prints, asked for on the way to the first print, and nothing else with it."""

import re

import pytest
from django.urls import reverse

from programmes import editions
from programmes.enums import Printer
from programmes.models import Programme
from tests.pages import errors_of, html_of, text_of

PLAN = "pcs-rupture-reseaux"
TYPED = {
    "printer": "ourselves",
    "printer_name": "Camille Roux",
    "printer_address": "3, place de l’Église",
    "tirage": "",
}


def at(programme, name="imprint"):
    return reverse(f"programmes:{name}", args=[programme.pk])


def send(client, programme, **changes):
    return client.post(at(programme), {**TYPED, "version": programme.version, **changes})


def test_print_screen_asks_who_prints_and_nothing_else(as_alice, programme, take):
    take(PLAN)
    html = html_of(as_alice.get(at(programme, "print")))
    form = re.search(r'<form method="post" action="[^"]*imprimeur/".*?</form>', html, re.S)[0]
    assert sorted(set(re.findall(r'name="([^"]*)"', form)) - {"csrfmiddlewaretoken"}) == [
        "printer", "printer_address", "printer_name", "tirage", "version",
    ]  # fmt: skip
    assert "Faire le premier tirage" not in html


def test_saving_makes_the_first_edition_and_leads_back_to_the_formats(as_alice, programme, take):
    take(PLAN)
    response = send(as_alice, programme)
    assert response.url == at(programme, "print")
    programme.refresh_from_db()
    assert (programme.printer, programme.printer_name) == (Printer.OURSELVES, "Camille Roux")
    assert programme.editions.count() == 1
    page = html_of(as_alice.get(response.url))
    assert 'imprimer/programme-a4/ecran.pdf">programme A4 en PDF' in page
    assert "imprimeur/" not in page


def test_it_can_be_saved_without_an_edition(as_alice, programme, take):
    take(PLAN)
    as_alice.post(
        at(programme), {**{k: v for k, v in TYPED.items() if k != "tirage"}, "version": 1}
    )
    assert programme.editions.count() == 0
    assert "Faire le premier tirage" in text_of(as_alice.get(at(programme, "print")))


def test_nothing_retained_makes_no_edition(as_alice, programme):
    assert send(as_alice, programme).status_code == 302
    assert programme.editions.count() == 0


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("printer", "", "Choisissez qui imprime."),
        ("printer_name", " ", "Écrivez le nom de l’imprimerie, ou de la personne qui imprime."),
        ("printer_address", "", "Écrivez son adresse complète."),
        ("printer_name", "a" * 121, "121 signes, c’est trop : il en faut 120 au plus."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    as_alice, programme, take, field, typed, said
):
    take(PLAN)
    response = send(as_alice, programme, **{field: typed})
    assert "<title>Erreur : Qui imprime" in html_of(response).replace("\u00a0", " ")
    assert [error.replace("\u00a0", " ") for error in errors_of(response)] == [said]
    kept = "Camille Roux" if field != "printer_name" else "3, place de l’Église"
    assert kept in html_of(response)
    assert (programme.editions.count(), Programme.objects.get().printer_name) == (0, "")


def test_a_colleagues_settings_are_not_overwritten(as_alice, programme, take):
    take(PLAN)
    seen = programme.version
    programme.printer_name, programme.version = "Une autre", seen + 1
    programme.save()
    response = send(as_alice, programme, version=seen)
    assert response.status_code == 409
    assert "Camille Roux" in html_of(response)
    assert (programme.editions.count(), Programme.objects.get().printer_name) == (0, "Une autre")
    as_alice.post(at(programme), {**TYPED, "version": seen + 1, "base": seen, "conflit": "le-leur"})
    assert Programme.objects.get().printer_name == "Une autre"


def test_who_only_reads_is_told_and_not_asked(client, bob, programme, take):
    take(PLAN)
    client.force_login(bob)
    page = html_of(client.get(at(programme, "print")))
    assert "Il manque le nom et l’adresse de qui imprime" in page
    assert "imprimeur/" not in page


def test_an_edition_without_printer_keeps_its_button_for_the_next(as_alice, programme, take):
    take(PLAN)
    editions.make_edition(programme)
    take("journee-hors-reseau")
    page = text_of(as_alice.get(at(programme, "print")))
    assert "Faire un nouveau tirage" in page
    assert "Enregistrer et faire le premier tirage" not in page
