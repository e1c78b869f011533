"""Filters for posters and work sheets."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django import template

from ..printing.document import Commitment, Objection

register = template.Library()

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
def eve(day: date) -> date:
    """The day before a vote: from its first minute nothing is handed out (L.49)."""
    return day - timedelta(days=1)
