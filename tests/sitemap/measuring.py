"""`python -m tests.sitemap.measuring` measures every page and writes data/mesures.json."""

import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from playwright.sync_api import sync_playwright

from desescalade.sobriety import Kind, Measurement, write
from tests.serving import ARGUMENTS, CHROMIUM, ROOT, prepare

from . import KINDS, REFUSALS
from .crawling import Visit, Windows, crawl
from .seeded import served

FILE = ROOT / "data" / "mesures.json"


def sum_up(visits: Iterable[Visit], day: date, version: str) -> Measurement:
    by_kind: dict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        by_kind[visit.place.kind].append(visit)
    kinds = (_worst(name, by_kind[name]) for name in [*KINDS, REFUSALS])
    return Measurement(day, version, tuple(kinds))


def _worst(name: str, visits: list[Visit]) -> Kind:
    return Kind(
        name,
        pages=len(visits),
        size=max(visit.size for visit in visits),
        size_again=max((visit.warm[1] for visit in visits if visit.warm), default=0),
        requests=max(len(visit.urls) for visit in visits),
        nodes=max(visit.nodes for visit in visits),
        score=min(visit.score for visit in visits),
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with served(prepare(Path(data))) as site:
            visits = list(crawl(Windows(browser, site), site.places))
        measurement = sum_up(visits, date.today(), browser.version.partition(".")[0])
        browser.close()
    write(FILE, measurement)
    sys.stdout.write(f"{FILE.relative_to(ROOT)} : {measurement.pages} pages\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desescalade.settings")
    main()
