"""Writing the catalogue in its canonical form, made to be read and edited by hand.

Long texts are folded, lists of slugs that fit stand on one line, keys keep the order of
`shape.py`, a blank line parts what is long.
"""

import re
import textwrap
from collections.abc import Iterator
from typing import Any

import yaml
from yaml import events

from ..desk import models as desk
from ..tables.catalogue import MAIN
from . import entries, from_rows, shape

WIDTH = 96
# PyYAML breaks a folded line at the first space beyond this.
FOLD = 84
PLAIN_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
HEADER = """\
# {}
# La forme est décrite dans docs/catalogue.md. Ce fichier est écrit par « manage.py dump_catalogue »
# et se corrige aussi à la main ; « manage.py load_catalogue » le vérifie et le charge.
"""
MAIN_LINE = "Les dix propositions pour une désescalade numérique, et leurs mesures."
OTHER_LINE = "{}, un catalogue à côté de celui des dix propositions."
# What is long enough to be parted by blank lines: the keys of the lists, from the top.
PARTED = {"proposals", "measures"}


class Emitter(yaml.SafeDumper):
    """Indents the items of a list below their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def dump(catalogue: str = MAIN) -> str:
    """The working copy of a catalogue as the text of its file."""
    return to_text(entries.join(from_rows.entries_of(desk, catalogue)))


def to_text(catalogue: dict[str, Any]) -> str:
    parts = [HEADER.format(_first_line(catalogue["catalogue"]))]
    for key, kind in shape.CATALOGUE.fields.items():
        parts.append(_section(key, kind, catalogue[key], 0))
    return "\n".join(parts)


def _first_line(head: dict[str, Any]) -> str:
    if not head["slug"]:
        return MAIN_LINE
    # A comment ends with its line, and holds no sign that a reader refuses.
    words = " ".join((head["title"] or head["slug"]).split())
    return OTHER_LINE.format("".join(sign for sign in words if sign.isprintable()))


def _section(key: str, kind: shape.Kind, value: Any, indent: int) -> str:
    """A key with its value; the items of long lists are written one by one, parted."""
    if key not in PARTED or not value:
        return _emit(shape.Record({key: kind}), {key: value}, indent)
    items = [_item(kind.item, item, indent + 2) for item in value]
    return " " * indent + f"{key}:\n\n" + "\n".join(items)


def _item(kind: shape.Record, value: dict[str, Any], indent: int) -> str:
    """An item of a parted list: its short keys, then its own parted lists."""
    short = {name: field for name, field in kind.fields.items() if name not in PARTED}
    text = _emit(shape.Record(short, kind.defaults), value, indent + 2)
    text = " " * indent + "- " + text[indent + 2 :]
    for name in kind.fields:
        if name in PARTED:
            text += _section(name, kind.fields[name], value[name], indent + 2)
    return text


def _emit(kind: shape.Kind, value: Any, indent: int) -> str:
    stream = [
        events.StreamStartEvent(),
        events.DocumentStartEvent(explicit=False),
        *_events(kind, value, indent, indent),
        events.DocumentEndEvent(explicit=False),
        events.StreamEndEvent(),
    ]
    text = yaml.emit(stream, Dumper=Emitter, allow_unicode=True, width=FOLD - indent)
    return textwrap.indent(text, " " * indent)


def _events(kind: shape.Kind, value: Any, indent: int, column: int) -> Iterator[events.Event]:
    """The value as YAML events: a block stands at `indent`, a scalar begins at `column`."""
    match kind:
        case shape.Record(fields=fields, defaults=defaults):
            yield events.MappingStartEvent(None, None, implicit=True, flow_style=False)
            for name, field in fields.items():
                if name not in defaults or value[name] != defaults[name]:
                    yield _scalar(name)
                    yield from _events(field, value[name], indent + 2, indent + len(name) + 2)
            yield events.MappingEndEvent()
        case shape.MapOf(item=item):
            is_short = not isinstance(item, shape.Record)
            yield events.MappingStartEvent(None, None, implicit=True, flow_style=is_short)
            for key, entry in value.items() if is_short else sorted(value.items()):
                yield _scalar(key)
                yield from _events(item, entry, indent + 2, indent + len(key) + 2)
            yield events.MappingEndEvent()
        case shape.ListOf(item=item) if value is not None:
            fits = _fits_one_line(item, value, column)
            yield events.SequenceStartEvent(None, None, implicit=True, flow_style=fits)
            for entry in value:
                yield from _events(item, entry, indent + 2, indent + 2)
            yield events.SequenceEndEvent()
        case shape.Text() | shape.Address() if value is not None:
            yield _scalar(value, _style(value, column))
        case shape.Literal():
            yield _scalar(value, None if PLAIN_NUMBER.fullmatch(value) else '"')
        case shape.Day():
            yield _scalar(value, '"')
        case shape.Flag():
            yield _scalar("true" if value else "false")
        case _:
            yield _scalar("null" if value is None else str(value))


def _scalar(value: str, style: str | None = None) -> events.ScalarEvent:
    return events.ScalarEvent(None, None, implicit=(True, True), value=value, style=style)


def _fits_one_line(item: shape.Kind, value: list[Any], column: int) -> bool:
    """Texts for people stand on lines of their own, slugs together while there is room."""
    if not value:
        return True
    width = sum(len(str(entry)) + 2 for entry in value)
    return isinstance(item, shape.Slug | shape.Whole) and column + width <= WIDTH


def _style(value: str, column: int) -> str:
    # YAML ends lines with these too: only quotes keep them.
    if re.search(r"[\x85\u2028\u2029]", value):
        return '"'
    if "\n" in value:
        return "|"
    # Folding needs spaces to fold at, and would lose two in a row.
    can_fold = " " in value and "  " not in value
    return ">" if can_fold and column + len(value) + 2 > WIDTH else '"'
