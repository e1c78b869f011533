"""What an entry is made of: the entries that it names, and its texts that need mending.

Pure: values in the shapes of `shape.py`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from . import entries as cut
from . import shape
from .entries import Entries, Key

Path = tuple[str | int, ...]

# Entries that hold what others name by a slug of its own.
_LISTS = {"purpose": "purposes", "size_class": "size_classes"}
_FRENCH = {
    "title": "titre",
    "line": "ligne de tract",
    "text": "texte",
    "easy": "version simplifiée",
    "summary": "résumé",
    "wordings": "déclinaison",
    "unsuitable": "pourquoi elle est déconseillée",
    "decided_by_note": "précision sur qui décide",
    "budget_note": "précision sur le budget",
    "origin_note": "précision sur la provenance",
    "parameters": "réglage",
    "label": "libellé",
    "unit": "unité",
    "unit_one": "unité au singulier",
    "choices": "choix",
    "help": "aide",
    "legal_bases": "base légale",
    "instrument": "texte de loi",
    "reference": "référence",
    "note": "note",
    "pitches": "argument",
    "objections": "objection",
    "objection": "ce que l’on objecte",
    "answer": "réponse",
    "examples": "exemple",
    "place": "lieu",
    "fact": "fait",
    "figures": "chiffre",
    "statement": "énoncé",
    "value": "valeur",
    "caveat": "réserve",
    "questions": "question",
    "where_to_find": "où trouver la réponse",
    "date": "date",
    "checked_by": "vérifiée par",
}


class Unknown(Exception):
    """An entry names one that neither side has; `str(error)` is a French sentence."""


def faults(key: Key, value: Any) -> list[str]:
    """A French sentence for each text that is missing, too long or holds a forbidden sign."""
    found = []
    for path, kind, text in _leaves(cut.shape_of(key[0]), value, ()):
        if isinstance(kind, shape.Text):
            try:
                kind.value(text or "")
            except ValueError as error:
                found.append(f"{_begun(cut.name(key))}, {_place(path)} : {error}.")
    return found


def needed(wanted: Iterable[Key], working: Entries, public: Entries) -> Entries:
    """The working values of these entries, and of all that they name and `public` does not have.

    Raises Unknown.
    """
    found: Entries = {}
    waiting = list(wanted)
    while waiting:
        key = waiting.pop()
        if key in found or working.get(key) is None:
            continue
        found[key] = working[key]
        for to, slug in _references(key[0], working[key]):
            if not _has(public, to, slug):
                waiting.append(_entry_of(to, slug, key, working))
    return found


def _references(kind: str, value: Any) -> Iterator[tuple[str, str]]:
    for _, leaf, named in _leaves(cut.shape_of(kind), value, ()):
        if isinstance(leaf, shape.Slug) and leaf.to and named:
            yield leaf.to, named


def _entry_of(to: str, slug: str, by: Key, working: Entries) -> Key:
    if not _has(working, to, slug):
        raise Unknown(
            f"{_begun(cut.name(by))} renvoie à « {slug} », qui n’existe pas dans ce catalogue :"
            " corrigez ce renvoi."
        )
    return (_LISTS[to], "") if to in _LISTS else (to, slug)


def _has(entries: Entries, to: str, slug: str) -> bool:
    if to in _LISTS:
        return any(row["slug"] == slug for row in entries.get((_LISTS[to], ""), []))
    return (to, slug) in entries


def _leaves(kind: shape.Kind, value: Any, path: Path) -> Iterator[tuple[Path, shape.Scalar, Any]]:
    """Each scalar of a value with its kind, names of maps included."""
    match kind:
        case shape.ListOf(item=item):
            for index, entry in enumerate(value or []):
                yield from _leaves(item, entry, (*path, index))
        case shape.MapOf(key=key, item=item):
            for name, entry in (value or {}).items():
                yield (*path, name), key, name
                yield from _leaves(item, entry, (*path, name))
        case shape.Record(fields=fields):
            for name, field in fields.items():
                yield from _leaves(field, value[name], (*path, name))
        case _:
            yield path, kind, value


def _place(path: Path) -> str:
    """As in "déclinaison 2, texte"."""
    words: list[str] = []
    for step in path:
        if isinstance(step, int):
            words[-1] += f" {step + 1}"
        else:
            words.append(_FRENCH.get(step, step))
    return ", ".join(words)


def _begun(name: str) -> str:
    return name[:1].upper() + name[1:]
