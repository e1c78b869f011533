"""Two changes of one entry brought together, field by field after its shape. Pure.

The entry as it was when the two parted (`base`), as the working copy has it (`ours`) and as the
file has it (`theirs`); None is an entry that does not exist. The result has the right shape, but
what holds between fields (a default within its bounds) is for `consistency` to check.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from operator import attrgetter
from typing import Any, Literal

from desescalade import merging as texts

from . import shape
from .entries import Key, shape_of
from .matching import Path, Row, aligned, has_sizes, step_to

Side = Literal["ours", "theirs"]

# A longer part of a path is abridged in a conflict's name: names of form fields are made of it.
_NAME = 60


@dataclass(frozen=True)
class Conflict:
    """What both have changed, each in its own way; None is what one does not have.

    In `path` an item of a list is its slug, name or sizes, else its rank in the base, else (added
    by both) what it is known by: paths stay the same while `ours` goes on changing elsewhere.
    With `is_order` both have the list in an order of their own, and only that is to be chosen.
    """

    path: Path
    base: Any
    ours: Any
    theirs: Any
    kind: shape.Kind = field(repr=False)
    is_order: bool = False

    @property
    def name(self) -> str:
        """The path as text, the same at each merge: "parameters/jours/default", "" for all."""
        return "/".join(map(_abridged, map(str, self.path)))

    @property
    def is_text(self) -> bool:
        """Whether comparing the two word by word says something."""
        return isinstance(self.kind, shape.Text) and bool(self.ours and self.theirs)

    def combined(self) -> str | None:
        """Both changes of a text, if they are of different sentences and the result fits."""
        if not (self.is_text and self.base):
            return None
        merged = texts.merge(self.base, self.ours, self.theirs)
        try:
            return self.kind.value(merged.text())
        except ValueError:
            # A sentence is in conflict, or the text is too long.
            return None


@dataclass(frozen=True)
class Merged:
    """`value` is ours with what only theirs changed; in a conflict, ours stands for now."""

    kind: shape.Kind
    base: Any
    ours: Any
    theirs: Any

    @property
    def value(self) -> Any:
        return self._merged[0]

    @property
    def conflicts(self) -> list[Conflict]:
        return self._merged[1]

    def resolved(self, choices: Mapping[str, Any]) -> Any:
        """The value once each conflict is decided, by its name: "ours", "theirs" or a value.

        A value given is taken as it is, None removes the item. Raises ValueError when a choice is
        missing or none is asked for.
        """
        names = {conflict.name for conflict in self.conflicts}
        if set(choices) != names:
            raise ValueError(f"conflicts {sorted(names)}, choices {sorted(choices)}")
        return _Merging(choices).value(self.kind, self.base, self.ours, self.theirs, ())

    @cached_property
    def _merged(self) -> tuple[Any, list[Conflict]]:
        merging = _Merging({})
        value = merging.value(self.kind, self.base, self.ours, self.theirs, ())
        return value, merging.conflicts


def merge(key: Key, base: Any, ours: Any, theirs: Any) -> Merged:
    """What both sides have made of the entry. Exchanging them exchanges no more in conflicts."""
    return Merged(shape_of(key[0]), base, ours, theirs)


class _Merging:
    """One way through the three values, with what is chosen where they conflict."""

    def __init__(self, choices: Mapping[str, Any], prefer: Side = "ours") -> None:
        self.choices = choices
        self.prefer = prefer
        self.conflicts: list[Conflict] = []

    def value(self, kind: shape.Kind, base: Any, ours: Any, theirs: Any, path: Path) -> Any:
        if theirs in (base, ours):
            return ours
        if ours == base:
            return theirs
        if None not in (ours, theirs):
            match kind:
                case shape.Record():
                    return self.in_record(kind, base or {}, ours, theirs, path)
                case shape.MapOf():
                    return self.in_map(kind, base or {}, ours, theirs, path)
                case shape.ListOf():
                    return self.in_list(kind, base or [], ours, theirs, path)
        return self.decided(Conflict(path, base, ours, theirs, kind))

    def decided(self, conflict: Conflict) -> Any:
        self.conflicts.append(conflict)
        match self.choices.get(conflict.name, self.prefer):
            case "ours":
                return conflict.ours
            case "theirs":
                return conflict.theirs
            case value:
                return value

    def in_record(
        self,
        kind: shape.Record,
        base: dict[str, Any],
        ours: dict[str, Any],
        theirs: dict[str, Any],
        path: Path,
    ) -> dict[str, Any]:
        return {
            # A base kept since before a field was invented does not have it.
            name: self.value(
                each,
                *(entry.get(name, kind.defaults.get(name)) for entry in (base, ours, theirs)),
                (*path, name),
            )
            for name, each in kind.fields.items()
        }

    def in_map(
        self,
        kind: shape.MapOf,
        base: dict[str, Any],
        ours: dict[str, Any],
        theirs: dict[str, Any],
        path: Path,
    ) -> dict[str, Any]:
        merged = {
            key: self.value(kind.item, base.get(key), ours.get(key), theirs.get(key), (*path, key))
            for key in ours | theirs
        }
        return {key: value for key, value in merged.items() if value is not None}

    def in_list(
        self, kind: shape.ListOf, base: list[Any], ours: list[Any], theirs: list[Any], path: Path
    ) -> list[Any]:
        for side in ("ours", "theirs"):
            # Where even one way to decide what is in the list spoils it, the list is in conflict.
            if not _is_sound(kind, _Merging({}, side).items(kind, base, ours, theirs, path)):
                return self.decided(Conflict(path, base, ours, theirs, kind))
        return self.items(kind, base, ours, theirs, path)

    def items(
        self, kind: shape.ListOf, base: list[Any], ours: list[Any], theirs: list[Any], path: Path
    ) -> list[Any]:
        rows = aligned(kind.item, base, ours, theirs)
        values: dict[Row, Any] = {}
        steps: set[str] = set()
        for row in rows:
            three = _at(base, row.base), _at(ours, row.ours), _at(theirs, row.theirs)
            known = (three[0],) if row.base is not None else three[1:]
            step = step_to(kind.item, row.base, *known)
            if str(step) in steps:
                step = f"{step} ({len(steps)})"
            steps.add(str(step))
            values[row] = self.value(kind.item, *three, (*path, step))
        lead = _leading(rows) if _carries_order(kind) else "ours"
        if lead is None:
            chosen = self.decided(Conflict(path, base, ours, theirs, kind, is_order=True))
            if chosen is not ours and chosen is not theirs:
                return chosen
            lead = "ours" if chosen is ours else "theirs"
        other = "theirs" if lead == "ours" else "ours"
        order = _interleaved(_in_order(rows, lead), _in_order(rows, other))
        return [values[row] for row in order if values[row] is not None]


def _abridged(part: str) -> str:
    if len(part) <= _NAME:
        return part
    return f"{part[:_NAME]}~{sha256(part.encode()).hexdigest()[:8]}"


def _at(items: Sequence[Any], rank: int | None) -> Any:
    return None if rank is None else items[rank]


def _carries_order(kind: shape.ListOf) -> bool:
    """Sizes of commune are always shown from the smallest."""
    return kind.item != shape.Slug(to="size_class")


def _is_sound(kind: shape.ListOf, items: Sequence[Any]) -> bool:
    """Long enough, and no size of commune with two wordings."""
    if len(items) < kind.at_least:
        return False
    sizes = [size for item in items for size in item["sizes"]] if has_sizes(kind.item) else []
    return len(sizes) == len(set(sizes))


def _leading(rows: Sequence[Row]) -> Side | None:
    """The side that has moved what all three have; None when both have, each in its own way."""
    held = [row for row in rows if None not in (row.base, row.ours, row.theirs)]
    ours, theirs = (sorted(held, key=attrgetter(side)) for side in ("ours", "theirs"))
    if theirs in (held, ours):
        return "ours"
    return "theirs" if ours == held else None


def _in_order(rows: Sequence[Row], side: Side) -> list[Row]:
    rank = attrgetter(side)
    return sorted((row for row in rows if rank(row) is not None), key=rank)


def _interleaved(lead: Sequence[Row], other: Sequence[Row]) -> list[Row]:
    """The order of `lead`; what only `other` has stands after what it stands after there.

    What both have added at one place stands in the order of `lead`, then of `other`.
    """
    order = list(lead)
    place = 0
    for row in other:
        if row in lead:
            place = order.index(row) + 1
            continue
        while place < len(order) and order[place].base is None and order[place] not in other:
            place += 1
        order.insert(place, row)
        place += 1
    return order
