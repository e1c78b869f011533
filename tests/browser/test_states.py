"""Every state that a page can be in: what axe says of it, and how it bears another reader's size.

One programme and one crawl; what test_accessibility.py looks at is only measured here, by the
sizes of letters, lines and windows.
"""

from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from playwright.sync_api import Page

from .conftest import WAIT
from .probes import problems
from .test_accessibility import PUBLIC, WORKSHOP

FIRST = "services-essentiels-hors-reseau"
# axe leaves the size of targets (WCAG 2.5.8) out unless it is asked.
WITH_TARGETS = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
# The rules whose answer depends on the scheme.
OF_COLOURS = {
    "runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"],
}  # fmt: skip
# One word and one line that no column holds.
LONG = "Anticonstitutionnellement-hydroélectriquement" * 4 + " et encore" * 40

SIZES = [(320, "asItIs"), (320, "spacedOut"), (640, "enlarged"), (1280, "enlarged")]

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
# What no person can bring about on a sound server, or only by twenty programmes.
BARE = ["429.html", "500.html"]


class Reader:
    """Looks at each page as several people would, and keeps what is wrong."""

    def __init__(self, page: Page) -> None:
        self.page, self.found = page, []

    def axe(self, options: dict) -> None:
        self._keep(Axe().run(self.page, options=options).response)

    def axe_in_the_dark(self) -> None:
        """What colours change, on the page as it is, where axe has just been."""
        self.page.emulate_media(color_scheme="dark")
        self._keep(self.page.evaluate("options => axe.run(options)", OF_COLOURS), "dark: ")
        self.page.emulate_media(color_scheme="light")

    def _keep(self, answer: dict, scheme: str = "") -> None:
        for each in answer["violations"]:
            place = each["nodes"][0]["html"][:120]
            self.found.append(f"{self.page.url}: {scheme}{each['id']}: {place}")

    def look(self) -> None:
        self.axe(WITH_TARGETS)
        self.axe_in_the_dark()
        self.measure()

    def measure(self) -> None:
        """At 320 pixels, with letters of twice their size, and with wider lines and letters."""
        for width, probe in SIZES:
            self.page.set_viewport_size({"width": width, "height": 800})
            self.found += [f"{width}: {each}" for each in problems(self.page, probe)]

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
        with self.page.expect_navigation():
            form.locator("button:not(.default)").first.click()
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
    see_conflicts(reader, programme, commitment)
    see_public_edition(reader, programme)
    see_refusals(reader, programme)
    for address in [*PUBLIC, *(programme + rest for rest in WORKSHOP)]:
        page.goto(address)
        reader.measure()
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
    with page.expect_navigation():
        page.locator("form#choix button").last.click()
    page.goto(f"{programme}chapitres/1/")
    page.goto(page.locator("ol.order h2 a").first.get_attribute("href"))
    page.locator("[name=title]").fill(LONG[:90])
    with page.expect_navigation():
        page.locator("form[data-draft] button").first.click()
    page.goto(f"{programme}chapitres/1/")
    return page.locator("ol.order h2 a").first.get_attribute("href")


def see_conflicts(reader: Reader, programme: str, commitment: str) -> None:
    """The same page is open twice: a text, then a choice, changes under the second."""
    other = reader.page.context.new_page()
    retained = "article:has([value=retained]:checked) [name$=-reason]:not([type=hidden])"
    for address, field in ((commitment, "[name=text]"), (f"{programme}choix/{FIRST}/", retained)):
        for page in (reader.page, other):
            page.goto(address)
        for page, words in ((other, "Une phrase."), (reader.page, "Une autre phrase.")):
            page.locator(field).fill(words)
            with page.expect_navigation() as answer:
                page.locator(f"main form:has({field}) button").first.click()
        assert answer.value.status == 409, address
        reader.look()
    other.close()


def see_public_edition(reader: Reader, programme: str) -> None:
    page = reader.page
    page.goto(f"{programme}imprimer/")
    page.locator("[name=printer]").first.check()
    page.locator("[name=printer_name]").fill("Camille Roux")
    page.locator("[name=printer_address]").fill("3, place de l’Église")
    with page.expect_navigation():
        page.locator("button[name=tirage]").click()
    reader.visit(f"{programme}tirages/")
    reader.visit(f"{programme}tirages/1/")
    with page.expect_navigation():
        page.locator("form[action$='/publier/'] button").click()
    reader.visit(page.locator("main a[href^='/t/']").first.get_attribute("href"))


def see_refusals(reader: Reader, programme: str) -> None:
    """413 and 403 (a form that is older than the session), 400 and 404, then what cannot be had."""
    page = reader.page
    for status, script in (
        (413, "form => form.querySelector('[name=title]').value = 'a'.repeat(2200000)"),
        (403, "form => form.querySelector('[name=csrfmiddlewaretoken]').value = 'x'"),
    ):
        page.goto(f"{programme}reglages/")
        page.locator("main form[data-draft]").evaluate(script)
        with page.expect_navigation() as answer:
            page.locator("main form[data-draft] button").click()
        assert answer.value.status == status
        reader.look()
    for address, status in (("/?x=%00", 400), ("/programmes/personne/", 404)):
        assert page.goto(address).status == status
        reader.look()
    for template in BARE:
        show(page, template)
        reader.look()


def show(page: Page, template: str) -> None:
    body = render_to_string(template, {"style_sheet": "/static/css/screen.css", "texts": ["a"]})
    page.route("**/panne/", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto("/panne/")
    page.unroute("**/panne/")


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
        reader.axe({"rules": {"color-contrast": {"enabled": False}}})
        reader.found += problems(reader.page, "unseenFocus")
    context.close()
    assert "\n".join(reader.found) == ""
