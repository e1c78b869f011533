"""Every state that a page can be in: what axe says of it, and how it bears another reader's size.

One programme and one crawl; what test_accessibility.py looks at is only measured here, by the
sizes of letters, lines and windows. Conflicts, refusals and faults: test_sobriety.py.
"""

from playwright.sync_api import Page

from .conftest import WAIT
from .looking import at_any_size, look, violations
from .pressing import press
from .probes import problems
from .test_accessibility import PUBLIC, WORKSHOP

FIRST = "services-essentiels-hors-reseau"
# One word and one line that no column holds.
LONG = "Anticonstitutionnellement-hydroélectriquement" * 4 + " et encore" * 40

# Address, and what is typed into fields whose names hold this; None leaves a field as it is.
PUBLIC_ERRORS = [
    ("/connexion/", {"identifier": "", "passphrase": ""}),
    ("/connexion/", {"identifier": "lettre-canal-37", "passphrase": "un deux trois"}),
    ("/connexion/carte-perdue/", {"email": "camille"}),
    ("/invitation/", {"words": "un deux trois"}),
    ("/programmes/importer/", {"pasted": ""}),
    ("/programmes/importer/", {"pasted": "titre: [1"}),
    ("/compte/", {"email": "camille"}),
]
ERRORS = [
    ("engagements/nouveau/", {"title": ""}),
    ("engagements/nouveau/", {"title": LONG, "text": "{inconnu}"}),
    ("reglages/", {"title": LONG, "own_population": "-3"}),
    ("copier/", {"variant": ""}),
    ("fusions/accepter/", {"words": "un deux trois"}),
    ("equipe/", {"alias": LONG}),
    ("imprimer/affiche-a3/", {"own_color": "vert", "copies": "beaucoup"}),
    ("imprimer/logo/", {"description": ""}),
    ("importer/", {"pasted": ""}),
    ("chapitres/1/", {"rank": "premier"}),
    (f"choix/{FIRST}/", {"cartographie-dependances-reason": "Trop cher"}),
    (f"diagnostic/{FIRST}/", {"-note": LONG}),
]
OF_COMMITMENT = [
    ("commentaires/", {"text": ""}),
    ("proposer/ligne/", {"text": LONG}),
    ("proposer/erreur/", {"wrong": ""}),
]
SHOWN_OF_COMMITMENT = ["", "historique/", "commentaires/", "proposer/", "votes/"]


class Reader:
    """Looks at each page as several people would, and keeps what is wrong."""

    def __init__(self, page: Page) -> None:
        self.page, self.found = page, []

    def look(self) -> None:
        self.found += look(self.page)

    def visit(self, address: str) -> None:
        self.page.goto(address)
        self.look()

    def send(self, address: str, typed: dict[str, str | None]) -> None:
        """Sends the form that holds the first of these fields, and looks at the answer."""
        self.page.goto(address)
        fields = [self.page.locator(f"[name*='{name}']:visible") for name in typed]
        form = self.page.locator("main form[method=post]").filter(has=fields[0]).first
        for name, value in typed.items():
            if value is not None:
                form.locator(f"[name*='{name}']:visible").first.fill(value)
        form.evaluate("form => form.noValidate = true")
        press(form.locator("button:not(.default)").first)
        self.say_what_is_wrong(address)
        self.look()

    def say_what_is_wrong(self, address: str) -> None:
        """An error says so in the title, and in a summary that leads to the fields."""
        heard = self.page.get_by_role("alert").count()
        if not (heard == 1 and self.page.title().startswith("Erreur\u00a0: ")):
            self.found.append(f"{address}: {heard} alerts, « {self.page.title()} »")
        for link in self.page.locator("[role=alert] a[href^='#']").all():
            if not self.page.locator(link.get_attribute("href")).count():
                self.found.append(f"{address}: {link.get_attribute('href')} leads nowhere")


def test_every_state_is_sound_for_axe_and_for_any_size(chromium, server, start):
    context = chromium.new_context(base_url=server, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(WAIT)
    # Pictures of prints take an engine to draw, and their places are written in the page.
    context.route("**/*.png", lambda route: route.abort())
    reader = Reader(context.new_page())
    page = reader.page
    programme = f"/programmes/{start(page, 'barsac', 'Drôme (26)')}/"
    see_empty_lists(reader, programme)
    commitment = retain_one(page, programme)
    for rest, typed in ERRORS:
        reader.send(programme + rest, typed)
    for rest, typed in OF_COMMITMENT:
        reader.send(commitment + rest, typed)
    for rest in SHOWN_OF_COMMITMENT:
        reader.visit(commitment + rest)
    for address, typed in PUBLIC_ERRORS:
        reader.send(address, typed)
    see_public_edition(reader, programme)
    for address in [*PUBLIC, *(programme + rest for rest in WORKSHOP)]:
        page.goto(address)
        reader.found += at_any_size(page)
    context.close()
    assert "\n".join(reader.found) == ""


def see_empty_lists(reader: Reader, programme: str) -> None:
    for rest in ("", "ensemble/", "relecture/", "imprimer/", "chapitres/1/", "envois/"):
        if reader.page.goto(programme + rest).status == 200:
            reader.look()


def retain_one(page: Page, programme: str) -> str:
    """The address of its page; its title is as long as titles may be."""
    page.goto(f"{programme}choix/{FIRST}/")
    page.locator("[name$=-status][value=retained]").first.check()
    press(page.locator("form#choix button").last)
    page.goto(f"{programme}chapitres/1/")
    page.goto(page.locator("ol.order h2 a").first.get_attribute("href"))
    page.locator("[name=title]").fill(LONG[:90])
    press(page.locator("form[data-draft] button").first)
    page.goto(f"{programme}chapitres/1/")
    return page.locator("ol.order h2 a").first.get_attribute("href")


def see_public_edition(reader: Reader, programme: str) -> None:
    page = reader.page
    page.goto(f"{programme}imprimer/")
    page.locator("[name=printer]").first.check()
    page.locator("[name=printer_name]").fill("Camille Roux")
    page.locator("[name=printer_address]").fill("3, place de l’Église")
    press(page.locator("button[name=tirage]"))
    reader.visit(f"{programme}tirages/")
    reader.visit(f"{programme}tirages/1/")
    press(page.locator("form[action$='/publier/'] button"))
    reader.visit(page.locator("main a[href^='/t/']").first.get_attribute("href"))


def test_forced_colours_keep_what_is_seen(chromium, server, start):
    """The focus keeps its line. Contrast is the system's own, which axe does not see."""
    context = chromium.new_context(
        base_url=server, viewport={"width": 1280, "height": 900}, forced_colors="active"
    )
    context.set_default_timeout(WAIT)
    reader = Reader(context.new_page())
    programme = start(reader.page, "barsac", "Drôme (26)")
    for address in ("/", "/style/", f"/programmes/{programme}/reglages/"):
        reader.page.goto(address)
        without_contrast = {"rules": {"color-contrast": {"enabled": False}}}
        reader.found += violations(reader.page, without_contrast)
        reader.found += problems(reader.page, "unseenFocus")
    context.close()
    assert "\n".join(reader.found) == ""
