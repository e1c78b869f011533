"""The key journey by the keyboard alone, without JavaScript: Tab, arrows, Space, Enter."""

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import WAIT
from .probes import problems

BARSAC = "26027"
PLAN = "pcs-rupture-reseaux"
# More than any page of the journey has.
MOST_STOPS = 250
MAIN_CONTENT = "main *"


@pytest.fixture
def page(chromium, server):
    context = chromium.new_context(
        java_script_enabled=False, base_url=server, viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(WAIT)
    yield context.new_page()
    context.close()


def has_focus(page: Page, selector: str) -> bool:
    return page.locator(f":focus:is({selector})").count() == 1


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        if has_focus(page, selector):
            return
    raise AssertionError(f"{key} never came to {selector} on {page.url}")


def press(page: Page, key: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(key)


def follow(page: Page, selector: str, key: str = "Enter") -> None:
    tab_to(page, selector)
    press(page, key)


def type_in(page: Page, selector: str, text: str) -> None:
    """Over what the field holds."""
    tab_to(page, selector)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def open_programme(page: Page) -> str:
    """From the first page to the choice of the first proposal; gives the id of the programme."""
    page.goto("/")
    type_in(page, "[name=q]", "barsac")
    press(page, "Enter")
    follow(page, f"main a[href*='commune={BARSAC}']")
    tab_to(page, "[name=consent]")
    page.keyboard.press("Space")
    follow(page, "main form button")
    programme = re.search(r"/programmes/([^/]+)/carte/", page.url)[1]
    follow(page, "main form button", "Space")
    return programme


def retain_the_plan(page: Page) -> None:
    """The arrow goes from « Pas encore décidé » to « Retenue »."""
    tab_to(page, f"[name={PLAN}-status]")
    page.keyboard.press("ArrowDown")
    assert page.locator(f"[name={PLAN}-status]:checked").input_value() == "retained"
    follow(page, "main form button")


def test_first_pdf_is_reached_by_the_keyboard_alone(page):
    programme = open_programme(page)
    retain_the_plan(page)
    follow(page, "header a[href='/programmes/']")
    follow(page, f"main a[href='/programmes/{programme}/']")
    follow(page, "main a[href$='/chapitres/1/']")
    follow(page, "main h2 a[href*='/engagements/']")
    type_in(page, "[name=title]", "Notre plan pour le jour de la panne")
    follow(page, "main form[data-draft] button")

    page.goto(f"/programmes/{programme}/")
    follow(page, "main a[href$='/reglages/']")
    type_in(page, "[name=list_name]", "La Marche du Diois")
    tab_to(page, "[name=printer]")
    page.keyboard.press("Space")
    assert page.locator("[name=printer]:checked").input_value() == "ourselves"
    type_in(page, "[name=printer_name]", "Camille Roux")
    type_in(page, "[name=printer_address]", "3, place de l’Église")
    follow(page, "main form[data-draft] button")

    page.goto(f"/programmes/{programme}/")
    follow(page, "main a[href$='/imprimer/']")
    follow(page, "main a[href$='/imprimer/affiche-a3/']")
    tab_to(page, "main a[href$='/ecran.pdf']")
    with page.expect_response(lambda answer: answer.status == 200) as answer:
        page.keyboard.press("Enter")
    assert answer.value.headers["content-type"] == "application/pdf"


def test_skip_link_shows_itself_and_leads_to_the_content(page):
    for address in ("/", "/propositions/", "/mesures/", "/connexion/"):
        page.goto(address)
        page.keyboard.press("Tab")
        assert has_focus(page, ".skip"), address
        assert page.locator(".skip").bounding_box()["x"] >= 0, address
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert has_focus(page, MAIN_CONTENT), address


def test_focus_goes_from_the_error_to_its_field_and_back(page):
    open_programme(page)
    retain_the_plan(page)
    page.goto(re.sub(r"/choix/.*", "/chapitres/1/", page.url))
    follow(page, "main h2 a[href*='/engagements/']")
    type_in(page, "[name=title]", "x" * 300)
    follow(page, "main form[data-draft] button")

    assert page.title().startswith("Erreur\u00a0: ")
    alert = page.get_by_role("alert")
    expect(alert).to_have_count(1)
    tab_to(page, "[role=alert] a")
    page.keyboard.press("Enter")
    assert has_focus(page, "[name=title]")
    described = page.locator("[name=title]").get_attribute("aria-describedby").split()
    sentence = page.locator(f"#{described[-1]}").inner_text()
    assert sentence in alert.inner_text()
    assert page.locator("[name=title]").get_attribute("aria-invalid") == "true"
    tab_to(page, "[role=alert] a", "Shift+Tab")


def test_every_stop_is_visible_and_follows_the_order_of_reading(page):
    """Each stop has an outline of two pixels or more, stands in the window, and below the last."""
    programme = open_programme(page)
    retain_the_plan(page)
    for address in (
        "/", "/propositions/", "/mesures/", "/mesures/pcs-rupture-reseaux/", "/le-texte/",
        "/connexion/", "/communes/?q=saint",
        *(f"/programmes/{programme}/{rest}" for rest in (
            "", "choix/services-essentiels-hors-reseau/", "chapitres/1/", "reglages/",
            "imprimer/", "imprimer/affiche-a3/", "equipe/", "relecture/",
        )),
    ):  # fmt: skip
        page.goto(address)
        page.keyboard.press("Tab")
        assert problems(page, "unseenFocus") == [], address
        page.set_viewport_size({"width": 320, "height": 700})
        assert problems(page, "backwardFocus") == [], address
        page.set_viewport_size({"width": 1280, "height": 900})
