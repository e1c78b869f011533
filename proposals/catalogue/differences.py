"""What differs between two values of an entry, each at its place in a curator's words. Pure.

Words are the verbose names of the models, so that admin and comparison speak alike.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model

from desescalade import merging, typography

from .. import models as m
from . import entries, shape
from .entries import Key, shape_of
from .matching import Path, identity, matched, step_to

MODELS: dict[str, type[Model]] = {
    "catalogue": m.Catalogue,
    "purposes": m.Purpose,
    "size_classes": m.SizeClass,
    "signatories": m.Signatory,
    "thresholds": m.Threshold,
    "source": m.Source,
    "proposal": m.Proposal,
    "measure": m.Measure,
    "sheet": m.ReflectionSheet,
}
# Fields of the file that a model has under another name, or elsewhere.
ELSEWHERE: dict[tuple[type[Model], str], tuple[type[Model], str]] = {
    (m.Measure, "line"): (m.Wording, "line"),
    (m.Measure, "text"): (m.Wording, "text"),
    (m.Measure, "easy"): (m.Wording, "easy"),
}
# A size class ends where the next begins: the database has no such column.
WITHOUT_COLUMN = {"max_population": "jusqu’à (habitants)"}
# What an item of a list is called by, the first of these that it has; else by its rank.
CALLED_BY = ("slug", "name", "sizes", "value", "statement", "place")
_NAME = 40


@dataclass(frozen=True)
class Difference:
    """`before` and `after` are words for people; one is empty for what is added or removed.

    In `path` an item of a list is its slug, name or sizes, else its rank: before, or after for
    one that is added.
    """

    path: Path
    place: str
    before: str
    after: str

    @property
    def pieces(self) -> tuple[merging.Piece, ...]:
        """Both texts as one, word by word."""
        return merging.word_diff(self.before, self.after)


@dataclass(frozen=True)
class _Spot:
    """A place in an entry. `model` is that of a record, or of the items of a list.

    The words of the root are the entry's name, which those of its parts leave out.
    """

    kind: shape.Kind
    model: type[Model] | None
    path: Path = ()
    words: tuple[str, ...] = ()
    is_root: bool = False

    @property
    def place(self) -> str:
        text = " › ".join(self.words)
        return text[:1].upper() + text[1:]

    @property
    def has_items(self) -> bool:
        """Whether it is a list told item by item: not one of slugs, nor of lines of a field."""
        match self.kind:
            case shape.ListOf(item=shape.Record()):
                return True
            case shape.ListOf(item=shape.Text()):
                return self.model is not None
        return False

    def field(self, name: str) -> "_Spot":
        label, model = _label(self.model, name)
        words = () if self.is_root else self.words
        return _Spot(self.kind.fields[name], model, (*self.path, name), (*words, label))

    def value_of(self, key: str) -> "_Spot":
        """That of a key of a map: "valeur par strate « village »"."""
        word = f"{self.model._meta.verbose_name} « {key} »"
        return _Spot(self.kind.item, None, (*self.path, key), (*self.words[:-1], word))

    def item(self, items: Sequence[Any], step: str | int) -> "_Spot":
        noun = str(self.model._meta.verbose_name) if self.model else self.words[-1]
        word = f"{noun} {_called(self.kind.item, self.model, items, step)}"
        return _Spot(self.kind.item, self.model, (*self.path, step), (*self.words[:-1], word))


def differences(key: Key, before: Any, after: Any) -> list[Difference]:
    """The leaves and items that differ, in the order of the shape; None is no entry at all."""
    return list(_compared(_root(key), before, after))


def place(key: Key, path: Path, value: Any) -> str:
    """Where a path of a difference or of a conflict leads, in words: "Base légale 2 › source".

    `value` is the entry in which an item is looked up for its name or rank: the base of a
    conflict, else either side. An item that is not there is called by what the path says.
    """
    spot = _root(key)
    for step in path:
        match spot.kind:
            case shape.Record():
                spot, value = spot.field(str(step)), (value or {}).get(step)
            case shape.MapOf():
                spot, value = spot.value_of(str(step)), (value or {}).get(step)
            case _:
                items = value or []
                rank = _rank(spot.kind.item, items, step)
                spot, value = spot.item(items, step), None if rank is None else items[rank]
    return spot.place


def words(value: Any, kind: shape.Kind | None = None) -> str:
    """A value of an entry as a curator reads it, without the names of its fields."""
    if isinstance(kind, shape.Choice) and value in kind.of.values:
        return str(kind.of(value).label)
    match value:
        case None | "" | []:
            return "(rien)"
        case bool():
            return "oui" if value else "non"
        case list():
            return "\n".join(words(item) for item in value)
        case dict():
            return " · ".join(words(item) for item in value.values() if item not in (None, "", []))
    return str(value)


def _root(key: Key) -> _Spot:
    kind, _ = key
    return _Spot(shape_of(kind), MODELS.get(kind), words=(entries.name(key),), is_root=True)


def _label(model: type[Model], name: str) -> tuple[str, type[Model] | None]:
    """The word for a field of the file, and the model of what it lists, if that has one."""
    if name in WITHOUT_COLUMN:
        return WITHOUT_COLUMN[name], None
    model, name = ELSEWHERE.get((model, name), (model, name))
    column = model._meta.get_field(name)
    if column.one_to_many:
        return str(column.related_model._meta.verbose_name_plural), column.related_model
    return str(column.verbose_name), None


def _rank(item: shape.Kind, items: Sequence[Any], step: str | int) -> int | None:
    if isinstance(step, int):
        return step if step < len(items) else None
    known = (rank for rank, value in enumerate(items) if identity(item, value) == step)
    return next(known, None)


def _called(
    item: shape.Kind, model: type[Model] | None, items: Sequence[Any], step: str | int
) -> str:
    rank = _rank(item, items, step)
    if rank is None:
        return f"{step + 1}" if isinstance(step, int) else _quoted(model, step)
    names = [_shortened(_name(value)) for value in items]
    if names[rank] and names.count(names[rank]) == 1:
        return _quoted(model, names[rank])
    return f"{rank + 1}"


def _name(value: Any) -> str:
    found = (value.get(name) for name in CALLED_BY) if isinstance(value, dict) else ()
    name = next(filter(None, found), "")
    return ", ".join(name) if isinstance(name, list) else name


def _quoted(model: type[Model] | None, name: str) -> str:
    """A setting is written as in a text."""
    if model is m.Parameter:
        return f"{{{name}}}"
    return f"« {_shortened(name)} »"


def _shortened(name: str) -> str:
    """Cut between words; a slug has none."""
    return textwrap.shorten(name, _NAME, placeholder="…") if " " in name else name


def _compared(spot: _Spot, before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    match spot.kind:
        case shape.Record(fields=fields, defaults=defaults) if before and after:
            for name in fields:
                two = (value.get(name, defaults.get(name)) for value in (before, after))
                yield from _compared(spot.field(name), *two)
        case shape.MapOf():
            for key in before | after:
                yield from _compared(spot.value_of(key), before.get(key), after.get(key))
        case shape.ListOf() if spot.has_items and before is not None and after is not None:
            yield from _compared_items(spot, before, after)
        case _:
            yield Difference(spot.path, spot.place, _said(spot, before), _said(spot, after))


def _compared_items(spot: _Spot, before: list[Any], after: list[Any]) -> Iterator[Difference]:
    item = spot.kind.item
    pairs = matched(item, before, after)
    for rank, value in enumerate(before):
        now = after[pairs[rank]] if rank in pairs else None
        yield from _compared(spot.item(before, step_to(item, rank, value)), value, now)
    for rank in sorted(set(range(len(after))) - set(pairs.values())):
        step = step_to(item, rank, after[rank])
        yield from _compared(spot.item(after, step), None, after[rank])
    held = sorted(pairs)
    moved = sorted(held, key=pairs.__getitem__)
    if moved != held:
        orders = (_listed(item, spot.model, before, ranks) for ranks in (held, moved))
        yield Difference(spot.path, f"{spot.place} › ordre", *orders)


def _listed(
    item: shape.Kind, model: type[Model] | None, items: Sequence[Any], ranks: Sequence[int]
) -> str:
    """Items by their names, or by the ranks that they had."""
    return ", ".join(_called(item, model, items, rank) for rank in ranks)


def _said(spot: _Spot, value: Any) -> str:
    """A value in words; an item or an entry line by line, without what is empty."""
    match spot.kind:
        case _ if value is None:
            return ""
        case shape.Flag():
            return "oui" if value else "non"
        case shape.Choice(of=of):
            return str(of(value).label)
        case shape.Whole():
            return typography.number(value)
        case shape.Number():
            return typography.number(Decimal(value))
        case shape.Day():
            return typography.date_in_words(date.fromisoformat(value))
        case shape.ListOf(item=shape.Slug() | shape.Whole()):
            return ", ".join(map(str, value))
        case shape.ListOf(item=shape.Text()) if not spot.has_items:
            return "\n".join(value)
        case shape.Record() | shape.MapOf() | shape.ListOf():
            return "\n".join(_lines(replace(spot, words=(), is_root=False), value))
    return str(value)


def _lines(spot: _Spot, value: Any) -> Iterator[str]:
    match spot.kind:
        case shape.Record(fields=fields):
            for name in fields:
                yield from _lines(spot.field(name), value.get(name))
        case shape.MapOf():
            for key, entry in value.items():
                yield from _lines(spot.value_of(key), entry)
        case shape.ListOf(item=item) if spot.has_items:
            for rank, entry in enumerate(value):
                yield from _lines(spot.item(value, step_to(item, rank, entry)), entry)
        case _ if text := _said(spot, value):
            yield f"{spot.place} : {text}"
