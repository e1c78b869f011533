"""Where the marks of a chart stand; a template draws them. Pure.

Lengths are whole user units of the drawing, which is `WIDTH` wide and scales with the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from proposals.enums import Authority, Budget, Horizon

WIDTH = 300
# Of the calendar: a column, the part of it that squares fill, and how tall they may stand.
COLUMN, FILLED, TALL = 100, 84, 84
LARGEST, SMALLEST, GAP = 14, 3, 2
# Room for the number above a stack, and for the label below the line.
ABOVE, BELOW = 22, 24
# Of the balance: its middle, the longest bar, the length of a single commitment at most.
MIDDLE, LONGEST, LONGEST_ONE = 150, 116, 14
ROW, THICK = 30, 16
# Of the progress: the widest column, the part of it that squares fill, how tall they may stand.
PLACE, FILLED_PLACE, TALL_PLACE = 30, 24, 72
# Of the territory: from one border to the next, the room for words under a border, and how tall
# the squares of all areas may stand together.
INSET, HEAD, TALL_TERRITORY = 12, 26, 140
# Of the tally: where bars begin, the longest one, from one to the next.
START, LONGEST_OF_TALLY, STEP = 34, 165, 24
# As short as the drawing needs, in the order in which it and its table show them.
HORIZONS = {
    Horizon.FIRST_100_DAYS: "cent jours",
    Horizon.MID_TERM: "mi-mandat",
    Horizon.TERM: "mandat",
}
BUDGETS = {
    Budget.SAVING: "économies",
    Budget.RUNNING: "fonctionnement",
    Budget.INVESTMENT: "investissements",
    Budget.NEUTRAL: "sans effet notable",
}
# From far to near; each lies within the one before.
AREAS = {
    "une autre autorité": (Authority.OTHER,),
    "l’intercommunalité": (Authority.INTERCOMMUNALITY,),
    "la commune et d’autres": (Authority.SHARED,),
    "la commune seule": (Authority.MAYOR, Authority.COUNCIL),
}


@dataclass(frozen=True)
class Stack:
    """One square for each commitment, on the line of time; `path` draws all of them.

    Everything stands to the left: number, squares and label begin at `x`.
    """

    label: str
    count: int
    x: int
    top: int
    path: str


@dataclass(frozen=True)
class Calendar:
    height: int
    line: int
    label_y: int
    stacks: tuple[Stack, ...]
    width: int = WIDTH


@dataclass(frozen=True)
class Bar:
    """`anchor` is that of the number, which stands at the free end; the label has the other side.

    `x` is the left end of the bar, `y` its top.
    """

    label: str
    count: int
    x: int
    y: int
    width: int
    count_x: int
    anchor: str
    label_x: int
    label_y: int
    label_anchor: str
    is_hollow: bool = False

    @property
    def text_y(self) -> int:
        return self.y + THICK - 3


@dataclass(frozen=True)
class Balance:
    height: int
    bars: tuple[Bar, ...]
    width: int = WIDTH
    middle: int = MIDDLE
    axis: int = 3 * ROW + THICK
    thick: int = THICK


@dataclass(frozen=True)
class TallyBar:
    """`words` stand after the bar, instead of it where `width` is 0."""

    label: str
    words: str
    y: int
    width: int
    x: int = START

    @property
    def text_y(self) -> int:
        return self.y + THICK - 3

    @property
    def words_x(self) -> int:
        return self.x + self.width + (6 if self.width else 0)


@dataclass(frozen=True)
class Area:
    """Its border, its words, and one square for each commitment that is decided there."""

    label: str
    count: int
    x: int
    y: int
    width: int
    height: int
    path: str

    @property
    def text_x(self) -> int:
        return self.x + INSET

    @property
    def label_x(self) -> int:
        return self.text_x + 10 * len(str(self.count)) + 5

    @property
    def text_y(self) -> int:
        return self.y + 18


@dataclass(frozen=True)
class Territory:
    """Areas within one another, the outer ones first."""

    height: int
    areas: tuple[Area, ...]
    width: int = WIDTH


@dataclass(frozen=True)
class Progress:
    """A column for each chapter; `labels` are their words and where these stand.

    `solid` draws the squares of what is retained, `hollow`, above, of what is discussed.
    """

    height: int
    line: int
    label_y: int
    labels: tuple[tuple[str, int], ...]
    solid: str
    hollow: str
    width: int = WIDTH


@dataclass(frozen=True)
class Tally:
    height: int
    bars: tuple[TallyBar, ...]
    width: int = WIDTH
    thick: int = THICK


def calendar(counts: Mapping[Horizon, int]) -> Calendar:
    """A stack of squares for each horizon, in the order of time."""
    most = max([counts.get(horizon, 0) for horizon in HORIZONS] or [0])
    pitch = _pitch(most, FILLED, TALL)
    per_row = FILLED // pitch
    line = ABOVE + max(ceil(most / per_row), 1) * pitch
    stacks = tuple(
        _stack(HORIZONS[horizon], counts.get(horizon, 0), rank * COLUMN, line, pitch)
        for rank, horizon in enumerate(HORIZONS)
    )
    return Calendar(line + BELOW, line, line + 18, stacks)


def _pitch(most: int, filled: int, tall: int) -> int:
    """From one square to the next: the largest at which the tallest stack is not too tall."""
    for pitch in range(LARGEST, SMALLEST, -1):
        if ceil(most / (filled // pitch)) * pitch <= tall:
            return pitch
    return SMALLEST


def _stack(label: str, count: int, x: int, line: int, pitch: int) -> Stack:
    per_row = FILLED // pitch
    squares = _squares(range(count), x, line, pitch, per_row)
    top = line - ceil(count / per_row) * pitch - 6
    return Stack(label, count, x, top, squares)


def _squares(places: range, x: int, line: int, pitch: int, per_row: int) -> str:
    """Those of a stack that begins at `x`, filled row by row from the line up."""
    side = pitch - GAP
    return "".join(
        f"M{x + place % per_row * pitch} {line - GAP - place // per_row * pitch}"
        f"v-{side}h{side}v{side}z"
        for place in places
    )


def territory(counts: Mapping[Authority, int]) -> Territory:
    """A map of who decides: what the commune settles alone stands in the middle."""
    numbers = [sum(counts.get(who, 0) for who in authorities) for authorities in AREAS.values()]
    widths = [WIDTH - 2 - 2 * rank * INSET for rank in range(len(numbers))]
    pitch = _pitch_of_areas(numbers, widths)
    rows = [
        ceil(number / ((width - 2 * INSET) // pitch))
        for number, width in zip(numbers, widths, strict=True)
    ]
    # Below its squares an area is as wide as beside them; without any, its words have room.
    below = [INSET - GAP if row else 0 for row in rows[:-1]] + [0]
    areas, top = [], 1
    bottom = 1 + sum(HEAD + row * pitch for row in rows) + sum(below) + len(rows) * INSET
    for rank, (label, number) in enumerate(zip(AREAS, numbers, strict=True)):
        x, width = 1 + rank * INSET, widths[rank]
        line = top + HEAD + rows[rank] * pitch
        path = _squares(range(number), x + INSET, line, pitch, (width - 2 * INSET) // pitch)
        areas.append(Area(label, number, x, top, width, bottom - rank * INSET - top, path))
        top = line + below[rank]
    return Territory(bottom + 1, tuple(areas))


def _pitch_of_areas(numbers: Sequence[int], widths: Sequence[int]) -> int:
    for pitch in range(LARGEST, SMALLEST, -1):
        rows = sum(
            ceil(number / ((width - 2 * INSET) // pitch))
            for number, width in zip(numbers, widths, strict=True)
        )
        if rows * pitch <= TALL_TERRITORY:
            return pitch
    return SMALLEST


def progress(chapters: Sequence[tuple[str, int, int]]) -> Progress:
    """For each chapter, by its short name: how many are retained, how many are discussed."""
    most = max([retained + discussed for _, retained, discussed in chapters] or [0])
    column = min(WIDTH // max(len(chapters), 1), PLACE)
    filled = column * FILLED_PLACE // PLACE
    pitch = _pitch(most, filled, TALL_PLACE)
    per_row = filled // pitch
    line = max(ceil(most / per_row), 1) * pitch + GAP
    solid, hollow = "", ""
    for rank, (_, retained, discussed) in enumerate(chapters):
        places = (rank * column, line, pitch, per_row)
        solid += _squares(range(retained), *places)
        hollow += _squares(range(retained, retained + discussed), *places)
    labels = tuple((label, rank * column) for rank, (label, _, _) in enumerate(chapters))
    return Progress(line + BELOW, line, line + 18, labels, solid, hollow)


def balance(counts: Mapping[Budget, int]) -> Balance:
    """Savings to the left of the middle, costs to the right, what costs nothing across it."""
    most = max([counts.get(budget, 0) for budget in BUDGETS] or [0])
    one = min(LONGEST / max(most, 1), LONGEST_ONE)

    def length(budget: Budget) -> int:
        count = counts.get(budget, 0)
        return max(round(count * one), 1) if count else 0

    bars = (
        _left(Budget.SAVING, counts, length(Budget.SAVING), 0),
        _right(Budget.RUNNING, counts, length(Budget.RUNNING), ROW),
        _right(Budget.INVESTMENT, counts, length(Budget.INVESTMENT), 2 * ROW),
        _across(Budget.NEUTRAL, counts, length(Budget.NEUTRAL), 3 * ROW),
    )
    return Balance(3 * ROW + THICK + 24, bars)


def _left(budget: Budget, counts: Mapping[Budget, int], length: int, y: int) -> Bar:
    x = MIDDLE - length
    return Bar(
        BUDGETS[budget], counts.get(budget, 0), x, y, length, x - 6, "end",
        MIDDLE + 8, y + THICK - 3, "start",
    )  # fmt: skip


def _right(budget: Budget, counts: Mapping[Budget, int], length: int, y: int) -> Bar:
    return Bar(
        BUDGETS[budget], counts.get(budget, 0), MIDDLE, y, length, MIDDLE + length + 6, "start",
        MIDDLE - 8, y + THICK - 3, "end",
    )  # fmt: skip


def _across(budget: Budget, counts: Mapping[Budget, int], length: int, y: int) -> Bar:
    x = MIDDLE - length // 2
    return Bar(
        BUDGETS[budget], counts.get(budget, 0), x, y, length, x + length + 6, "start",
        MIDDLE, y + THICK + 16, "middle", is_hollow=True,
    )  # fmt: skip


def tally(rows: Sequence[tuple[str, str, int]]) -> Tally:
    """A bar for each label, the words and the number beside it, one below the other."""
    most = max([number for _, _, number in rows] or [0])
    bars = tuple(
        TallyBar(label, words, rank * STEP, _length(number, most))
        for rank, (label, words, number) in enumerate(rows)
    )
    return Tally(max(len(rows) * STEP, 1), bars)


def _length(number: int, most: int) -> int:
    return max(round(LONGEST_OF_TALLY * number / most), 1) if number else 0
