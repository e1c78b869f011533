"""Two orders of one list put together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.ordering import combined, moved

ORDERS = st.permutations(range(6))


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "both"),
    [
        ("abc", "abc", "acb", "acb"),
        ("abc", "cab", "abc", "cab"),
        ("abcd", "bcda", "abdc", "bdca"),
        ("abcd", "dabc", "bacd", "dbac"),
        ("ab", "ba", "abc", "bac"),
        ("abc", "acb", "ac", "ac"),
    ],
)
def test_what_i_moved_stands_after_the_same_neighbour_in_their_order(base, mine, theirs, both):
    assert "".join(combined(base, mine, theirs)) == both


@given(ORDERS, ORDERS)
def test_who_moved_nothing_takes_the_order_of_the_other(base, other):
    assert combined(base, base, other) == other
    assert combined(base, other, base) == other


@given(ORDERS, ORDERS, ORDERS)
def test_nothing_is_lost_or_doubled(base, mine, theirs):
    assert sorted(combined(base, mine, theirs)) == sorted(theirs)


@given(ORDERS, ORDERS)
def test_what_did_not_move_stands_in_the_same_order(before, after):
    stayed = [item for item in after if item not in moved(before, after)]
    assert stayed == [item for item in before if item in stayed]


def test_one_that_went_to_the_end_is_the_only_one_moved():
    assert moved("abcdef", "bcdefa") == {"a"}
