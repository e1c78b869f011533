"""From the first page to paper, JavaScript off, in a window of 320 pixels."""

import subprocess

import pytest
from playwright.sync_api import expect

from .pressing import press


def text_of_pdf(content: bytes, tmp_path) -> str:
    path = tmp_path / "programme.pdf"
    path.write_bytes(content)
    done = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True
    )
    return " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("query", "name", "choice_text", "printed"),
    [
        ("barsac", "Drôme (26)", "Notre plan tiendra en quatre pages", "Chaque hameau a sa fiche"),
        ("38185", "Isère (38)", "Chaque quartier aura son plan de coupure", "20 exemplaires"),
    ],
)
def test_whole_path_prints_the_wording_of_the_size(
    plain_page, start, tmp_path, query, name, choice_text, printed
):
    page = plain_page
    programme = start(page, query, name)

    plan = page.locator("article.measure", has_text="Inscrire la rupture des réseaux")
    assert choice_text in plan.inner_text()
    plan.get_by_label("Retenue", exact=True).check()
    press(page.get_by_role("button", name="Enregistrer et continuer"))
    expect(page.locator("h1")).to_have_text("Assurer une gestion municipale sobre et dégafamisée")

    page.goto(f"/programmes/{programme}/chapitres/1/")
    press(page.get_by_role("heading", name="Inscrire la rupture").get_by_role("link"))
    page.get_by_label("Délai de révision").fill("9")
    page.get_by_label("Titre").fill("Notre plan pour le jour de la panne")
    press(page.get_by_role("button", name="Enregistrer"))

    press(page.get_by_role("link", name="Couverture"))
    page.get_by_label("Nom de la liste").fill("La Marche du Diois")
    page.get_by_label("Nous-mêmes").check()
    page.get_by_label("Nom de l’imprimerie").fill("Camille Roux")
    page.get_by_label("Son adresse").fill("3, place de l’Église")
    press(page.get_by_role("button", name="Enregistrer"))

    press(page.get_by_role("link", name="Relecture"))
    expect(page.get_by_role("heading", name="Notre plan pour le jour de la panne")).to_have_count(1)
    press(page.get_by_role("link", name="Imprimer", exact=True))
    press(page.get_by_role("button", name="Faire le premier tirage"))
    press(page.get_by_role("link", name="Programme A4", exact=True))
    link = page.get_by_role("link", name="Pour l’écran").get_attribute("href")
    response = page.request.get(link)

    assert response.headers["content-type"] == "application/pdf"
    text = text_of_pdf(response.body(), tmp_path)
    for words in ("La Marche du Diois", "Notre plan pour le jour de la panne", printed,
                  "9 mois", "Imprimé par nos soins : Camille Roux", "tirage 1"):  # fmt: skip
        assert text.count(words) >= 1, words


def test_no_page_scrolls_sideways_at_320_pixels(chromium, server, start):
    context = chromium.new_context(base_url=server, viewport={"width": 320, "height": 700})
    page = context.new_page()
    programme = start(page, "51513", "Marne (51)")
    page.get_by_label("Retenue", exact=True).first.check()
    press(page.get_by_role("button", name="Enregistrer et revenir"))
    addresses = [
        "/", "/propositions/", "/propositions/data-centers/", "/mesures/",
        "/mesures/seuil-plui-2000m2/", "/le-texte/", "/fiches/culture/", "/communes/?q=saint",
        "/programmes/nouveau/?commune=51513", "/programmes/", "/connexion/",
        "/connexion/carte-perdue/", "/compte/",
        *(f"/programmes/{programme}/{rest}" for rest in (
            "", "diagnostic/", "diagnostic/services-essentiels-hors-reseau/",
            "choix/services-essentiels-hors-reseau/", "chapitres/1/", "reglages/", "ensemble/",
            "engagements/nouveau/", "mesures/pcs-rupture-reseaux/", "relecture/", "imprimer/",
            "imprimer/depliant/", "imprimer/depliant/choix/", "imprimer/logo/", "tirages/",
            "supprimer/", "copier/", "comparer/", "fusions/", "fusions/accepter/",
            "commune/?q=saint",
        )),
    ]  # fmt: skip
    wide = []
    for address in addresses:
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        wide += [(address, width)] if width > 320 else []
    context.close()
    assert wide == []
