"""Where the marks of the charts stand: as many as are counted, none outside, none on another."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes import charts
from proposals.enums import Authority, Budget, Horizon

COUNTS = st.integers(0, 400)


def squares(stack) -> list[tuple[int, int, int]]:
    """Left, bottom and side of each square of a path."""
    found = re.findall(r"M(\d+) (\d+)v-(\d+)h\3v\3z", stack.path)
    assert len(found) == stack.path.count("M")
    return [tuple(map(int, each)) for each in found]


@given(st.fixed_dictionaries(dict.fromkeys(Horizon, COUNTS)))
def test_each_commitment_has_one_square_within_its_column(counts):
    calendar = charts.calendar(counts)
    assert [stack.count for stack in calendar.stacks] == [counts[horizon] for horizon in Horizon]
    for rank, stack in enumerate(calendar.stacks):
        found = squares(stack)
        assert len(set(found)) == stack.count
        assert stack.x == rank * charts.COLUMN
        for left, bottom, side in found:
            assert stack.x <= left < left + side < stack.x + charts.COLUMN
            assert stack.top < bottom - side < bottom < calendar.line
        assert stack.top > 0
    assert calendar.line < calendar.label_y < calendar.height


def test_squares_of_a_stack_do_not_touch():
    (stack, *_) = charts.calendar({Horizon.FIRST_100_DAYS: 31}).stacks
    found = squares(stack)
    for left, bottom, side in found:
        near = [
            (x, y) for x, y, _ in found
            if (x, y) != (left, bottom) and abs(x - left) <= side and abs(y - bottom) <= side
        ]  # fmt: skip
        assert near == []


def test_a_higher_count_stands_at_least_as_tall():
    calendar = charts.calendar({Horizon.FIRST_100_DAYS: 3, Horizon.MID_TERM: 40, Horizon.TERM: 90})
    tops = [stack.top for stack in calendar.stacks]
    assert tops == sorted(tops, reverse=True)


def test_one_commitment_is_one_square():
    calendar = charts.calendar({Horizon.MID_TERM: 1})
    assert [(stack.label, stack.count, stack.path) for stack in calendar.stacks] == [
        ("cent jours", 0, ""),
        ("mi-mandat", 1, "M100 34v-12h12v12z"),
        ("mandat", 0, ""),
    ]


@given(st.fixed_dictionaries(dict.fromkeys(Budget, COUNTS)))
def test_bars_are_in_proportion_and_on_their_side(counts):
    balance = charts.balance(counts)
    saving, running, investment, neutral = balance.bars
    by_budget = dict(zip(charts.BUDGETS, balance.bars, strict=True))
    assert {budget: bar.count for budget, bar in by_budget.items()} == counts
    assert saving.x + saving.width == running.x == investment.x == charts.MIDDLE
    assert abs(neutral.x + neutral.width / 2 - charts.MIDDLE) <= 0.5
    most = max(bar.count for bar in balance.bars)
    for bar in balance.bars:
        assert (bar.width == 0) == (bar.count == 0)
        assert bar.x >= 0
        assert bar.x + bar.width <= charts.WIDTH
        whole = charts.LONGEST * bar.count / max(most, 1)
        assert bar.count == 0 or bar.width <= max(whole + 0.5, 1)
    assert len({bar.y for bar in balance.bars}) == 4


@given(st.fixed_dictionaries(dict.fromkeys(Authority, COUNTS)))
def test_each_area_lies_within_the_one_before_with_a_square_for_each_commitment(counts):
    territory = charts.territory(counts)
    assert sum(area.count for area in territory.areas) == sum(counts.values())
    for area in territory.areas:
        found = squares(area)
        assert len(set(found)) == area.count
        for left, bottom, side in found:
            assert area.x < left < left + side < area.x + area.width
            assert area.text_y < bottom - side < bottom < area.y + area.height
    for outer, inner in pairwise(territory.areas):
        assert (outer.x < inner.x, outer.y < inner.y) == (True, True)
        assert outer.x + outer.width > inner.x + inner.width
        assert outer.y + outer.height > inner.y + inner.height
        # The squares of the outer one stand as far from the inner one as from their own border.
        lowest = max((bottom for _, bottom, _ in squares(outer)), default=0)
        assert lowest <= inner.y - charts.INSET
        assert all(left >= outer.x + charts.INSET for left, _, _ in squares(outer))
    assert all(area.y + area.height < territory.height for area in territory.areas)


def test_territory_of_two_commitments():
    territory = charts.territory({Authority.MAYOR: 1, Authority.OTHER: 1})
    assert [(a.label, a.count, a.x, a.y, a.width, a.path) for a in territory.areas] == [
        ("une autre autorité", 1, 1, 1, 298, "M13 39v-12h12v12z"),
        ("l’intercommunalité", 0, 13, 51, 274, ""),
        ("la commune et d’autres", 0, 25, 77, 250, ""),
        ("la commune seule", 1, 37, 103, 226, "M49 141v-12h12v12z"),
    ]


@pytest.mark.parametrize("draw", [charts.calendar, charts.balance])
def test_nothing_is_drawn_of_nothing(draw):
    chart = draw({})
    assert [mark.count for mark in (getattr(chart, "stacks", ()) or chart.bars)] in (
        [0, 0, 0],
        [0, 0, 0, 0],
    )
    assert chart.height > 0


def test_only_what_costs_nothing_is_hollow():
    balance = charts.balance(dict.fromkeys(Budget, 1))
    assert [bar.is_hollow for bar in balance.bars] == [False, False, False, True]


@pytest.mark.parametrize("most", [1, 7, 12_345])
def test_bars_of_a_tally_fit_and_nothing_has_no_bar(most):
    tally = charts.tally([("1", "a", 0), ("2", "b", 1), ("3", "c", most)])
    assert [bar.width for bar in tally.bars][::2] == [0, charts.LONGEST_OF_TALLY]
    assert all(bar.x + bar.width < bar.words_x < tally.width for bar in tally.bars[1:])
    assert tally.bars[1].width >= 1
    assert tally.bars[-1].y + tally.thick <= tally.height
    assert charts.tally([]).bars == ()


@given(st.lists(st.tuples(st.just("1"), st.integers(0, 60), st.integers(0, 60)), max_size=12))
def test_progress_has_a_square_for_each_commitment_in_its_column(chapters):
    progress = charts.progress(chapters)
    found = re.findall(r"M(\d+) (\d+)v-(\d+)h\3v\3z", progress.solid + progress.hollow)
    squares = [tuple(map(int, each)) for each in found]
    assert len(set(squares)) == sum(retained + discussed for _, retained, discussed in chapters)
    column = min(charts.WIDTH // max(len(chapters), 1), charts.PLACE)
    for rank, (_, retained, discussed) in enumerate(chapters):
        mine = [x for x, y, side in squares if rank * column <= x < x + side < (rank + 1) * column]
        assert len(mine) == retained + discussed
    assert all(0 < y - side < y < progress.line for _, y, side in squares)
    assert progress.line < progress.label_y < progress.height


def test_progress_of_two_chapters():
    progress = charts.progress([("1", 2, 1), ("2", 0, 0)])
    assert (progress.labels, progress.solid, progress.hollow) == (
        (("1", 0), ("2", 30)),
        "M0 42v-12h12v12zM0 28v-12h12v12z",
        "M0 14v-12h12v12z",
    )
