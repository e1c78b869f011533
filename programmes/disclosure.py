"""Counts of programmes from which no number under five can be told, by subtraction neither. Pure.

Whoever looks knows these rules and subtracts. So nothing is left to the hope that nobody does:

- A total from five on is shown; one from one to four says « moins de 5 », and its parts nothing.
- Parts beside their total are shown if none is small, or if the small ones, taken together, leave
  each of them anything from one to four.
- Else the larger parts widen to ranges, which leave the small ones free in the same way.
- Else no part is shown.

This holds for one look. Who notes the numbers every day learns of a programme on the day it makes
one of them change, as with any exact count.

tests/programmes/test_disclosure.py tries it on every table of up to a dozen programmes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desescalade import typography

LEAST = 5
# Where a larger number is widened to a range: each reaches up to the next.
RANGES = (LEAST, 20, 100, 500)


@dataclass(frozen=True)
class Count:
    """What may be said of a number: the number itself, or words instead (then `number` is None).

    The hidden number is not kept, so that no template can show it.
    """

    words: str
    number: int | None = None

    def __str__(self) -> str:
        return self.words

    @property
    def is_shown(self) -> bool:
        return self.number is not None


NONE = Count("aucun", 0)
FEW = Count(f"moins de {LEAST}")
HIDDEN = Count("non montré")


@dataclass(frozen=True)
class Table:
    """Rows, columns and their totals: `cells[row][column]`."""

    total: Count
    by_row: tuple[Count, ...]
    by_column: tuple[Count, ...]
    cells: tuple[tuple[Count, ...], ...]


def of(number: int) -> Count:
    """A number that stands alone, or a total."""
    if number == 0:
        return NONE
    return FEW if number < LEAST else Count(typography.number(number), number)


def parts(numbers: Sequence[int]) -> tuple[Count, ...]:
    """The parts of a total that is shown beside them."""
    total = sum(numbers)
    few = [number for number in numbers if 0 < number < LEAST]
    if 0 < total < LEAST:
        return (HIDDEN,) * len(numbers)
    if not few or _leaves_each_free(len(few), sum(few)):
        return tuple(map(of, numbers))
    widened = tuple(_widened(number) if number >= LEAST else of(number) for number in numbers)
    if _ranges_leave_free(numbers, len(few)):
        return widened
    return (HIDDEN,) * len(numbers)


def _leaves_each_free(how_many: int, together: int) -> bool:
    """Whether each of the small ones may be 1 and may be 4, given their sum."""
    return how_many + LEAST - 2 <= together <= (LEAST - 1) * how_many - (LEAST - 2)


def _ranges_leave_free(numbers: Sequence[int], how_many: int) -> bool:
    """Whether the small ones may all be 1, and all be 4, with the others within their ranges."""
    ranges = [_range_of(number) for number in numbers if number >= LEAST]
    at_least = sum(low for low, _ in ranges) + (LEAST - 1) * how_many
    at_most = sum(high for _, high in ranges) + how_many
    return bool(ranges) and at_least <= sum(numbers) <= at_most


def _range_of(number: int) -> tuple[int, float]:
    low = max(bound for bound in RANGES if bound <= number)
    return low, next((bound - 1 for bound in RANGES if bound > low), float("inf"))


def _widened(number: int) -> Count:
    low, high = _range_of(number)
    return Count(f"{low} ou plus" if high == float("inf") else f"{low} à {high}")


def table(rows: Sequence[Sequence[int]]) -> Table:
    """A table beside its totals; a row's cells are shown all or none.

    The rows that are not shown add up, column by column, to what is left of the column's total:
    what is left is therefore nothing, or five and more. A row alone has no small cell then.
    """
    columns = list(zip(*rows, strict=True))
    by_row = parts([sum(row) for row in rows])
    by_column = parts([sum(column) for column in columns])
    shown = _shown_rows(rows, by_row) if all(each.is_shown for each in by_column) else set()
    return Table(
        of(sum(map(sum, rows))),
        by_row,
        by_column,
        tuple(
            tuple(
                of(cell) if index in shown or NONE in (by_row[index], total) else HIDDEN
                for cell, total in zip(row, by_column, strict=True)
            )
            for index, row in enumerate(rows)
        ),
    )


def _shown_rows(rows: Sequence[Sequence[int]], by_row: Sequence[Count]) -> set[int]:
    shown = {
        index
        for index, row in enumerate(rows)
        if by_row[index].is_shown and all(_may_stand(cell) for cell in row)
    }
    # The smallest goes first: it has the least to say.
    for index in sorted(shown, key=lambda index: (sum(rows[index]), index)):
        if _hides_the_rest([row for index, row in enumerate(rows) if index not in shown]):
            return shown
        shown.discard(index)
    return shown


def _may_stand(number: int) -> bool:
    return number == 0 or number >= LEAST


def _hides_the_rest(rows: Sequence[Sequence[int]]) -> bool:
    """Whether who knows the sum of each column of these rows learns of no small number."""
    return all(_may_stand(sum(column)) for column in zip(*rows, strict=True))


def sum_of_shown(counts: Iterable[Count]) -> Count:
    """A sum that adds nothing to what is shown: « 45 ou plus » where some of it is hidden."""
    known = list(counts)
    total = sum(count.number or 0 for count in known)
    if all(count.is_shown for count in known):
        return Count(typography.number(total), total) if total else NONE
    return Count(f"{typography.number(total)} ou plus", total) if total else HIDDEN
