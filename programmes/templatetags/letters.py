"""The type of a circulaire, which fills one side or two, found before any layout. Pure.

Lengths are those of circulaire.css, in mm; sizes in pt. Where the estimate was too bold, the next
density is smaller: fitting.py tells after the layout.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django import template

from desescalade import typography

from ..printing.copyfitting import PT, lines
from ..printing.document import Document
from .sheets import letter_size

register = template.Library()

# Each text is measured in every size.
_typeset = lru_cache(maxsize=1024)(typography.typeset)

# A side, the text beside the names of chapters, and the lines of title and subtitle.
SIDE, COLUMN, MEASURE = 257, 105, 168
# Part of a side that an estimate may fill.
FILLED = 0.965
# From one line to the next, for each point.
LEADING = 0.45
NAME_LEADING = 5.25
# So much larger than usual, a letter is a poster; so much smaller, it may do with one side; below
# these points, it is hard to read.
LARGER, SMALLER, SMALLEST = 1.35, 0.85, 9.5
MOST_AIR = 1.2
# A chapter of more may begin on one side and end on the other: circulaire.html.
WHOLE = 6


@dataclass(frozen=True)
class Letter:
    """Points of the promises, and what is added above and below a chapter, in lines."""

    points: float
    air: float


@register.simple_tag
def letter(document: Document) -> Letter:
    """The largest type that fills the sides which a letter of the usual size takes."""
    usual = letter_size(len(document.commitments))
    if document.candidates and len(document.commitments) < 8:
        # The list then has a side of its own.
        return Letter(usual, 0)
    # A second side for a few lines would be a waste.
    most = 1 if _sides(document, SMALLER * usual, 0) <= 1 else 2
    halves = range(int(2 * LARGER * usual), int(2 * SMALLEST) - 1, -1)
    sizes = (half / 2 for half in halves)
    points = next((size for size in sizes if _sides(document, size, 0) <= most), usual)
    airs = (tenth / 10 for tenth in range(int(10 * MOST_AIR), 0, -1))
    return Letter(points, next((air for air in airs if _sides(document, points, air) <= most), 0))


def _sides(document: Document, points: float, air: float) -> int:
    """How many sides it takes."""
    line = points * LEADING
    full = SIDE * FILLED
    side, used = 1, _head(document) + 6 * line
    for piece in (*_chapters(document, points, air), _end(document) + line):
        if used + piece > full:
            side, used = side + 1, 0
        used += piece
    return side


def _chapters(document: Document, points: float, air: float) -> Iterator[float]:
    """How tall is each piece that no side breaks."""
    line, ems = points * LEADING, COLUMN / (points * PT)
    for chapter in document.chapters:
        rows = [lines(_typeset(each.shown_line), ems) * line for each in chapter.commitments]
        around = (1.1 + air) * line + 0.25
        if len(rows) > WHOLE:
            yield from (row + (0.35 * line if rank else around) for rank, row in enumerate(rows))
        else:
            text = sum(rows) + (len(rows) - 1) * 0.35 * line
            # As in the style sheet: the name may be taller than its promises.
            yield around + max(text, (len(chapter.title) / 18 + 0.7) * NAME_LEADING)


def _head(document: Document) -> float:
    """List, place, occasion, title, subtitle."""
    is_long = len(document.title) > 60
    size, leading = (26, 10) if is_long else (33, 12)
    title = lines(document.title, MEASURE / (1.15 * size * PT)) * leading
    subtitle = lines(document.subtitle, MEASURE / (15 * PT)) * 6.5 + 4 if document.subtitle else 0
    names = lines(document.list_name, (MEASURE - 48) / (15 * PT)) * 6.5
    return 6 + names + 2 * NAME_LEADING + 11 + title + subtitle


def _end(document: Document) -> float:
    """Names, slogan and imprint."""
    names, height = len(document.candidates), 16.0
    if names > 39:
        height += 11 + -(-names // 3) * 4.75
    elif names > 17:
        height += -(-names // 2) * 5.5
    else:
        height += names * 7
    if document.slogan:
        height += 12 + lines(document.slogan, MEASURE / (26 * PT)) * 10
    return height
