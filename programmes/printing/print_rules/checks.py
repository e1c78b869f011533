"""When a rule holds: each check gives the words for the blanks of its rule, or None. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from desescalade.typography import date_in_words, number

from .. import colors
from ..document import Document
from ..formats import A4, Format
from . import silence
from .official import spending_caps

Blanks = dict[str, str] | None

MAX_POSTER = (594, 841)
MAX_CIRCULAIRE_PAGES = 2
# The campaign ends on the eve at 00:00: its last 72 hours are these days before the vote. The law
# gives no number.
LATE_DAYS = (2, 3, 4)

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


@dataclass(frozen=True)
class Case:
    """A print at a moment; `page_count` is None before the layout."""

    document: Document
    format: Format
    now: datetime
    page_count: int | None


def always(case: Case) -> Blanks:
    return {}


def missing_imprint(case: Case) -> Blanks:
    imprint = case.document.imprint
    given = (("le nom", imprint.name), ("l’adresse", imprint.address))
    missing = [words for words, value in given if not value]
    return {"missing": " et ".join(missing)} if missing else None


def silent(case: Case) -> Blanks:
    if not silence.is_silent(case.document, case.now):
        return None
    return {"eve": _day(case.document.vote_date - timedelta(1))}


def too_many_pages(case: Case) -> Blanks:
    if case.page_count is None or case.page_count <= MAX_CIRCULAIRE_PAGES:
        return None
    return {"pages": str(case.page_count)}


def not_a4(case: Case) -> Blanks:
    return None if tuple(sorted(case.format.size)) == A4 else _size(case)


def too_many_posters(case: Case) -> Blanks:
    if case.page_count is None or case.page_count <= 1:
        return None
    return {"pages": str(case.page_count)}


def too_large(case: Case) -> Blanks:
    sides = zip(sorted(case.format.size), MAX_POSTER, strict=True)
    return _size(case) if any(side > most for side, most in sides) else None


def tricolor(case: Case) -> Blanks:
    """Prints have one colour: only beside a picture can the three come together."""
    if case.document.logo is None:
        return None
    part = colors.tricolor_part(_color(case.document))
    return {"part": part} if part else None


def logo(case: Case) -> Blanks:
    return None if case.document.logo is None else {"picture": case.document.logo.description}


def grey_poster(case: Case) -> Blanks:
    return {} if colors.is_grey(_color(case.document)) else None


def colored_poster(case: Case) -> Blanks:
    return None if colors.is_grey(_color(case.document)) else {}


def before_the_eve(case: Case) -> Blanks:
    days = silence.days_left(case.document, case.now)
    if days is None or days < 2:
        return None
    vote = case.document.vote_date
    return {"last": _day(vote - timedelta(2)), "eve": WEEKDAYS[(vote - timedelta(1)).weekday()]}


def late(case: Case) -> Blanks:
    return {} if silence.days_left(case.document, case.now) in LATE_DAYS else None


def account(case: Case) -> Blanks:
    caps = spending_caps(case.document.population or 0)
    return caps and {"first": number(caps[0]), "second": number(caps[1])}


def _color(document: Document) -> str:
    """One that is none is told elsewhere, and printed in the default."""
    return document.color if colors.HEX.fullmatch(document.color) else colors.DEFAULT


def _size(case: Case) -> dict[str, str]:
    width, height = case.format.size
    return {"width": str(width), "height": str(height)}


def _day(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {date_in_words(day)}"
