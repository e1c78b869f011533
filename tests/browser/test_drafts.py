"""The server dies while somebody writes: her words come back."""

import re

import pytest
from playwright.sync_api import expect

from .conftest import WAIT
from .pressing import press

WORDS = "Un paragraphe que personne ne veut taper deux fois."


@pytest.fixture
def page_of(chromium, mortal_server):
    """A page of a new programme on a server that will be killed; with JavaScript or without."""
    contexts = []

    def page_of(scripted: bool):
        context = chromium.new_context(java_script_enabled=scripted, base_url=mortal_server.address)
        context.set_default_timeout(WAIT)
        contexts.append(context)
        return context.new_page()

    yield page_of
    for context in contexts:
        context.close()


def open_own_commitment(page, start) -> None:
    programme = start(page, "barsac", "Drôme (26)")
    page.goto(f"/programmes/{programme}/engagements/nouveau/")
    page.get_by_label("Titre").fill("Un banc devant la mairie")
    page.get_by_label("Texte", exact=True).fill(WORDS)


def test_words_sent_to_a_dead_server_are_sent_again_by_reloading(page_of, mortal_server, start):
    """Without JavaScript: the browser's own page of the failure still holds what was sent."""
    page = page_of(scripted=False)
    open_own_commitment(page, start)
    mortal_server.kill()
    page.get_by_role("button", name="Ajouter").click()
    page.wait_for_url("chrome-error://chromewebdata/")
    mortal_server.start()
    page.reload()
    assert page.get_by_label("Texte", exact=True).input_value() == WORDS
    fill_the_rest(page)
    expect(page.get_by_text("Votre engagement est ajouté.")).to_have_count(1)


def fill_the_rest(page) -> None:
    page.get_by_label("Qui décide").select_option("mayor")
    page.get_by_label("Échéance").select_option("term")
    press(page.get_by_role("button", name="Ajouter"))


@pytest.mark.parametrize("how", ["closed tab", "crashed tab"])
def test_words_never_sent_come_back_from_the_browser(page_of, mortal_server, start, how):
    """With JavaScript: the tab is closed while the server is dead; a new one offers the words."""
    page = page_of(scripted=True)
    open_own_commitment(page, start)
    address = page.url
    page.wait_for_function("() => Object.keys(localStorage).length > 0")
    mortal_server.kill()
    context = page.context
    page.close(run_before_unload=how == "closed tab")
    mortal_server.start()
    page = context.new_page()
    page.goto(address)
    assert re.search("Un texte non enregistré, du .+, est resté", page.content())
    page.get_by_role("button", name="Le reprendre").click()
    assert page.get_by_label("Texte", exact=True).input_value() == WORDS
    fill_the_rest(page)
    expect(page.get_by_text("Votre engagement est ajouté.")).to_have_count(1)
    page.goto(address)
    assert page.get_by_text("Un texte non enregistré").count() == 0


def test_words_of_a_closed_session_stay_in_the_page_that_asks_for_the_card(page_of, start):
    page = page_of(scripted=False)
    programme = start(page, "barsac", "Drôme (26)")
    page.goto(f"/programmes/{programme}/equipe/")
    page.goto(f"/programmes/{programme}/engagements/nouveau/")
    page.get_by_label("Titre").fill("Un banc devant la mairie")
    page.get_by_label("Texte", exact=True).fill(WORDS)
    page.context.clear_cookies(name="sessionid")
    fill_the_rest(page)
    expect(page.get_by_role("heading", name="Votre session est fermée")).to_have_count(1)
    expect(page.locator(f'input[type=hidden][value="{WORDS}"]')).to_have_count(1)


def test_refused_words_are_offered_by_the_server_without_any_script(page_of, start):
    page = page_of(scripted=False)
    open_own_commitment(page, start)
    address = page.url
    press(page.get_by_role("button", name="Ajouter"))
    page.goto(address)
    press(page.get_by_role("link", name="le reprendre"))
    assert page.get_by_label("Texte", exact=True).input_value() == WORDS
