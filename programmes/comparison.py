"""Two programmes side by side: which commitments are the same, and how they differ.

Works on commitments that are loaded with their parameters and know their programme; asks the
database nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property
from itertools import chain
from typing import TypeVar

from desescalade import merging
from desescalade.folding import fold

from .models import Commitment
from .models.commitment import TEXT_FIELDS

Row = TypeVar("Row")
# Above so many changes, two texts are marked as different altogether: easier to read, and a page
# keeps its bound of nodes.
MAX_CHANGES = 10
NO_VALUE = "aucune valeur"


@dataclass(frozen=True)
class Fact:
    """Something short that both have, in words."""

    label: str
    first: str
    second: str
    differs: bool


def fact(label: str, first: str, second: str) -> Fact:
    return Fact(label, first, second, first != second)


@dataclass(frozen=True)
class TextPair:
    """A text as it reads on each side."""

    label: str
    first: str
    second: str

    @cached_property
    def pieces(self) -> tuple[merging.Piece, ...]:
        """From the first to the second; all of it changed where too much is."""
        found = merging.word_diff(self.first, self.second)
        if sum(piece.kind != "same" for piece in found) <= MAX_CHANGES:
            return found
        return (merging.Piece("removed", self.first), merging.Piece("added", self.second))

    @property
    def nodes(self) -> int:
        """At most so many, counted without comparing the words."""
        lines = self.first.count("\n") + self.second.count("\n")
        return lines + MAX_CHANGES + 8


@dataclass(frozen=True)
class Pair:
    """The same commitment in two programmes, or one that only one of them has (None).

    `place` is where each has it, where that matters; it differs for the few that would have to
    move.
    """

    first: Commitment | None
    second: Commitment | None
    place: Fact | None = None

    def swapped(self) -> "Pair":
        """As who has the second programme reads it."""
        place = self.place and replace(self.place, first=self.place.second, second=self.place.first)
        return Pair(self.second, self.first, place)

    @property
    def either(self) -> Commitment:
        return self.first or self.second

    @property
    def is_single(self) -> bool:
        return self.first is None or self.second is None

    @cached_property
    def texts(self) -> list[TextPair]:
        """Those that differ before their placeholders are filled in: values are facts."""
        if self.is_single:
            return []
        return [
            TextPair(
                Commitment._meta.get_field(name).verbose_name,
                self.first.shown(name),
                self.second.shown(name),
            )
            for name in TEXT_FIELDS
            if self.first.source_text(name) != self.second.source_text(name)
        ]

    @cached_property
    def facts(self) -> list[Fact]:
        """Choice, deadline, place and the values of parameters, the same or not."""
        if self.is_single:
            return []
        first, second = self.first, self.second
        return [
            fact("Choix", first.get_status_display(), second.get_status_display()),
            fact("Échéance", first.get_horizon_display(), second.get_horizon_display()),
            *([self.place] if self.place else []),
            *self._values(),
        ]

    def _values(self) -> list[Fact]:
        first, second = (
            {row.slug: row for row in side.parameters.all()} for side in (self.first, self.second)
        )
        return [
            fact(
                row.label,
                first[slug].in_words if slug in first else NO_VALUE,
                second[slug].in_words if slug in second else NO_VALUE,
            )
            for slug, row in (second | first).items()
        ]

    @property
    def changed_facts(self) -> list[Fact]:
        return [fact for fact in self.facts if fact.differs]

    @property
    def common_facts(self) -> str:
        """As in « retenue, mandat »."""
        return ", ".join(fact.first for fact in self.facts[:2] if not fact.differs)

    @property
    def is_same(self) -> bool:
        return not (self.is_single or self.texts or self.changed_facts)

    @property
    def nodes(self) -> int:
        """At most so many of what says how they differ."""
        return len(self.changed_facts) + sum(text.nodes for text in self.texts)


def pair_up(first: Sequence[Commitment], second: Sequence[Commitment]) -> list[Pair]:
    """Pairs in the order of the first, then what only the second has, in its own order.

    Commitments are the same when they are of one measure; without a measure, when their titles
    are. Of two that bear the same title, the first is paired with the first.
    """
    waiting: dict[str, list[Commitment]] = {}
    for row in second:
        waiting.setdefault(identity(row), []).append(row)
    found = []
    for row in first:
        others = waiting.get(identity(row))
        found.append((row, others.pop(0) if others else None))
    moved = _moved([pair for pair in found if pair[1]], second)
    here, there = _places(first), _places(second)
    pairs = [
        Pair(row, other, Fact("Place", here[row.pk], there[other.pk], row.pk in moved))
        if other
        else Pair(row, None)
        for row, other in found
    ]
    left = {row.pk for row in chain(*waiting.values())}
    return pairs + [Pair(None, row) for row in second if row.pk in left]


def _places(rows: Sequence[Commitment]) -> dict[int, str]:
    """As in « rang 2 du chapitre 3 », by id."""
    ranks: Counter[int] = Counter()
    found = {}
    for row in rows:
        ranks[row.chapter_id] += 1
        number = row.chapter.number
        where = f"du chapitre {number}" if number else "du dernier chapitre"
        found[row.pk] = f"rang {ranks[row.chapter_id]} {where}"
    return found


def identity(row: Commitment) -> str:
    return f"measure {row.measure_id}" if row.measure_id else f"title {fold(row.source_title)}"


def _moved(pairs: Iterable[tuple[Commitment, Commitment]], second: Sequence[Commitment]) -> set:
    """The ids, in the first, of the fewest that must move to have both in one order."""
    partner = {other.pk: row.pk for row, other in pairs}
    ours = list(partner.values())
    theirs = [partner[row.pk] for row in second if row.pk in partner]
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    stable = {pk for block in blocks for pk in ours[block.a : block.a + block.size]}
    return set(ours) - stable


def pages(rows: Iterable[Row], cost: Callable[[Row], int], bound: int) -> list[list[Row]]:
    """The rows over pages, each of which costs no more than the bound; one row at least each."""
    found: list[list[Row]] = [[]]
    spent = 0
    for row in rows:
        price = cost(row)
        if found[-1] and spent + price > bound:
            found.append([])
            spent = 0
        found[-1].append(row)
        spent += price
    return found
