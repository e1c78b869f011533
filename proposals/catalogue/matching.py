"""Which item of one list is which of another, when lists of the catalogue have no numbers. Pure."""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from . import shape
from .entries import digest

# What an item is known by, the first of these that its shape has. A "firm" name is for machines:
# an item with another one is another item.
FIRM = (("slug",), ("name",))
LOOSE = (
    ("sizes",),
    ("statement",),
    ("objection",),
    ("place", "fact"),
    ("instrument", "reference"),
    ("population", "scope", "rule"),
)
# The part of their words that two states of one item have in common, at least. Two items that
# were added apart must resemble much more to be one: to keep both loses nothing.
SAME, SAME_IF_ADDED = 0.5, 0.8

Pairs = dict[int, int]
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Row:
    """An item as it stands in three lists: its rank in each, None where it is absent."""

    base: int | None
    ours: int | None
    theirs: int | None


def is_firm(item: shape.Kind) -> bool:
    if isinstance(item, shape.Record):
        return any(names[0] in item.fields for names in FIRM)
    return not isinstance(item, shape.Text)


def identity(item: shape.Kind, value: Any) -> str:
    """What people know an item by: its slug, its sizes, its first words."""
    if not isinstance(item, shape.Record):
        return str(value)
    for names in FIRM + LOOSE:
        if all(name in item.fields for name in names):
            return ", ".join(_in_words(value[name]) for name in names if value[name])
    return digest(value)


def step_to(item: shape.Kind, rank: int | None, *known: Any) -> str | int:
    """The part of a path that leads to an item: its name or its sizes, else its rank.

    Without a rank (two have added it, `known` being what each has) it is what it is known by.
    """
    if rank is not None and not is_firm(item) and not has_sizes(item):
        return rank
    return min(identity(item, value) for value in known if value is not None)


def has_sizes(item: shape.Kind) -> bool:
    return isinstance(item, shape.Record) and "sizes" in item.fields


def are_alike(item: shape.Kind, one: Any, other: Any) -> bool:
    """Whether two may be states of one item, wherever they stand."""
    if identity(item, one) == identity(item, other):
        return True
    bags = (Counter(_words(item, value)) for value in (one, other))
    return _likeness(*bags) >= SAME


def matched(item: shape.Kind, before: Sequence[Any], after: Sequence[Any]) -> Pairs:
    """The rank in `after` of the items of `before` that are still there, changed or not.

    Items are the same if they are equal, else if they have the same name. Those without a firm
    name may also resemble, or stand alone between the same neighbours.
    """
    pairs = _same(item, before, after)
    if not is_firm(item):
        _add_alike(item, before, after, pairs, SAME)
        _add_neighbours(before, after, pairs)
    return pairs


def aligned(
    item: shape.Kind, base: Sequence[Any], ours: Sequence[Any], theirs: Sequence[Any]
) -> list[Row]:
    """The items of three lists: those of the base in its order, then the added ones."""
    our_ranks, their_ranks = matched(item, base, ours), matched(item, base, theirs)
    rows = [Row(rank, our_ranks.get(rank), their_ranks.get(rank)) for rank in range(len(base))]
    our_own = sorted(set(range(len(ours))) - set(our_ranks.values()))
    their_own = sorted(set(range(len(theirs))) - set(their_ranks.values()))
    both = _added_by_both(item, [ours[i] for i in our_own], [theirs[j] for j in their_own])
    rows += [
        Row(None, rank, their_own[both[i]] if i in both else None) for i, rank in enumerate(our_own)
    ]
    taken = set(both.values())
    return rows + [Row(None, None, rank) for j, rank in enumerate(their_own) if j not in taken]


def _added_by_both(item: shape.Kind, ours: Sequence[Any], theirs: Sequence[Any]) -> Pairs:
    pairs = _same(item, ours, theirs)
    if not is_firm(item):
        _add_alike(item, ours, theirs, pairs, SAME_IF_ADDED)
    return pairs


def _in_words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _same(item: shape.Kind, before: Sequence[Any], after: Sequence[Any]) -> Pairs:
    pairs: Pairs = {}
    keys: tuple[Callable[[Any], str], ...] = (digest, lambda value: identity(item, value))
    for key in keys:
        places: defaultdict[str, deque[int]] = defaultdict(deque)
        for j in _left(after, pairs.values()):
            places[key(after[j])].append(j)
        for i in _left(before, pairs):
            if found := places[key(before[i])]:
                pairs[i] = found.popleft()
    return pairs


def _left(items: Sequence[Any], taken: Any) -> list[int]:
    taken = set(taken)
    return [rank for rank in range(len(items)) if rank not in taken]


def _add_alike(
    item: shape.Kind, before: Sequence[Any], after: Sequence[Any], pairs: Pairs, least: float
) -> None:
    """Pairs the items that resemble most; exchanging the lists exchanges the ranks, no more."""
    old = {i: Counter(_words(item, before[i])) for i in _left(before, pairs)}
    new = {j: Counter(_words(item, after[j])) for j in _left(after, pairs.values())}
    found = [(_likeness(a, b), i, j) for i, a in old.items() for j, b in new.items()]
    found.sort(key=lambda x: (-x[0], abs(x[1] - x[2]), min(x[1:]), max(x[1:])))
    for likeness, i, j in found:
        if likeness >= least and i in old and j in new:
            pairs[i] = j
            del old[i], new[j]


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Dice's coefficient of two bags of words: the same either way, unlike difflib's ratio."""
    size = one.total() + other.total()
    return 2 * (one & other).total() / size if size else 0.0


def _words(kind: shape.Kind, value: Any) -> Iterator[str]:
    match kind:
        case shape.Text() if value:
            yield from re.findall(r"\w+", value.lower())
        case shape.Record(fields=fields):
            for name, field in fields.items():
                yield from _words(field, value.get(name))
        case shape.ListOf(item=item):
            for entry in value or []:
                yield from _words(item, entry)
        case shape.Slug() if value:
            yield value


def _add_neighbours(before: Sequence[Any], after: Sequence[Any], pairs: Pairs) -> None:
    """Pairs an item rewritten from end to end: alone between what stands on its two sides."""
    ends = {-1: -1, len(before): len(after)}
    around = pairs | ends
    free = set(_left(after, pairs.values()))
    for i in _left(before, pairs):
        j = around.get(i - 1, len(after)) + 1
        if j in free and around.get(i + 1) == j + 1:
            pairs[i] = j
