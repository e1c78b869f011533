"""The first evening in w3m: a terminal, no picture, no style sheet, no script.

w3m itself fetches, keeps cookies, sends and lays out. Only its keys are not pressed: what stands
in the fields of a page is read from the page and handed to it (`-post`).
"""

import gzip
import os
import shutil
import subprocess
from urllib.parse import urlencode, urljoin

import lxml.html
import pytest


class Terminal:
    """One w3m with its own cookies; knows where it is."""

    def __init__(self, server: str, folder) -> None:
        self.server, self.folder, self.address = server, folder, ""

    def go(self, address: str) -> str:
        """What stands in the terminal, spaces made plain."""
        self.address = urljoin(self.address or self.server, address)
        return shown(self._run("-dump", self.address))

    def send(self, button: str, **typed: str) -> str:
        """Fills the form of this button and presses it."""
        form, pressed = next(
            (form, each)
            for form in self._page().forms for each in form.iter("button")
            if plain(each).startswith(button)
        )  # fmt: skip
        fields = [(name, value) for name, value in form.form_values() if name not in typed]
        if pressed.get("name"):
            fields.append((pressed.get("name"), pressed.get("value") or ""))
        data = urlencode([*fields, *typed.items()])
        action = urljoin(self.address, form.get("action") or "")
        if form.method == "GET":
            return self.go(f"{action}?{data}")
        path = self.folder / "envoi"
        path.write_text(data)
        # w3m follows where it leads, and says so ahead of the page.
        said = self._run("-post", str(path), "-dump_extra", action).decode(errors="replace")
        lines = [line for line in said.splitlines() if line.startswith("W3m-current-url: ")]
        return self.go(lines[-1].partition(": ")[2])

    def _page(self):
        source = self._run("-dump_source", self.address)
        if source.startswith(b"\x1f\x8b"):
            source = gzip.decompress(source)
        return lxml.html.fromstring(source.decode())

    def _run(self, *arguments: str) -> bytes:
        command = [
            "w3m",
            "-o",
            "use_cookie=1",
            "-o",
            "accept_cookie=1",
            "-cols",
            "72",
            "-O",
            "UTF-8",
        ]
        environment = {**os.environ, "W3M_DIR": str(self.folder), "HOME": str(self.folder)}
        done = subprocess.run(
            [*command, *arguments], env=environment, capture_output=True, check=True, timeout=60
        )
        return done.stdout


def shown(content: bytes) -> str:
    return content.decode().replace("\u202f", " ").replace("\u00a0", " ").replace("\u2011", "-")


def plain(element) -> str:
    return " ".join(shown(element.text_content().encode()).split())


def in_order(text: str, *parts: str) -> bool:
    """Whether these parts stand in the text one after another."""
    text = " ".join(text.split())
    for part in parts:
        _, found, text = text.partition(part)
        if not found:
            return False
    return True


@pytest.fixture
def terminal(server, tmp_path):
    if not shutil.which("w3m"):
        pytest.fail("w3m is missing: run deploy/setup.sh test.")
    return Terminal(server, tmp_path)


def test_public_pages_read_in_order(terminal):
    assert in_order(
        terminal.go("/"),
        "Aller au contenu", "Désescalade", "Les dix propositions", "Mon programme",
        "Votre commune", "Chercher", "1 Sécuriser les services essentiels",
        "10 Limiter l’exposition", "D’où viennent ces textes",
    )  # fmt: skip
    assert in_order(
        terminal.go("/mesures/pcs-rupture-reseaux/"),
        "Inscrire la rupture des réseaux", "Qui décide", "Échéance", "Bases légales",
    )  # fmt: skip
    assert in_order(
        terminal.go("/sobriete/"), "Ce que pèsent ces pages", "Sorte de page", "Accueil", "Relire"
    )


def test_a_programme_begins_and_takes_up_a_measure_in_a_terminal(terminal):
    terminal.go("/")
    assert in_order(terminal.send("Chercher", q="barsac"), "2 communes", "Drôme (26)")
    terminal.go("/programmes/nouveau/?commune=26027")
    card = terminal.send("Commencer", consent="on")
    assert in_order(card, "Votre carte d’accès", "Identifiant", "Phrase")
    assert in_order(terminal.send("C’est noté"), "Sécuriser les services essentiels")
    measure = next(
        box.get("name") for box in terminal._page().iter("input")
        if box.get("type") == "radio" and box.get("value") == "retained"
    )  # fmt: skip
    chapters = terminal.send("Enregistrer et revenir", **{measure: "retained"})
    assert in_order(chapters, "Programme pour Barsac", "Choix : 1 engagement retenu")
