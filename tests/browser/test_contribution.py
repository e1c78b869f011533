"""A team writes to the catalogue: without JavaScript, and with axe on every state."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import violations

from .pressing import press

ADDED = " Nous le relisons à Barsac chaque automne."


def violations_of(page, heading) -> list[str]:
    """What axe finds on the page of this heading, once it is there."""
    page.get_by_role("heading", level=1, name=heading).wait_for()
    return violations(page)


def open_the_plan(page, programme):
    page.goto(f"/programmes/{programme}/chapitres/1/")
    press(page.locator("ol.order h2 a").first)
    press(page.get_by_role("link", name="Proposer au catalogue"))


@pytest.fixture
def begin(start):
    def begin(page):
        programme = start(page, "barsac", "Drôme (26)")
        page.get_by_label("Retenue", exact=True).first.check()
        press(page.get_by_role("button", name="Enregistrer et revenir"))
        return programme

    return begin


def test_text_is_written_read_taken_up_sent_and_withdrawn(plain_page, begin):
    page = plain_page
    open_the_plan(page, begin(page))
    press(page.get_by_role("link", name="Le texte"))
    box = page.get_by_label("Votre texte")
    text = box.input_value() + ADDED
    box.fill(text)
    press(page.get_by_role("button", name="Relire avant d’envoyer"))
    expect(page.locator("ins")).to_contain_text(ADDED.strip())
    expect(page.get_by_role("status").last).to_contain_text("Barsac")
    press(page.get_by_role("button", name="Reprendre le texte"))
    assert page.get_by_label("Votre texte").input_value() == text
    page.get_by_label("Votre texte").fill(text.replace("à Barsac ", ""))
    press(page.get_by_role("button", name="Relire avant d’envoyer"))
    assert "Barsac" not in page.locator("main").inner_text()
    press(page.get_by_role("button", name="Envoyer"))
    expect(page.locator("main")).to_contain_text("C’est envoyé")
    press(page.get_by_role("button", name="Retirer"))
    expect(page.locator("main")).to_contain_text("C’est retiré")
    assert page.locator("article").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_axe_violation_in_any_state(scripted_page, begin, scheme):
    page = scripted_page
    page.emulate_media(color_scheme=scheme)
    programme = begin(page)
    open_the_plan(page, programme)
    found = violations_of(page, "Proposer au catalogue")
    press(page.get_by_role("link", name="Un exemple"))
    page.get_by_label("Ce qui s’y est fait").fill("<p class=x>Un fait</p>")
    press(page.get_by_role("button", name="Relire avant d’envoyer"))
    expect(page.get_by_role("alert")).to_have_count(1)
    found += violations_of(page, "Donner un exemple")
    open_the_plan(page, programme)
    press(page.get_by_role("link", name="Le texte"))
    found += violations_of(page, "Améliorer le texte")
    page.get_by_label("Votre texte").press("Control+End")
    page.get_by_label("Votre texte").type(ADDED)
    press(page.get_by_role("button", name="Relire avant d’envoyer"))
    found += violations_of(page, "Relire avant d’envoyer")
    press(page.get_by_role("button", name="Envoyer"))
    found += violations_of(page, "Vos envois au catalogue")
    press(page.locator("article h2 a"))
    found += violations_of(page, "Texte amélioré")
    assert found == []
