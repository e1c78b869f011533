"""Filters for posters and work sheets."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django import template

from ..printing.document import Commitment, Objection

register = template.Library()

# Points of a poster's lines in A3, for one line, two lines and so on: they fill the sheet.
LINE_SIZES = (62, 52, 44, 38, 31, 30, 29, 27, 25, 24, 23, 22, 21, 20)
# A line of 241 mm holds this many letters of Vollkorn set in 1 pt, rather fewer than more.
LETTERS_IN_ONE_POINT = 1300
# Points of a letter's promises, up to so many of them: two sides are then well filled.
LETTER_SIZES = ((1, 28), (2, 23), (3, 20), (5, 17), (8, 15.5), (12, 14), (18, 13))
SMALLEST_LETTER = 12.5

# How many arguments and how many objections a canvassing sheet gives of each commitment.
SAID = {"courant": 2, "dense": 1}


@register.filter
def some(said: Sequence[Any], density: str) -> Sequence[Any]:
    """As many arguments, or objections, as a canvassing sheet of this density has room for."""
    return said[: SAID.get(density)]


@register.filter
def objections(commitments: Iterable[Commitment], density: str) -> list[tuple[int, Objection]]:
    """The objections that there is room for, each with the rank of its commitment, from 1."""
    return [
        (rank, objection)
        for rank, commitment in enumerate(commitments, start=1)
        for objection in some(commitment.objections, density)
    ]


@register.filter
def letter_size(promises: int) -> float:
    """Points of the promises of a roomy circulaire that has so many."""
    return next((size for most, size in LETTER_SIZES if promises <= most), SMALLEST_LETTER)


@register.filter
def line_size(lines: int) -> int:
    """Points of the lines of a roomy A3 poster that has so many; the same for all above 14."""
    return LINE_SIZES[min(max(lines, 1), len(LINE_SIZES)) - 1]


@register.filter
def title_class(title: str) -> str:
    """How large a poster's title may be set: "short", "middle" or "long".

    The longest word decides too, as titles are not hyphenated: a line holds 11, 15 or 19 letters.
    """
    longest = max(map(len, re.split(r"[\s-]+", title)))
    if len(title) > 60 or longest > 14:
        return "long"
    return "short" if len(title) <= 24 and longest <= 10 else "middle"


@register.filter
def letters_at(points: int) -> int:
    """How many letters of this size stand in a poster's line, for the filter `even`."""
    return LETTERS_IN_ONE_POINT // points


@register.filter
def eve(day: date) -> date:
    """The day before a vote: from its first minute nothing is handed out (L.49)."""
    return day - timedelta(days=1)
