"""What the pages of the site cost, as last measured: /sobriete/ shows it.

`make measure` writes the file; tests/browser/test_sobriety.py says when it is no longer true.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from . import ecoindex


@dataclass(frozen=True)
class Kind:
    """The worst of each figure among the pages of one kind."""

    name: str
    pages: int
    # Bytes on the wire, headers included: a first visit, and the same page again.
    size: int
    size_again: int
    requests: int
    nodes: int
    score: int

    @property
    def first(self) -> str:
        return _kilobytes(self.size)

    @property
    def again(self) -> str:
        """Nothing for pages that are not visited twice, such as refusals."""
        return _kilobytes(self.size_again) if self.size_again else ""

    @property
    def grade(self) -> str:
        return ecoindex.grade(self.score)


@dataclass(frozen=True)
class Measurement:
    day: date
    # Of the browser.
    version: str
    kinds: tuple[Kind, ...]

    @property
    def pages(self) -> int:
        return sum(kind.pages for kind in self.kinds)

    @property
    def score(self) -> int:
        return min(kind.score for kind in self.kinds)

    @property
    def first(self) -> str:
        return _kilobytes(max(kind.size for kind in self.kinds))


def _kilobytes(size: int) -> str:
    """Of a thousand bytes, with one decimal: "6,6"."""
    return f"{size / 1000:.1f}".replace(".", ",")


def read(path: Path) -> Measurement:
    value = json.loads(path.read_text("utf-8"))
    kinds = tuple(Kind(**kind) for kind in value["kinds"])
    return Measurement(date.fromisoformat(value["day"]), value["version"], kinds)


def write(path: Path, measurement: Measurement) -> None:
    value = {**asdict(measurement), "day": measurement.day.isoformat()}
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


@cache
def _last() -> Measurement:
    return read(settings.MEASUREMENT_FILE)


@require_safe
@vary_on_cookie
def show(request: HttpRequest) -> HttpResponse:
    return render(request, "sobriety.html", {"measurement": _last()})
