"""A team writes to the catalogue: without JavaScript, and with axe on every state."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import violations

ADDED = " Nous le relisons à Barsac chaque automne."


def violations_of(page, heading) -> list[str]:
    """What axe finds on the page of this heading, once it is there."""
    page.get_by_role("heading", level=1, name=heading).wait_for()
    return violations(page)


def open_the_plan(page, programme):
    page.goto(f"/programmes/{programme}/chapitres/1/")
    page.locator("ol.order h2 a").first.click()
    page.get_by_role("link", name="Proposer au catalogue").click()


@pytest.fixture
def begin(start):
    def begin(page):
        programme = start(page, "barsac", "Drôme (26)")
        page.get_by_label("Retenue", exact=True).first.check()
        page.get_by_role("button", name="Enregistrer et revenir").click()
        return programme

    return begin


def test_text_is_written_read_taken_up_sent_and_withdrawn(plain_page, begin):
    page = plain_page
    open_the_plan(page, begin(page))
    page.get_by_role("link", name="Le texte").click()
    box = page.get_by_label("Votre texte")
    text = box.input_value() + ADDED
    box.fill(text)
    page.get_by_role("button", name="Relire avant d’envoyer").click()
    expect(page.locator("ins")).to_contain_text(ADDED.strip())
    expect(page.get_by_role("status").last).to_contain_text("Barsac")
    page.get_by_role("button", name="Reprendre le texte").click()
    assert page.get_by_label("Votre texte").input_value() == text
    page.get_by_label("Votre texte").fill(text.replace("à Barsac ", ""))
    with page.expect_navigation():
        page.get_by_role("button", name="Relire avant d’envoyer").click()
    assert "Barsac" not in page.locator("main").inner_text()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("main")).to_contain_text("C’est envoyé")
    page.get_by_role("button", name="Retirer").click()
    expect(page.locator("main")).to_contain_text("C’est retiré")
    assert page.locator("article").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_axe_violation_in_any_state(scripted_page, begin, scheme):
    page = scripted_page
    page.emulate_media(color_scheme=scheme)
    programme = begin(page)
    open_the_plan(page, programme)
    found = violations_of(page, "Proposer au catalogue")
    page.get_by_role("link", name="Un exemple").click()
    page.get_by_label("Ce qui s’y est fait").fill("<p class=x>Un fait</p>")
    page.get_by_role("button", name="Relire avant d’envoyer").click()
    expect(page.get_by_role("alert")).to_have_count(1)
    found += violations_of(page, "Donner un exemple")
    open_the_plan(page, programme)
    page.get_by_role("link", name="Le texte").click()
    found += violations_of(page, "Améliorer le texte")
    page.get_by_label("Votre texte").press("Control+End")
    page.get_by_label("Votre texte").type(ADDED)
    page.get_by_role("button", name="Relire avant d’envoyer").click()
    found += violations_of(page, "Relire avant d’envoyer")
    page.get_by_role("button", name="Envoyer").click()
    found += violations_of(page, "Vos envois au catalogue")
    page.locator("article h2 a").click()
    found += violations_of(page, "Texte amélioré")
    assert found == []
