"""No number under five can be told from what is shown, whoever subtracts, and knows the rules.

Every small table is tried: those that look alike form a group, and whoever sees one of them
knows that the truth is one of the group. What all of the group share is what they can tell.
"""

from collections import defaultdict
from itertools import chain, combinations, product

import pytest

from programmes import disclosure
from programmes.disclosure import FEW, HIDDEN, NONE, Count


def splits(total: int, how_many: int):
    """Each way to share a total out."""
    if how_many == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in splits(total - first, how_many - 1):
            yield (first, *rest)


def up_to(most: int, how_many: int):
    return chain.from_iterable(splits(total, how_many) for total in range(most + 1))


def some(indices: range):
    return chain.from_iterable(combinations(indices, n) for n in range(1, len(indices) + 1))


def told(groups, sums) -> list:
    """The sums of cells that are the same, from one to four, in all that looks alike."""
    return [
        (group[0], cells)
        for group in groups.values()
        for cells in sums
        if len(found := {sum(truth[cell] for cell in cells) for truth in group}) == 1
        and 1 <= min(found) <= 4
    ]


@pytest.mark.parametrize(("how_many", "most"), [(2, 60), (3, 40), (5, 17)])
def test_nothing_is_told_by_parts_and_their_total(how_many, most):
    groups = defaultdict(list)
    for numbers in up_to(most, how_many):
        shown = disclosure.of(sum(numbers)), disclosure.parts(numbers)
        groups[shown].append(numbers)
    assert told(groups, list(some(range(how_many)))) == []


@pytest.mark.parametrize(
    ("height", "width", "most"), [(2, 2, 20), (2, 3, 14), (3, 2, 15), (3, 3, 9)]
)
def test_nothing_is_told_by_a_table_with_totals(height, width, most):
    groups = defaultdict(list)
    for cells in up_to(most, height * width):
        rows = [cells[start : start + width] for start in range(0, len(cells), width)]
        groups[disclosure.table(rows)].append(cells)
    blocks = [
        [row * width + column for row, column in product(rows, columns)]
        for rows, columns in product(some(range(height)), some(range(width)))
    ]
    assert told(groups, blocks) == []


@pytest.mark.parametrize(
    ("number", "words"), [(0, "aucun"), (1, "moins de 5"), (4, "moins de 5"), (5, "5"),
                          (12000, "12\u202f000")],
)  # fmt: skip
def test_a_number_alone(number, words):
    assert str(disclosure.of(number)) == words


def test_a_hidden_number_is_not_kept():
    assert disclosure.of(1) == disclosure.of(4) == Count("moins de 5", None)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([0, 0], ["aucun", "aucun"]),
        ([30, 0, 12], ["30", "aucun", "12"]),
        # A total under five has no parts.
        ([3, 1, 0], ["non montré"] * 3),
        # Two small ones share five: each may be any.
        ([1, 4, 20], ["moins de 5", "moins de 5", "20"]),
        # A single small one would be what is left of the total.
        ([30, 12, 3], ["20 à 99", "5 à 19", "moins de 5"]),
        # Two ones, or two fours, would be told by their sum.
        ([1, 1, 30], ["moins de 5", "moins de 5", "20 à 99"]),
        ([600, 3], ["500 ou plus", "moins de 5"]),
        # Nothing can be widened enough.
        ([5, 1], ["non montré", "non montré"]),
        ([1, 1, 3], ["non montré"] * 3),
    ],
)
def test_parts(numbers, words):
    assert [str(count) for count in disclosure.parts(numbers)] == words


def test_table_shows_a_row_in_whole_or_not_at_all():
    table = disclosure.table([[9, 6], [5, 3], [2, 8], [0, 0]])
    assert [count.number for count in table.by_row] == [15, 8, 10, 0]
    assert [count.number for count in table.by_column] == [16, 17]
    assert table.total.number == 33
    assert table.cells == (
        (Count("9", 9), Count("6", 6)), (HIDDEN, HIDDEN), (HIDDEN, HIDDEN), (NONE, NONE),
    )  # fmt: skip


def test_the_smallest_row_keeps_a_single_hidden_one_company():
    table = disclosure.table([[9, 6], [5, 6], [7, 3]])
    assert table.cells[0] == (Count("9", 9), Count("6", 6))
    assert table.cells[1] == table.cells[2] == (HIDDEN, HIDDEN)


def test_sum_of_shown_tells_nothing_new():
    assert disclosure.sum_of_shown([]) == disclosure.sum_of_shown([NONE]) == NONE
    assert disclosure.sum_of_shown([Count("9", 9), NONE]) == Count("9", 9)
    assert str(disclosure.sum_of_shown([Count("9", 9), FEW])) == "9 ou plus"
    assert disclosure.sum_of_shown([FEW, HIDDEN]) == HIDDEN
