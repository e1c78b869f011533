"""A week at the desk: a text is corrected, seen from a village, read, published, met by a team,
and goes back to git as that correction alone."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from ..serving import ROOT, Server, free_port
from .conftest import WAIT
from .looking import of_colours_in_the_dark
from .pressing import press

MEASURE = "/gestion/desk/measure/pcs-rupture-reseaux/change/"
PLAN = "Inscrire la rupture des réseaux"
SECRETS = {
    "claire": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "renee": "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU",
}
PEOPLE = f"""
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
for name, group in {{"claire": "Rédaction", "renee": "Relecture"}}.items():
    user, _ = User.objects.get_or_create(username=name, defaults={{"is_staff": True}})
    user.set_password("une phrase de passe longue")
    user.save()
    user.groups.add(Group.objects.get(name=group))
    Authenticator.objects.get_or_create(
        user=user, type="totp", defaults={{"data": {{"secret": {SECRETS}[name]}}}}
    )
from programmes.models import Contribution
example = {{"kind": "example", "measure_slug": "pcs-rupture-reseaux", "place": "Die"}}
Contribution.objects.get_or_create(pk=1, defaults=example)
"""


def manage(environment, *command: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture(scope="module")
def own(untouched):
    """Data of our own: counts of use would count the programmes of other tests, and what is
    published here would be news to them."""
    return untouched()


@pytest.fixture(scope="module")
def server(own):
    server = Server(own, free_port())
    server.start()
    yield server.address
    server.stop()


@pytest.fixture(scope="module")
def logged_in(chromium, server, own):
    """The cookies of claire, who writes, and renee, who reads and publishes.

    Once for all tests: a code of the second factor serves once.
    """
    manage(own, "shell", "--verbosity=0", "--command", PEOPLE)
    found = {}
    for name, secret in SECRETS.items():
        context = chromium.new_context(base_url=server)
        context.set_default_timeout(WAIT)
        page = context.new_page()
        page.goto("/gestion/")
        page.locator("#id_username").fill(name)
        page.locator("#id_password").fill("une phrase de passe longue")
        press(page.locator("input[type=submit]"))
        code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
        page.get_by_label("Code").fill(code)
        press(page.get_by_role("button").last)
        page.locator("#site-name").wait_for()
        found[name] = context.storage_state()
        context.close()
    return found


@pytest.fixture
def at_the_desk(chromium, server, logged_in):
    """A window of one of the two."""
    contexts = []

    def enter(name: str, scripts: bool = False):
        context = chromium.new_context(
            java_script_enabled=scripts, base_url=server, storage_state=logged_in[name]
        )
        context.set_default_timeout(WAIT)
        contexts.append(context)
        return context.new_page()

    yield enter
    for context in contexts:
        context.close()


def git(folder: Path, *command: str) -> str:
    return subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *command],
        cwd=folder, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip


def test_a_correction_goes_from_the_desk_to_a_team_and_to_git(
    at_the_desk, plain_page, start, own, tmp_path
):
    kept = tmp_path / "proposals.yaml"
    manage(own, "dump_catalogue", str(kept))
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", kept.name)
    git(tmp_path, "commit", "--quiet", "--message", "Avant")

    alice = plain_page
    programme = start(alice, "barsac", "Drôme (26)")
    alice.locator("article.measure", has_text=PLAN).get_by_label("Retenue", exact=True).check()
    press(alice.get_by_role("button", name="Enregistrer et revenir"))
    alice.goto(f"/programmes/{programme}/chapitres/1/")
    press(alice.get_by_role("heading", name=PLAN).get_by_role("link"))
    text = alice.get_by_label("Texte", exact=True)
    text.fill(text.input_value() + " Nous le relirons en réunion publique.")
    press(alice.get_by_role("button", name="Enregistrer", exact=True))

    claire = at_the_desk("claire")
    claire.goto(MEASURE)
    wording = claire.locator("textarea", has_text="Notre plan tiendra en quatre pages").first
    wording.fill(wording.input_value().replace("quatre pages", "trente pages"))
    press(claire.locator("input[name=_continue]").first)
    press(claire.get_by_role("link", name="Voir comme une commune"))
    claire.get_by_role("searchbox", name="Commune").fill("barsac")
    press(claire.get_by_role("button", name="Chercher"))
    press(claire.get_by_role("link", name="Barsac").last)
    expect(claire.locator("main")).to_contain_text("Notre plan tiendra en trente pages")
    # Nobody else reads it yet.
    alice.goto("/mesures/pcs-rupture-reseaux/")
    assert "trente pages" not in alice.locator("main").inner_text()
    claire.goto("/gestion/chantier/")
    claire.get_by_label("pcs-rupture-reseaux").check()
    press(claire.get_by_role("button", name="Demander une relecture"))
    assert claire.get_by_role("button", name="Préparer l’édition").count() == 0

    renee = at_the_desk("renee")
    renee.goto("/gestion/chantier/")
    expect(renee.locator("main")).to_contain_text("à relire")
    renee.get_by_label("pcs-rupture-reseaux").check()
    press(renee.get_by_role("button", name="Préparer l’édition"))
    page = renee.locator("main")
    expect(page).to_contain_text("quatre")
    expect(page).to_contain_text("moins de 5")
    renee.get_by_label("Ce que cette édition change").fill("Un plan plus long pour les villages.")
    press(renee.get_by_role("button", name="Publier"))
    renee.get_by_text("est publiée.").wait_for()

    alice.goto(f"/programmes/{programme}/")
    press(alice.get_by_role("link", name="voir et répondre"))
    press(alice.get_by_role("link", name=PLAN).first)
    press(alice.get_by_role("button", name="Enregistrer le texte réuni"))
    alice.goto(f"/programmes/{programme}/chapitres/1/")
    press(alice.get_by_role("heading", name=PLAN).get_by_role("link"))
    merged = alice.get_by_label("Texte", exact=True).input_value()
    assert "trente pages" in merged
    assert merged.endswith("Nous le relirons en réunion publique.")

    manage(own, "dump_catalogue", str(kept))
    changed = [
        line
        for line in git(tmp_path, "diff", "--unified=0").splitlines()
        if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    # The head names the release; the rest is the correction.
    head = ("release:", "date:", "note:")
    texts = [line for line in changed if not line[1:].strip().startswith(head)]
    texts = [line for line in texts if "villages." not in line and "Première" not in line]
    texts = [line for line in texts if "de commune." not in line]
    assert [line[0] for line in texts] == ["-", "+"]
    assert texts[0][1:].replace("quatre pages", "trente pages") == texts[1][1:]

    # Back to the text that the other tests know.
    renee.goto("/gestion/chantier/")
    press(renee.get_by_role("link", name="Annuler cette édition").first)
    press(renee.get_by_role("button", name="Publier l’annulation"))
    renee.get_by_text("est annulée.").wait_for()
    alice.goto("/mesures/pcs-rupture-reseaux/")
    assert "trente pages" not in alice.locator("main").inner_text()


def test_two_curators_on_one_page_lose_nothing(at_the_desk):
    claire, renee = at_the_desk("claire"), at_the_desk("renee")
    for page in (claire, renee):
        page.goto(MEASURE)
    title = claire.locator("#id_title").input_value()
    claire.locator("#id_title").fill("Le titre de Claire")
    press(claire.locator("input[name=_save]").first)
    renee.locator("#id_title").fill("Le titre de Renée")
    press(renee.locator("input[name=_save]").first)
    expect(renee.locator("main")).to_contain_text("Le titre de Claire")
    expect(renee.locator("main")).to_contain_text("Le titre de Renée")
    renee.get_by_label("Votre texte").check()
    press(renee.get_by_role("button", name="Enregistrer"))
    renee.goto(MEASURE)
    assert renee.locator("#id_title").input_value() == "Le titre de Renée"
    renee.locator("#id_title").fill(title)
    press(renee.locator("input[name=_save]").first)


# What Django draws itself on every page.
THEIRS = [
    *("#header", ".breadcrumbs", "#nav-sidebar", "#user-tools", ".object-tools", ".paginator"),
    *("#searchbar", ".select2", "th.original"),
]
OURS = [
    "/gestion/", "/gestion/chantier/", "/gestion/chantier/measure/pcs-rupture-reseaux/",
    "/gestion/historique/measure/pcs-rupture-reseaux/", "/gestion/usage/",
    "/gestion/apercu/mesure/pcs-rupture-reseaux/?commune=26027", MEASURE,
    "/gestion/desk/measure/", "/gestion/desk/wording/", "/gestion/desk/source/",
    "/gestion/desk/journalentry/", "/gestion/programmes/contribution/", "/gestion/a-verifier/",
    "/gestion/sources-a-relire/", "/gestion/corriger-partout/", "/gestion/charger/",
    "/gestion/desk/objection/", "/gestion/desk/parameter/", "/gestion/editions/1/annuler/",
    "/gestion/programmes/contribution/1/change/",
    "/gestion/apercu/mesure/pcs-rupture-reseaux/", "/gestion/desk/source/tribune/delete/",
]  # fmt: skip


def rules(page) -> dict[str, str]:
    """What axe finds outside what Django draws: a first place by rule.

    All that it knows in light colours; in dark ones, without a second visit, what colours change.
    """
    page.wait_for_load_state()
    context = {"exclude": [[part] for part in THEIRS]}
    found = Axe().run(page, context=context).response["violations"]
    found += of_colours_in_the_dark(page, context)
    return {one["id"]: one["nodes"][0]["html"][:150] for one in found}


def test_desk_has_no_axe_violation_of_our_making(at_the_desk):
    page = at_the_desk("renee", scripts=True)
    page.goto(MEASURE)
    page.locator("#id_title").fill("Un titre à regarder")
    press(page.locator("input[name=_save]").first)
    # What a bare list and a bare form of Django have is not of our making.
    bare: set[str] = set()
    for address in ("/gestion/desk/purpose/add/", "/gestion/desk/purpose/"):
        page.goto(address)
        bare |= set(rules(page))
    found = []
    for address in OURS:
        assert page.goto(address).status == 200, address
        found += [(address, rule, html) for rule, html in rules(page).items() if rule not in bare]
    for state, bring_about in (("conflict", clash), ("upload", send_file)):
        bring_about(page)
        found += [(state, *item) for item in rules(page).items() if item[0] not in bare]
    page.goto("/gestion/chantier/")
    page.locator("input[name=entree]").first.check()
    press(page.get_by_role("button", name="Préparer l’édition"))
    found += [("publication", *item) for item in rules(page).items()]
    press(page.get_by_role("button", name="Publier"))
    found += [("publication with faults", *item) for item in rules(page).items()]
    page.goto("/gestion/chantier/measure/pcs-rupture-reseaux/")
    press(page.get_by_role("button", name="Abandonner ce brouillon"))
    page.get_by_text("Ce brouillon est abandonné").wait_for()
    assert found == [], "\n".join(" ".join(item) for item in found)


def clash(page) -> None:
    """Two windows on one title: the second is asked which of the two stays."""
    other = page.context.new_page()
    for window in (page, other):
        window.goto(MEASURE)
    for window in (other, page):
        title = window.locator("#id_title")
        title.fill(f"{title.input_value()}, {'ici' if window is page else 'là'}")
        press(window.locator("input[name=_save]").first)
    other.close()
    page.get_by_label("Votre texte").wait_for()


def send_file(page) -> None:
    """The report of a file, before anything of it is loaded."""
    page.goto("/gestion/charger/")
    page.locator("input[type=file]").set_input_files(ROOT / "tests" / "data" / "second.yaml")
    press(page.locator("main form:has([type=file]) :is(button, [type=submit])").first)
