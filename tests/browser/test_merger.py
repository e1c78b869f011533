"""Two lists of one village become one: two people, each in a browser of her own."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.pages import plain

from .conftest import WAIT
from .pressing import press


@pytest.fixture
def people(chromium, server, request):
    """Two windows without common cookies, narrow and without JavaScript or wide and with it."""
    scripted = request.param
    size = {"width": 1280, "height": 900} if scripted else {"width": 320, "height": 700}
    contexts = [
        chromium.new_context(java_script_enabled=scripted, base_url=server, viewport=size)
        for _ in range(2)
    ]
    for context in contexts:
        context.set_default_timeout(WAIT)
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


def retain(page, *titles):
    for title in titles:
        row = page.locator("article.measure", has_text=title)
        row.get_by_label("Retenue", exact=True).check()
    press(page.get_by_role("button", name="Enregistrer et revenir"))


def name_list(page, programme, name):
    page.goto(f"/programmes/{programme}/reglages/")
    page.get_by_label("Nom de la liste").fill(name)
    press(page.get_by_role("button", name="Enregistrer"))


def choose(page, title, label):
    row = page.locator("article.measure", has_text=title)
    row.get_by_label(label, exact=True).check()


def assert_sound(page, scripted):
    """Without a violation of axe, and no wider than a narrow window; both need scripts to tell."""
    if not scripted:
        return
    page.wait_for_load_state()
    found = Axe().run(page).response["violations"]
    assert [(page.url, v["id"], v["nodes"][0]["html"][:120]) for v in found] == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("people", [False, True], ids=["plain", "scripted"], indirect=True)
def test_two_people_merge_their_lists(people, start, request):
    scripted = "scripted" in request.node.name
    anne, bruno = people
    hers, his = start(anne, "barsac", "Drôme (26)"), start(bruno, "barsac", "Drôme (26)")
    retain(anne, "Inscrire la rupture des réseaux", "exercice hors réseau")
    retain(bruno, "Inscrire la rupture des réseaux", "Dresser la carte")
    name_list(anne, hers, "Barsac autrement")
    name_list(bruno, his, "Barsac ensemble")
    bruno.goto(f"/programmes/{his}/chapitres/1/")
    press(bruno.locator("ol.order h2 a", has_text="Inscrire la rupture"))
    bruno.get_by_label("Titre").fill("Le plan de Bruno")
    bruno.get_by_label("Délai de révision").fill("9")
    press(bruno.get_by_role("button", name="Enregistrer"))

    anne.goto(f"/programmes/{hers}/")
    press(anne.get_by_role("link", name="Fusion", exact=True))
    assert_sound(anne, scripted)
    press(anne.get_by_role("button", name="Recevoir six mots"))
    words = anne.locator("dl.card b").inner_text()
    assert_sound(anne, scripted)

    bruno.goto(f"/programmes/{his}/fusions/")
    press(bruno.get_by_role("link", name="Écrire les six mots"))
    bruno.get_by_label("Les six mots de l’autre liste").fill("rien du tout")
    press(bruno.get_by_role("button", name="Voir de qui ils viennent"))
    expect(bruno.get_by_role("alert")).to_have_count(1)
    assert_sound(bruno, scripted)
    bruno.get_by_label("Les six mots de l’autre liste").fill(words.title())
    press(bruno.get_by_role("button", name="Voir de qui ils viennent"))
    expect(bruno.locator("h1")).to_contain_text("Barsac autrement")
    assert_sound(bruno, scripted)
    press(bruno.get_by_role("button", name="Accepter"))
    assert plain(bruno.locator(".lead").inner_text()).startswith("3 engagements restent à choisir")
    assert_sound(bruno, scripted)

    anne.goto(f"/programmes/{hers}/fusions/")
    press(anne.get_by_role("link", name="Barsac ensemble"))
    choose(bruno, "Le plan de Bruno", "Les deux")
    press(bruno.get_by_role("button", name="Enregistrer"))
    # She has not seen it: hers is another choice.
    choose(anne, "Inscrire la rupture", "Le vôtre")
    choose(anne, "exercice hors réseau", "Le garder")
    press(anne.get_by_role("button", name="Enregistrer"))
    expect(anne.get_by_role("alert")).to_contain_text("Un choix ou un texte a changé")
    assert_sound(anne, scripted)
    choose(anne, "Inscrire la rupture", "Les deux")
    press(anne.get_by_role("button", name="Enregistrer"))
    choose(anne, "Dresser la carte", "Le laisser")
    press(anne.get_by_role("button", name="Enregistrer"))
    expect(anne.locator(".lead")).to_contain_text("Tout est choisi")
    assert_sound(anne, scripted)
    press(anne.get_by_role("button", name="Faire le programme commun"))
    common = re.search(r"/programmes/(\w+)/", anne.url)[1]
    assert common not in (hers, his)
    assert_sound(anne, scripted)

    bruno.goto(f"/programmes/{his}/fusions/")
    press(bruno.get_by_role("link", name="Barsac autrement"))
    assert_sound(bruno, scripted)
    press(bruno.get_by_role("link", name="Ouvrir le programme commun"))
    bruno.goto(f"/programmes/{common}/chapitres/1/")
    titles = bruno.locator("ol.order h2").all_inner_texts()
    assert [title[:19] for title in titles] == [
        "Inscrire la rupture", "Organiser chaque an", "Le plan de Bruno",
    ]  # fmt: skip
    bruno.goto(f"/programmes/{his}/chapitres/1/")
    expect(bruno.locator("ol.order h2")).to_have_count(2)
