"""The pictures of the user guides: the real screens of a demonstration, photographed by Chromium.

For a data directory to throw away (`make pictures`): it makes a programme and a curator.
"""

import io
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.contrib.auth.models import AbstractUser
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.http import HttpRequest
from django.urls import reverse
from PIL import Image

from desescalade.guides import PICTURES
from programmes import editions
from programmes.models import Programme

WIDTH = 760
# What the screens name as their address; the browser finds our server there.
HOST = "programme.exemple.fr"
# Inks of the screens: text and its edges, one green, one ochre. More colours weigh more.
COLORS = 20
START_SECONDS = 60
# The pictures of twelve formats are composed for the first time.
WAIT = 60_000
SETTINGS = {"DESESCALADE_DEBUG": "0", "DESESCALADE_HOSTS": f"{HOST},127.0.0.1"}
SETTINGS |= {"DESESCALADE_ADDRESS": f"https://{HOST}"}
MEASURE = "/gestion/desk/measure/pcs-rupture-reseaux/change/"


@dataclass(frozen=True)
class Shot:
    """The screen at `address` from the first element that `start` finds, `height` pixels."""

    file: str
    address: str
    start: str = "header.site"
    height: int = 520


class Command(BaseCommand):
    help = "Photographie les écrans des guides (docs/guide/img), sur des données d’essai."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=PICTURES, metavar="DOSSIER")

    def handle(self, *args, to: Path, **options) -> None:
        try:
            sync_playwright = import_module("playwright.sync_api").sync_playwright
        except ImportError:
            raise CommandError("Playwright manque : lancer d’abord « make test ».") from None
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        to.mkdir(parents=True, exist_ok=True)
        programme = demonstration()
        team, desk = session_of(programme.memberships.first().user), session_of(curator())
        shots = shots_of_team(programme)
        # Within Playwright's loop Django refuses to ask the database.
        with served() as server, sync_playwright() as playwright:
            there = f"--host-resolver-rules=MAP {HOST}:80 {server}"
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", there]
            )
            camera = Camera(browser, f"http://{HOST}", to)
            camera.take_card()
            camera.take(team, shots)
            camera.take(desk, SHOTS_OF_DESK, before=write_a_draft)
            browser.close()
        for made in sorted(to.glob("*.webp")):
            self.stdout.write(f"{made.name} : {made.stat().st_size / 1000:.1f} ko")


def shots_of_team(programme: Programme) -> list[Shot]:
    def address(name: str, *rest: object) -> str:
        return reverse(f"programmes:{name}", args=[programme.pk, *rest])

    commitment = programme.commitments.exclude(measure=None).first()
    proposal = commitment.measure.proposal_id
    return [
        Shot("sommaire", address("programme"), height=720),
        Shot("choix", address("choose", proposal), "article.measure", 520),
        Shot("adapter", commitment.get_absolute_url(), ".sides", 560),
        Shot("ensemble", address("overview"), "h1", 560),
        Shot("imprimer", address("print"), ".formats", 480),
        Shot("tirage", address("edition-detail", 1), "h1", 560),
    ]


SHOTS_OF_DESK = [
    Shot("mesure-gestion", MEASURE, "fieldset", 460),
    Shot("chantier", "/gestion/chantier/", "#content h1", 360),
]


class Camera:
    """Photographs pages of the site at `address` into `folder`, light and without scripts."""

    def __init__(self, browser: Any, address: str, folder: Path) -> None:
        self.browser, self.address, self.folder = browser, address, folder

    def window(self, cookies: list[dict[str, str]]) -> Any:
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": WIDTH, "height": 900},
            color_scheme="light",
            java_script_enabled=False,
        )
        context.set_default_timeout(WAIT)
        context.add_cookies(cookies)
        return context.new_page()

    def take(self, session: str, shots: list[Shot], before: Any = None) -> None:
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session}
        page = self.window([cookie | {"url": self.address}])
        if before:
            before(page)
        for shot in shots:
            page.goto(shot.address)
            # Reaches the pictures that load only when seen.
            page.set_viewport_size({"width": WIDTH, "height": 6000})
            page.wait_for_load_state("networkidle")
            self.keep(page, shot.file, shot.start, shot.height)
        page.context.close()

    def take_card(self) -> None:
        """The card of a programme that somebody has just begun: it is shown once."""
        page = self.window([])
        page.goto("/programmes/nouveau/?commune=26027")
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="Commencer").click()
        self.keep(page, "carte", "h1", 480)
        page.context.close()

    def keep(self, page: Any, file: str, start: str, height: int) -> None:
        top = max(page.locator(start).first.bounding_box()["y"] - 12, 0)
        clip = {"x": 0, "y": top, "width": WIDTH, "height": height}
        drawn = Image.open(io.BytesIO(page.screenshot(full_page=True, clip=clip)))
        few = drawn.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).convert("RGB")
        few.save(self.folder / f"{file}.webp", lossless=True, quality=100, method=6)


def demonstration() -> Programme:
    """A programme with a published edition."""
    said = io.StringIO()
    call_command("demo", measures=14, stdout=said)
    programme = Programme.objects.get(pk=said.getvalue().split()[1])
    editions.publish(programme.editions.get())
    return programme


def curator() -> AbstractUser:
    """One who may do everything, with a second factor."""
    users = get_user_model().objects
    user = users.filter(username="claire").first() or users.create_superuser("claire")
    Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, data={})
    return user


def session_of(user: AbstractUser) -> str:
    """The key of a session in which this person is logged in, second factor shown."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    login(request, user)
    for factor in Authenticator.objects.filter(user=user):
        record_authentication(request, user, "mfa", id=factor.pk)
    request.session.save()
    return request.session.session_key


def write_a_draft(page: Any) -> None:
    page.goto(MEASURE)
    wording = page.locator("textarea[name$='-text']").first
    wording.fill(f"{wording.input_value()} Il est relu chaque année.")
    page.locator("input[name=_continue]").first.click()


@contextmanager
def served() -> Iterator[str]:
    """Host and port of a server on the data of this process."""
    call_command("collectstatic", interactive=False, verbosity=0)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603 (nothing from outside)
        [sys.executable, "manage.py", "runserver", f"127.0.0.1:{port}", "--noreload"],
        cwd=settings.BASE_DIR, env={**os.environ, **SETTINGS},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/sante/pret", process)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_ready(address: str, process: subprocess.Popen) -> None:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 (our own server)
                return
        except OSError:
            time.sleep(0.1)
    raise CommandError("Le serveur des écrans ne répond pas.")
