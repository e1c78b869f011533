"""`python -m tests.sitemap.gallery DOSSIER` pictures every page of a site in use.

In a narrow and a wide window, light and dark, and on contact sheets that one looks through in a
minute. Of pages made alike, such as seventy measures, the first two are taken.
"""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.serving import ARGUMENTS, CHROMIUM, prepare

from . import Place
from .crawling import Windows
from .seeded import Served, served

WIDTHS = {320: 700, 1280: 900}
SCHEMES = ("light", "dark")
ALIKE = 2
# Of a contact sheet: three rows; for each width of window how many pages in a row, how wide
# each is drawn, and how much of a long one shows.
ROWS = 3
SHEETS = {320: (6, 320, 800), 1280: (4, 480, 640)}


def chosen(places: list[Place]) -> Iterator[tuple[str, Place]]:
    """The pages to take and what their pictures are called, in the order of the list."""
    seen: Counter[tuple[str, str]] = Counter()
    for place in places:
        key = (place.name, place.state)
        seen[key] += 1
        if seen[key] <= ALIKE or place.status >= 400:
            words = [place.name or "introuvable", *place.state.split(), str(seen[key])]
            yield "-".join(words), place


def take_all(browser: Browser, site: Served, folder: Path) -> None:
    looks = {f"{w}-{scheme}": (w, scheme) for w in WIDTHS for scheme in SCHEMES}
    for look in looks:
        (folder / look).mkdir(parents=True, exist_ok=True)
    # Dates and buttons of the browser itself in French.
    windows = Windows(browser, site, locale="fr-FR")
    names = []
    for name, place in chosen(site.places):
        page = windows.go(place)
        _fetch_pictures(page)
        for look, (width, scheme) in looks.items():
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": WIDTHS[width]})
            page.screenshot(path=folder / look / f"{name}.png", full_page=True)
        names.append(name)
    windows.close()
    for look, (width, _) in looks.items():
        paths = [folder / look / f"{name}.png" for name in names]
        _sheets(paths, folder / f"planche-{look}", *SHEETS[width])
    sys.stdout.write(f"{folder} : {len(names)} pages, {len(looks)} fois\n")


def _fetch_pictures(page: Page) -> None:
    """Also those that a browser fetches when one scrolls to them."""
    page.evaluate(
        "() => Promise.allSettled([...document.images].map(i => (i.loading = 'eager', i.decode())))"
    )


def _sheets(paths: list[Path], stem: Path, across: int, width: int, shown: int) -> None:
    """Small pages side by side, each cut where it gets long."""
    for number, first in enumerate(range(0, len(paths), ROWS * across), start=1):
        sheet = Image.new("RGB", (across * (width + 10), ROWS * (shown + 10)), "#888")
        for rank, path in enumerate(paths[first : first + ROWS * across]):
            with Image.open(path) as picture:
                small = picture.convert("RGB").resize(
                    (width, picture.height * width // picture.width)
                )
            place = (rank % across * (width + 10), rank // across * (shown + 10))
            sheet.paste(small.crop((0, 0, width, min(shown, small.height))), place)
        sheet.save(f"{stem}-{number}.png")


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with served(prepare(Path(data))) as site:
            take_all(browser, site, folder)
        browser.close()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desescalade.settings")
    main(Path(sys.argv[1]))
