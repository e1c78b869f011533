"""Orders of a list: what somebody moved, and two orders put together. Pure."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

from patiencediff import PatienceSequenceMatcher

Item = TypeVar("Item", bound=Hashable)


def moved(before: Sequence[Item], after: Sequence[Item]) -> set[Item]:
    """The items that stand elsewhere among the others: the fewest that explain the new order."""
    blocks = PatienceSequenceMatcher(None, before, after).get_matching_blocks()
    stayed = {item for start, _, length in blocks for item in before[start : start + length]}
    return set(after) - stayed


def combined(base: Sequence[Item], mine: Sequence[Item], theirs: Sequence[Item]) -> list[Item]:
    """Their order, with what I moved put after the same neighbour as in mine, or last as in mine.

    Each item once, and all those of `theirs`; what only `base` or `mine` has is left out.
    """
    kept = set(theirs)
    mine = [item for item in mine if item in kept]
    shifted = moved([item for item in base if item in kept], mine)
    result = [item for item in theirs if item not in shifted]
    for rank, item in enumerate(mine):
        if item in shifted:
            is_last = rank == len(mine) - 1
            place = result.index(mine[rank - 1]) + 1 if rank else 0
            result.insert(len(result) if is_last else place, item)
    return result
