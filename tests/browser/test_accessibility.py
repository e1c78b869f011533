"""axe on every kind of page and in every state; what the browser says of the policy."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .pressing import press

PUBLIC = [
    "/", "/propositions/", "/propositions/exposition-electromagnetique/", "/mesures/?q=ecole",
    "/mesures/?q=zzz", "/mesures/quotas-meubles-tourisme/", "/le-texte/", "/fiches/culture/",
    "/communes/?q=sainte-colombe", "/communes/?q=zzz", "/programmes/nouveau/?commune=98411",
    "/connexion/", "/connexion/carte-perdue/", "/programmes/importer/", "/t/", "/t/?code=k7d39xq2",
    "/nulle-part/", "/invitation/", "/invitation/un-deux-trois/", "/style/", "/accessibilite/",
]  # fmt: skip
WORKSHOP = [
    "", "diagnostic/", "diagnostic/services-essentiels-hors-reseau/",
    "choix/services-essentiels-hors-reseau/", "chapitres/1/", "reglages/", "ensemble/",
    "engagements/nouveau/", "mesures/pcs-rupture-reseaux/", "relecture/", "imprimer/",
    "imprimer/depliant/", "imprimer/depliant/choix/", "imprimer/logo/", "tirages/", "supprimer/",
    "copier/", "comparer/", "fusions/", "fusions/accepter/", "commune/?q=saint", "importer/",
    "equipe/", "historique/", "corbeille/", "mises-a-jour/", "assemblees/",
]  # fmt: skip


def violations(page) -> list[str]:
    """What axe finds once the page is whole, as "rule: first place"."""
    page.wait_for_load_state()
    found = Axe().run(page).response["violations"]
    return [f"{page.url}: {v['id']}: {v['nodes'][0]['html'][:120]}" for v in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages_have_no_axe_violation(scripted_page, scheme):
    scripted_page.emulate_media(color_scheme=scheme)
    found = []
    for address in PUBLIC:
        scripted_page.goto(address)
        found += violations(scripted_page)
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_workshop_has_no_axe_violation_in_any_state(scripted_page, start, scheme):
    page = scripted_page
    page.emulate_media(color_scheme=scheme)
    page.goto("/programmes/nouveau/?commune=26027")
    page.get_by_role("checkbox").check()
    press(page.get_by_role("button", name="Commencer"))
    found = violations(page)  # the access card
    page.context.clear_cookies()
    programme = start(page, "barsac", "Drôme (26)")
    found += violations(page)
    page.get_by_label("Retenue", exact=True).first.check()
    press(page.get_by_role("button", name="Enregistrer et revenir"))
    found += violations(page)
    for rest in WORKSHOP:
        page.goto(f"/programmes/{programme}/{rest}")
        found += violations(page)
    # The state with errors.
    page.goto(f"/programmes/{programme}/chapitres/1/")
    press(page.locator("ol.order h2 a").first)
    page.get_by_label("Délai de révision").fill("99")
    page.get_by_label("Texte", exact=True).fill("{inconnu}")
    press(page.get_by_role("button", name="Enregistrer"))
    expect(page.get_by_role("alert")).to_have_count(1)
    found += violations(page)
    for address in ("/programmes/", "/compte/"):
        page.goto(address)
        found += violations(page)
    # A form that is sent when the session has closed.
    page.goto(f"/programmes/{programme}/reglages/")
    page.context.clear_cookies(name="sessionid")
    press(page.get_by_role("button", name="Enregistrer"))
    expect(page.locator("h1")).to_have_text("Votre session est fermée")
    found += violations(page)
    press(page.get_by_role("button", name="Entrer et enregistrer"))
    expect(page.get_by_role("alert")).to_have_count(1)
    found += violations(page)
    assert found == []


def test_second_factor_has_no_axe_violation_and_leads_to_the_admin(scripted_page):
    page, said = scripted_page, []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/gestion/")
    page.locator("#id_username").fill("admin")
    page.locator("#id_password").fill("password")
    press(page.locator("input[type=submit]"))
    found = violations(page)
    secret = page.locator("section b").inner_text().replace(" ", "")
    page.get_by_label("Code affiché").fill("1")
    press(page.get_by_role("button", name="Continuer"))
    found += violations(page)
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    page.get_by_label("Code affiché").fill(code)
    press(page.get_by_role("button", name="Continuer"))
    found += violations(page)
    press(page.get_by_role("link", name="Aller à la gestion"))
    page.locator("#site-name").wait_for()
    assert found == []
    assert [text for text in said if "Content Security Policy" in text] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_offline_loop_has_no_axe_violation(scripted_page, start, scheme, tmp_path):
    page = scripted_page
    page.emulate_media(color_scheme=scheme)
    programme = start(page, "barsac", "Drôme (26)")
    page.get_by_label("Retenue", exact=True).first.check()
    press(page.get_by_role("button", name="Enregistrer et revenir"))
    files = {}
    for name in ("programme-complet.yaml", "programme-hors-ligne.html"):
        page.goto(f"/programmes/{programme}/imprimer/")
        with page.expect_download() as download:
            page.locator(f"a[href$='{name}']").click()
        files[name] = tmp_path / name
        download.value.save_as(files[name])
    said = files["programme-complet.yaml"].read_text()
    # Two conflicts, and something that only the file says.
    page.goto(f"/programmes/{programme}/chapitres/1/")
    press(page.locator("ol.order h2 a").first)
    page.get_by_label("Texte", exact=True).fill("Notre plan, ici.")
    press(page.get_by_role("button", name="Enregistrer"))
    said = said.replace("Notre plan tiendra", "Notre plan à nous tiendra", 1)
    files["programme-complet.yaml"].write_text(said.replace('value: "6"', 'value: "8"', 1))
    page.goto(f"/programmes/{programme}/importer/")
    page.get_by_label("Fichier", exact=True).set_input_files(files["programme-complet.yaml"])
    press(page.get_by_role("button", name="Lire le fichier"))
    found = violations(page)
    page.get_by_label("Celui du fichier").first.check()
    press(page.get_by_role("button", name="Importer"))
    expect(page.locator("main")).to_contain_text("texte a changé. Chacun peut")
    page.goto("/programmes/importer/")
    page.get_by_label("Fichier", exact=True).set_input_files(files["programme-hors-ligne.html"])
    press(page.get_by_role("button", name="Lire le fichier"))
    found += violations(page)
    page.get_by_role("checkbox").check()
    press(page.get_by_role("button", name="Importer"))
    expect(page.locator("main")).to_contain_text("Le programme est importé")
    page.goto("/programmes/importer/")
    page.get_by_label("Ou le texte du fichier").fill(said.replace('status: "', 'status: "x'))
    press(page.get_by_role("button", name="Lire le fichier"))
    found += violations(page)
    page.goto(files["programme-hors-ligne.html"].as_uri())
    assert violations_of_file(page) == []
    assert found == []


def violations_of_file(page) -> list[str]:
    """The policy of the page itself lets no script in: axe reads a copy without it."""
    content = page.content().replace("Content-Security-Policy", "x")
    page.set_content(content)
    return violations(page)


def test_browser_fetches_two_files_and_meets_no_policy_violation(scripted_page, start, server):
    page = scripted_page
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto("/propositions/")
    assert len(asked) == 2
    asked.clear()
    page.goto("/mesures/")
    programme = start(page, "barsac", "Drôme (26)")
    page.goto(f"/programmes/{programme}/chapitres/1/")
    assert [url for url in asked if not url.startswith(server)] == []
    assert [text for text in said if "Content Security Policy" in text] == []
