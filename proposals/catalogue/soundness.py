"""Whether entries could be written to a file and read again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from . import consistency, differences, shape
from . import entries as cut
from .entries import Entries, Key
from .matching import Path


@dataclass(frozen=True)
class Fault:
    """Something that the reader of the file would refuse, at a place of an entry.

    In `path` an item of a list is its rank. `place` is that in words: « Mesure « x », texte ».
    """

    key: Key
    path: Path
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place} : {self.message.rstrip('.')}."


class _Findings:
    """Takes the place of a file's findings, which know lines and columns."""

    def __init__(self, catalogue: dict[str, Any]) -> None:
        self.catalogue = catalogue
        self.unread: set[Path] = set()
        self.faults: list[Fault] = []

    def add_at(self, path: Path, message: str) -> None:
        key, inner, value = self._entry_at(path)
        self.faults.append(Fault(key, inner, place(key, inner, value), message))

    def _entry_at(self, path: Path) -> tuple[Key, Path, Any]:
        match path:
            case ("proposals", int(i), "measures", int(j), *inner):
                kind, value = "measure", self.catalogue["proposals"][i]["measures"][j]
            case ("proposals", int(i), *inner):
                kind, value = "proposal", self.catalogue["proposals"][i]
            case ("reflection_sheets", int(i), *inner):
                kind, value = "sheet", self.catalogue["reflection_sheets"][i]
            case ("sources", slug, *inner):
                return ("source", slug), tuple(inner), self.catalogue["sources"][slug]
            case (kind, *inner):
                return (kind, ""), tuple(inner), self.catalogue[kind]
        return (kind, value["slug"]), tuple(inner), value


def place(key: Key, path: Path, value: Any) -> str:
    """As in « Mesure « x », déclinaison « village » › texte »; a short list is not named first."""
    within = differences.place(key, path, value) if path else ""
    if within and not key[1]:
        return within
    name = cut.name(key)
    name = name[:1].upper() + name[1:]
    return f"{name}, {within[:1].lower()}{within[1:]}" if within else name


def faults(entries: Entries, of: Iterable[Key]) -> list[Fault]:
    """Whatever the file's reader would refuse in these entries, and between all of them."""
    found = [
        Fault((kind, key), path, place((kind, key), path, entries[kind, key]), message)
        for kind, key in of
        if (kind, key) in entries
        for path, message in _unreadable(cut.shape_of(kind), entries[kind, key], ())
    ]
    return [*found, *_between(entries)]


def inconsistencies(entries: Entries) -> list[str]:
    """A French sentence for each thing that does not hold between entries."""
    return [str(fault) for fault in _between(entries)]


def _between(entries: Entries) -> list[Fault]:
    """Whole lists that are not there, as in the first release of a few entries, count as empty."""
    catalogue = cut.join({**{(kind, ""): [] for kind in cut.WHOLE}, **entries})
    findings = _Findings(catalogue)
    consistency.check(catalogue, findings)
    known = {key for kind, key in entries if kind == "proposal"}
    return findings.faults + [
        Fault((kind, key), (), place((kind, key), (), value), "sa proposition n’est pas dans le"
              " catalogue")
        for (kind, key), value in entries.items()
        if kind == "measure" and value["proposal"] not in known
    ]  # fmt: skip


def _unreadable(kind: shape.Kind, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """The values that would not be read again, with the sentence of the file."""
    match kind:
        case shape.Record(fields=fields):
            for name, field in fields.items():
                yield from _unreadable(field, value[name], (*path, name))
        case shape.MapOf(key=key, item=item):
            for name, entry in value.items():
                yield from _unreadable(key, name, (*path, name))
                yield from _unreadable(item, entry, (*path, name))
        case shape.ListOf(item=item, at_least=at_least):
            if len(value or []) < at_least:
                yield path, "la liste est vide"
            for rank, entry in enumerate(value or []):
                yield from _unreadable(item, entry, (*path, rank))
        case _:
            try:
                kind.value(_written(value))
            except ValueError as error:
                yield path, str(error)


def _written(value: Any) -> str:
    """A scalar as the file has it; nothing at all for null."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
