"""Two people compose together, each in a browser, with JavaScript and without."""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from ..serving import ROOT
from .conftest import WAIT
from .pressing import press

PLAN = "Inscrire la rupture des réseaux"
EXTRA = " Nous le relirons chaque année, en réunion publique."


@pytest.fixture(params=[False, True], ids=["without JavaScript", "with JavaScript"])
def person(chromium, server, request):
    """A browser of somebody's own; every call is another person."""
    contexts = []

    def person():
        context = chromium.new_context(java_script_enabled=request.param, base_url=server)
        context.set_default_timeout(WAIT)
        contexts.append(context)
        return context.new_page()

    yield person
    for context in contexts:
        context.close()


@pytest.fixture
def team(person, start):
    """alice with a programme and a measure, and bob, who came by her invitation and writes."""
    alice, bob = person(), person()
    programme = start(alice, "barsac", "Drôme (26)")
    alice.locator("article.measure", has_text=PLAN).get_by_label("Retenue", exact=True).check()
    press(alice.get_by_role("button", name="Enregistrer et revenir"))
    press(alice.get_by_role("link", name="Équipe"))
    alice.get_by_label("Pour qui").fill("Bob")
    press(alice.get_by_role("button", name="Faire une invitation"))
    words = alice.locator("dl.card b").nth(1).inner_text()
    bob.goto("/invitation/")
    bob.get_by_label("Les six mots").fill(words)
    press(bob.get_by_role("button", name="Voir l’invitation"))
    assert bob.get_by_label("Votre nom dans l’équipe").input_value() == "Bob"
    bob.get_by_role("checkbox").check()
    press(bob.get_by_role("button", name="Rejoindre l’équipe"))
    press(bob.get_by_role("button", name="C’est noté"))
    return programme, alice, bob


def open_text(page, programme):
    page.goto(f"/programmes/{programme}/chapitres/1/")
    press(page.get_by_role("heading", name=PLAN).get_by_role("link"))
    return page.get_by_label("Texte", exact=True)


def test_invitation_brings_somebody_in_and_her_departure_shuts_the_door(team):
    programme, alice, bob = team
    alice.goto(f"/programmes/{programme}/equipe/")
    assert alice.locator("ul.answers b").all_inner_texts() == ["Coordination", "Bob"]
    press(alice.get_by_role("button", name="Retirer Bob de l’équipe"))
    expect(alice.get_by_text("Bob n’est plus dans l’équipe.")).to_have_count(1)
    bob.goto(f"/programmes/{programme}/")
    expect(bob.locator("h1")).to_have_text("Page introuvable")


def test_two_texts_at_once_are_put_together_and_none_is_lost(team):
    programme, alice, bob = team
    hers, his = open_text(alice, programme), open_text(bob, programme)
    base = hers.input_value()
    hers.fill(base + EXTRA)
    his.fill("Bob commence ainsi. " + base)
    press(bob.get_by_role("button", name="Enregistrer", exact=True))
    press(alice.get_by_role("button", name="Enregistrer", exact=True))
    expect(alice.locator("h1")).to_have_text("Deux personnes ont écrit en même temps")
    expect(alice.get_by_text("Bob a enregistré")).to_have_count(1)
    press(alice.get_by_role("button", name="Réunir les deux"))
    joined = alice.get_by_label("Texte", exact=True).input_value()
    assert joined.startswith("Bob commence ainsi. ")
    assert joined.endswith(EXTRA)
    press(alice.get_by_role("button", name="Enregistrer", exact=True))
    alice.goto(f"/programmes/{programme}/historique/")
    assert alice.locator("article.measure .side b").all_inner_texts()[:2] == ["Coordination", "Bob"]


def test_update_of_the_catalogue_is_put_together_then_refused_then_offered_again(team, environment):
    programme, alice, _ = team
    text = open_text(alice, programme)
    own = text.input_value().replace("quatre pages", "quatre pages, pas une de plus")
    text.fill(own)
    press(alice.get_by_role("button", name="Enregistrer", exact=True))

    publish(environment, "quatre pages", "cinq pages", "2098.1")
    alice.goto(f"/programmes/{programme}/")
    press(alice.get_by_role("link", name="voir et répondre"))
    press(alice.get_by_role("link", name=PLAN))
    expect(alice.get_by_text("Vous et le catalogue avez changé la même phrase.")).to_have_count(1)
    alice.get_by_label("Texte", exact=True).fill(own.replace("quatre", "cinq"))
    press(alice.get_by_role("button", name="Enregistrer le texte réuni"))
    expect(alice.get_by_text("Les deux textes sont réunis.")).to_have_count(1)

    publish(environment, "cinq pages", "six pages", "2098.2")
    alice.goto(f"/programmes/{programme}/mises-a-jour/")
    press(alice.get_by_role("link", name=PLAN).first)
    press(alice.get_by_role("button", name="Garder le nôtre"))
    expect(alice.get_by_text("Rien de nouveau")).to_have_count(1)
    publish(environment, "six pages", "quatre pages", "2098.3")
    alice.reload()
    expect(alice.get_by_text("Que vous aviez réécrits")).to_have_count(1)
    assert "cinq pages, pas une de plus" in open_text(alice, programme).input_value()


def publish(environment, old: str, new: str, number: str) -> None:
    """The collective corrects a wording and publishes it, as its own command would."""
    code = f"""
from datetime import date
from proposals.models import Release, Wording
from proposals.releases import record_revisions
for wording in Wording.objects.filter(measure="pcs-rupture-reseaux", text__contains={old!r}):
    wording.text = wording.text.replace({old!r}, {new!r})
    wording.save()
Release.objects.get_or_create(number={number!r}, defaults={{"date": date(2098, 1, 1)}})
record_revisions(Release.objects.first())
"""
    subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity=0", "--command", code],
        cwd=ROOT, env=environment, check=True,
    )  # fmt: skip


def test_dropped_commitment_is_taken_out_of_the_bin(team):
    programme, alice, _ = team
    alice.goto(f"/programmes/{programme}/engagements/nouveau/")
    alice.get_by_label("Titre").fill("Un banc devant la mairie")
    alice.get_by_label("Texte", exact=True).fill("En bois.")
    alice.get_by_label("Qui décide").select_option("mayor")
    alice.get_by_label("Échéance").select_option("term")
    press(alice.get_by_role("button", name="Ajouter"))
    press(alice.get_by_role("link", name=re.compile("^Un banc")))
    press(alice.get_by_role("button", name="Mettre à la corbeille"))
    press(alice.get_by_role("button", name="Reprendre"))
    alice.get_by_role("heading", name="Un banc devant la mairie").wait_for()
    alice.goto(f"/programmes/{programme}/corbeille/")
    assert "Un banc" not in alice.locator("main").inner_text()


def test_rows_move_by_the_mouse_and_are_saved_by_the_button(scripted_page, start):
    page = scripted_page
    programme = start(page, "barsac", "Drôme (26)")
    for choice in page.get_by_label("Retenue", exact=True).all()[:3]:
        choice.check()
    press(page.get_by_role("button", name="Enregistrer et revenir"))
    page.goto(f"/programmes/{programme}/chapitres/1/")
    titles = page.locator("ol.order h2").all_inner_texts()
    rows = page.locator("ol.order > li")
    rows.nth(2).drag_to(rows.nth(0), target_position={"x": 5, "y": 2})
    ranks = page.locator("ol.order input[name^=rank]")
    assert [box.input_value() for box in ranks.all()] == ["1", "2", "3"]
    press(page.get_by_role("button", name="Enregistrer l’ordre"))
    page.get_by_text("Enregistré.").wait_for()
    assert page.locator("ol.order h2").all_inner_texts() == [titles[2], titles[0], titles[1]]
