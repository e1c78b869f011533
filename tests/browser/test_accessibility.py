"""axe on every kind of page and in every state; what the browser says of the policy."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe

PUBLIC = [
    "/", "/propositions/", "/propositions/exposition-electromagnetique/", "/mesures/?q=ecole",
    "/mesures/?q=zzz", "/mesures/quotas-meubles-tourisme/", "/le-texte/", "/fiches/culture/",
    "/communes/?q=sainte-colombe", "/communes/?q=zzz", "/programmes/nouveau/?commune=98411",
    "/connexion/", "/connexion/carte-perdue/", "/t/", "/t/?code=k7d39xq2", "/nulle-part/",
]  # fmt: skip
WORKSHOP = [
    "", "diagnostic/", "diagnostic/services-essentiels-hors-reseau/",
    "choix/services-essentiels-hors-reseau/", "chapitres/1/", "reglages/", "ensemble/",
    "engagements/nouveau/", "mesures/pcs-rupture-reseaux/", "relecture/", "imprimer/",
    "imprimer/depliant/", "imprimer/depliant/choix/", "imprimer/logo/", "tirages/", "supprimer/",
    "copier/", "comparer/", "fusions/", "fusions/accepter/", "commune/?q=saint",
]  # fmt: skip


def violations(page) -> list[str]:
    """What axe finds, as "rule: first place"."""
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
    page.get_by_role("button", name="Commencer").click()
    found = violations(page)  # the access card
    page.context.clear_cookies()
    programme = start(page, "barsac", "Drôme (26)")
    found += violations(page)
    page.get_by_label("Retenue", exact=True).first.check()
    page.get_by_role("button", name="Enregistrer et revenir").click()
    found += violations(page)
    for rest in WORKSHOP:
        page.goto(f"/programmes/{programme}/{rest}")
        found += violations(page)
    # The state with errors.
    page.goto(f"/programmes/{programme}/chapitres/1/")
    page.locator("ol.order h2 a").first.click()
    page.get_by_label("Délai de révision").fill("99")
    page.get_by_label("Texte", exact=True).fill("{inconnu}")
    page.get_by_role("button", name="Enregistrer").click()
    assert page.get_by_role("alert").count() == 1
    found += violations(page)
    for address in ("/programmes/", "/compte/"):
        page.goto(address)
        found += violations(page)
    # A form that is sent when the session has closed.
    page.goto(f"/programmes/{programme}/reglages/")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Enregistrer").click()
    assert page.locator("h1").inner_text() == "Votre session est fermée"
    found += violations(page)
    page.get_by_role("button", name="Entrer et enregistrer").click()
    found += violations(page)
    assert found == []


def test_second_factor_has_no_axe_violation_and_leads_to_the_admin(scripted_page):
    page, said = scripted_page, []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/gestion/")
    page.locator("#id_username").fill("admin")
    page.locator("#id_password").fill("password")
    page.locator("input[type=submit]").click()
    found = violations(page)
    secret = page.locator("section b").inner_text().replace(" ", "")
    page.get_by_label("Code affiché").fill("1")
    page.get_by_role("button", name="Continuer").click()
    found += violations(page)
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    page.get_by_label("Code affiché").fill(code)
    page.get_by_role("button", name="Continuer").click()
    found += violations(page)
    page.get_by_role("link", name="Aller à la gestion").click()
    assert page.locator("#site-name").count() == 1
    assert found == []
    assert [text for text in said if "Content Security Policy" in text] == []


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
