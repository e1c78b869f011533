"""The inner face of a dépliant: the largest type whose three panels are about as tall. Pure.

WeasyPrint 70 can balance columns by itself, but it tries again with each pixel: seconds. Lengths
are those of depliant.css, in mm; sizes in pt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, combinations, pairwise

from django import template

from desescalade import typography

from ..printing.copyfitting import PT, Face, lines
from ..printing.document import Chapter, Commitment, Document

register = template.Library()

# Each text is measured in every setting.
_typeset = lru_cache(maxsize=1024)(typography.typeset)


@dataclass(frozen=True)
class Setting:
    """`name` is a class of the style sheet; --points, --head and --air come from here too.

    `leading` is from one line to the next, `below` what follows a commitment, `head` the points of
    a chapter's title. `note` the points of who decides and when, 0 without.
    """

    name: str
    points: float
    leading: float
    below: float
    head: float
    note: float = 0

    @property
    def letters(self) -> int:
        """About how many stand on a line, for the filter `ended`."""
        return int(COLUMN / (0.49 * self.points * PT))


@dataclass(frozen=True)
class Inner:
    """`starts` are the commitments that begin the second and the third panel.

    `air` is added below each commitment, in mm.
    """

    name: str
    points: float
    head: float
    letters: int
    starts: frozenset[int]
    air: float = 0


# Of text, beside the numerals.
COLUMN = 68
# Of a panel, and of the rule above a chapter with what stands around its title.
PANEL = {"ample": 160, "courant": 164, "dense": 169}
RULE = {"ample": 6, "courant": 3.5, "dense": 2}
# For no more commitments than panels.
POSTER = Setting("poster", 34, 13.5, 4, 13, 11)
AMPLE = (
    Setting("pt20", 20, 8.5, 11, 13, 9),
    Setting("pt17", 17, 7.5, 8, 13, 9),
    Setting("pt15", 15.5, 6.75, 6, 13, 8),
    Setting("pt13", 13, 6, 4, 13, 8),
)
# Points from and to, mm below a commitment for each point.
SIZES = {"courant": (18, 10.5, 0.25), "dense": (14, 9.5, 0.13)}
LEADING, HEAD_LEADING = 0.445, 0.455
LARGEST_HEAD = 13
# Andika, in which notes are set, is so much wider than Vollkorn.
WIDER = 1.16
# Part of a panel that an estimate may fill; the dense setting takes over from one too bold.
FILLED = {"ample": 0.96, "courant": 0.97, "dense": 0.96}
# A chapter goes on in the next panel only where this makes the tallest panel so much shorter, or
# the type larger by more points than these.
SPLIT, WORTH_A_SPLIT = 1.2, 1.5
# What is left over goes below each commitment, up to so many mm for each point.
AIR = 0.35


@register.simple_tag
def inner(document: Document, density: str) -> Inner:
    """The setting of the inner face; where no three panels hold the text, it flows by itself."""
    settings = _settings(document, density)
    most = FILLED[density] * PANEL[density]
    best, fewest = None, len(document.chapters)
    for setting in settings:
        if best and setting.points < best.points - WORTH_A_SPLIT:
            break
        found, cuts = _set(document.chapters, setting, density, most)
        # The largest, or one about as large that cuts fewer chapters.
        if found and (best is None or cuts < fewest):
            best, fewest = found, cuts
    last = settings[-1]
    return best or Inner(last.name, last.points, last.head, last.letters, frozenset())


def _settings(document: Document, density: str) -> tuple[Setting, ...]:
    """From the largest type to the smallest."""
    if density == "ample":
        return (POSTER, *AMPLE) if len(document.commitments) <= 3 else AMPLE
    most, least, below = SIZES[density]
    return tuple(
        Setting("any", half / 2, half / 2 * LEADING, half / 2 * below, min(half / 2, LARGEST_HEAD))
        for half in range(round(2 * most), round(2 * least) - 1, -1)
    )


def _set(
    chapters: Sequence[Chapter], setting: Setting, density: str, most: float
) -> tuple[Inner | None, int]:
    """The panels so set, and how many chapters they cut; None where one is above `most` mm."""
    ids, heights, is_first = [], [], []
    for chapter in chapters:
        for rank, commitment in enumerate(chapter.commitments):
            height = _height(commitment, setting)
            if rank == 0:
                height += RULE[density] + _head_height(chapter, setting)
            ids.append(commitment.id)
            heights.append(height)
            is_first.append(rank == 0)
    if sum(heights) > 3 * most:
        return None, 0
    starts = _starts(heights, is_first)
    panels = [sum(heights[a:b]) for a, b in pairwise((0, *starts, len(ids)))]
    if max(panels, default=0) > most:
        return None, 0
    counts = [b - a for a, b in pairwise((0, *starts, len(ids)))]
    spares = [(most - tall) / count for tall, count in zip(panels, counts, strict=True) if count]
    air = 0 if density == "ample" else min([*spares, AIR * setting.points])
    places = frozenset(ids[start] for start in starts)
    inner = Inner(
        setting.name, setting.points, setting.head, setting.letters, places, round(air, 2)
    )
    return inner, sum(not is_first[start] for start in starts)


def _starts(heights: Sequence[float], is_first: Sequence[bool]) -> tuple[int, ...]:
    """The ranks, from 0, at which the second and the third panel begin."""
    if len(heights) < 2:
        return ()
    # Up to each commitment, from the first.
    sums = (0, *accumulate(heights))

    def cost(starts: tuple[int, ...]) -> float:
        tallest = max(sums[b] - sums[a] for a, b in pairwise((0, *starts, len(heights))))
        return tallest * SPLIT ** sum(not is_first[start] for start in starts)

    return min(combinations(range(1, len(heights)), min(3, len(heights)) - 1), key=cost)


def _height(commitment: Commitment, setting: Setting) -> float:
    """How tall a commitment is."""
    text = _typeset(commitment.shown_line)
    # A poster's lines have no numeral beside them.
    column = COLUMN + 11 if setting is POSTER else COLUMN
    height = lines(text, column / (setting.points * PT)) * setting.leading + setting.below
    if setting.note:
        said = f"{commitment.decided_by}, {commitment.horizon}"
        leading = 4 if setting.note < 10 else 5
        height += lines(said, COLUMN / (WIDER * setting.note * PT)) * leading
    return height


def _head_height(chapter: Chapter, setting: Setting) -> float:
    ems = COLUMN / (setting.head * PT)
    return lines(_typeset(chapter.title), ems, Face.BLACK) * setting.head * HEAD_LEADING
