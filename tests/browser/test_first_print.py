"""A person who has never been here reaches her first PDF, in few pages and without help."""

import re

import pytest

from .pressing import press

# Pages that she may have to load, the PDF with them.
AT_MOST = 12
STILL_AT_IT, PATIENCE = 202, 20


@pytest.fixture
def loads(plain_page):
    """The address of each page that was loaded, one after the other."""
    addresses = []
    plain_page.on(
        "framenavigated",
        lambda frame: addresses.append(frame.url) if frame == plain_page.main_frame else None,
    )
    return addresses


def test_first_pdf_takes_at_most_twelve_pages_and_no_script(plain_page, loads):
    """She clicks what she sees, in a window of 320 pixels; nothing but the commune is known."""
    page = plain_page
    page.goto("/")
    page.get_by_label("Votre commune").fill("barsac")
    press(page.get_by_role("button", name="Chercher"))
    press(page.get_by_role("link", name="Barsac").first)
    page.get_by_role("checkbox").check()
    press(page.get_by_role("button", name="Commencer"))
    press(page.get_by_role("button", name="C’est noté, commencer à choisir"))

    page.get_by_role("radio", name="Retenue", exact=True).first.check()
    press(page.get_by_role("button", name="Enregistrer et revenir au sommaire"))
    press(page.get_by_role("link", name="Relire le programme"))
    press(page.get_by_role("link", name="Imprimer", exact=True))

    page.get_by_role("radio", name="Nous-mêmes").check()
    page.get_by_role("textbox", name="Nom de l’imprimerie").fill("Camille Roux")
    page.get_by_role("textbox", name="Son adresse complète").fill("3, place de l’Église, Barsac")
    press(page.get_by_role("button", name="Enregistrer et faire le premier tirage"))

    link = page.get_by_role("link", name="programme A4 en PDF")
    link.wait_for()
    response = page.request.get(link.get_attribute("href"))
    for _ in range(PATIENCE):
        # On a busy machine, a page says how far the print is and asks again by itself.
        if response.status != STILL_AT_IT:
            break
        response = page.request.get(response.url)
    assert response.headers["content-type"] == "application/pdf"
    assert response.body().startswith(b"%PDF")
    loads.append(response.url)

    assert len(loads) <= AT_MOST, loads
    assert re.search(r"/imprimer/programme-a4/ecran\.pdf$", loads[-1])


def test_who_chooses_all_the_way_still_finds_the_print_at_the_end(plain_page, loads, start):
    """The other natural way: the main button of each page, from the first proposal to paper."""
    page = plain_page
    start(page, "barsac", "Drôme (26)")
    page.get_by_role("radio", name="Retenue", exact=True).first.check()
    for number in range(1, 11):
        page.get_by_text(f"Proposition {number} sur 10").wait_for()
        press(page.get_by_role("button", name="Enregistrer et continuer"))
    press(page.get_by_role("link", name="Relire le programme"))
    press(page.get_by_role("link", name="Imprimer", exact=True))
    press(page.get_by_role("link", name="Programme A4", exact=True))
    page.get_by_role("link", name="Pour l’écran").wait_for()
