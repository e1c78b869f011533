"""The largest type in which a poster fills its sheet, found before any layout. Pure.

Lengths are those of the A3 poster, in mm, sizes in pt; the style sheet makes them larger in A2.
Where the estimate was too bold, the next density is: fitting.py tells after the layout.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

from django import template

from desescalade import typography

from ..printing.copyfitting import PT, Face, lines, width
from ..printing.document import Document
from . import paper

register = template.Library()

MEASURE, SHEET = 241, 376
# Part of the sheet that an estimate may fill, and what a logo takes of the list's line, in mm.
FILLED = {"ample": 0.965, "courant": 0.92, "dense": 0.92}
LOGO = 68
TITLES = (112, 104, 96, 90, 82, 78, 74, 70, 66, 62, 58, 54, 50, 46)
# Below it, nobody reads a poster from a few steps away; above, no numeral fits on the band.
SMALLEST, LARGEST = 15, 62
# A title is at least so much larger than the lines, and counts so much less than them.
CONTRAST, TITLE_WEIGHT = 1.6, 0.3
TIGHTENED = -0.02
LEADING = 1.15
# Em above and below each of a few lines, and of many: from FEW on, the type matters more.
ROOMY, TIGHT, FEW = 0.8, 0.5, 7
# The rule above a line, and what is above title, slogan and lines, in mm.
RULE, ABOVE_TITLE, ABOVE_SLOGAN, AROUND = 0.5, 13, 10, 10
# What is left over goes between the lines, up to so many em of each.
AIR = 0.45


@dataclass(frozen=True)
class Poster:
    """Points of title and lines, letters of each for the filter `even`.

    `padding` is what stands above and below a line in em, `air` what is added to it in mm.
    """

    title: int
    title_letters: int
    line: float
    letters: int
    padding: float
    air: float


@register.simple_tag
def poster(document: Document, density: str) -> Poster:
    """Title and lines as large as the sheet allows, the lines first."""
    room = SHEET * FILLED[density] - _frame(document)
    texts = [typography.typeset(each.shown_line) for each in document.commitments]
    padding = TIGHT if density == "dense" or len(texts) >= FEW else ROOMY

    @cache
    def height(line: float) -> float:
        """How tall the lines are at so many points, in mm, without what surrounds them."""
        ems, letters = MEASURE / (line * PT), _letters(line)
        rows = sum(lines(paper.balanced(text, letters), ems) for text in texts)
        return (rows * LEADING + len(texts) * padding) * line * PT + len(texts) * RULE

    def largest(title: int) -> float:
        """Points of the lines below a title of this size; 0 where they do not fit."""
        most = int(2 * min(LARGEST, title / CONTRAST))
        left = room - _title_height(document.title, title)
        halves = range(most, 2 * SMALLEST - 1, -1)
        # The smaller the type, the less tall: near enough for a search by halves.
        place = bisect_left(halves, True, key=lambda half: height(half / 2) <= left)
        return halves[place] / 2 if place < len(halves) else 0

    found = [
        (line * title**TITLE_WEIGHT, title, line)
        for title in _titles(document.title)
        if (line := largest(title))
    ]
    _, title, line = max(found, default=(0, TITLES[-1], SMALLEST))
    left = room - _title_height(document.title, title) - height(line)
    air = min(AIR * line * PT, max(0, left) / max(1, len(texts)))
    return Poster(title, _title_letters(title), line, _letters(line), padding, round(air, 2))


def _titles(title: str) -> list[int]:
    """The sizes at which no line breaks a word of the title, or but at its hyphens."""
    for pattern in (r"\s+", r"\s+|(?<=-)"):
        widest = max(width(w, Face.BLACK, tracking=TIGHTENED) for w in re.split(pattern, title))
        found = [size for size in TITLES if widest * size * PT <= MEASURE]
        if found:
            return found
    return [TITLES[-1]]


def _title_height(title: str, size: int) -> float:
    text = paper.balanced(typography.typeset(title), _title_letters(size))
    return lines(text, MEASURE / (size * PT), Face.BLACK, tracking=TIGHTENED) * size * PT


def _letters(line: float) -> int:
    """How many letters of middling width stand in a line, rather fewer than more."""
    return int(MEASURE / (0.49 * line * PT))


def _title_letters(size: int) -> int:
    return int(MEASURE / (0.56 * size * PT))


def _frame(document: Document) -> float:
    """How tall all is that is neither title nor lines, in mm, as in affiche.css."""
    measure = MEASURE - LOGO if document.logo else MEASURE
    height = lines(document.list_name, measure / (29 * PT)) * 28 * 1.2 * PT + 20 * 1.3 * PT
    height += ABOVE_TITLE + 2 * AROUND
    if document.slogan:
        slogan = lines(paper.balanced(document.slogan, 34), MEASURE / (36 * PT))
        height += ABOVE_SLOGAN + slogan * 36 * 1.2 * PT
    # Occasion, on two lines, and imprint.
    height += (2 if document.vote_date else 1) * 28 * 1.2 * PT
    height += 4 + lines(f"{document.imprint.name} {document.imprint.address}", 60) * 9 * 1.3 * PT
    if document.stamp and document.stamp.address:
        address = width(f"Tout lire : {document.stamp.short_address}") * 29 * PT
        height += 3 + (2 if address > MEASURE else 1) * 28 * 1.2 * PT
    return height
