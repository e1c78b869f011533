"""What holds between the parts of a catalogue: slugs known and written once, sizes, bounds.

A file is judged as far as it can be understood: what could not be read is None, whatever its
shape says, and its path is in `findings.unread`. A check that depends on such a value is skipped.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Protocol

from django.core.exceptions import ValidationError

from .. import parameters, placeholders
from ..tables.catalogue import MAIN
from . import shape

Path = tuple[str | int, ...]
Pairs = Iterable[tuple[Path, Any]]

# "élu.e", "habitant·es": a dot of any kind between a letter and a feminine or plural ending.
INCLUSIVE_DOT = re.compile(
    r"\b[^\W\d_]*[a-zéè](?:[·•‧]|\.(?=(?:e|es|ne|nes|rice|rices|se|ses)\b))[a-zé]+"
)
# Each begins where a word does: tried at every letter, a text without a space would take hours.
ADDRESS = re.compile(r"https?://\S+|(?<!\S)\S+@\S+|(?<![\w-])[\w-]+\.(?:org|fr|com|net|eu|info)\b")

_FRENCH = {"source": "source", "purpose": "finalité", "size_class": "strate", "measure": "mesure"}


class Findings(Protocol):
    """Where the problems go: those of a file have lines, those of the working copy have none."""

    unread: set[Path]

    def add_at(self, path: Path, message: str) -> None: ...


def check(catalogue: dict[str, Any], findings: Findings) -> None:
    """Adds every inconsistency of a catalogue to the findings."""
    if ("size_classes",) not in findings.unread:
        _size_classes(catalogue["size_classes"], findings)
    _unique(catalogue, findings)
    _references(catalogue, findings)
    for path, measure in measures(catalogue):
        _wordings(measure, path, findings)
        _parameters(measure, path, findings)
        _placeholders(measure, path, findings)
        if measure["retired"] is False and measure["successor"]:
            findings.add_at(
                (*path, "successor"), "une mesure a un successeur : ajouter « retired: true »"
            )
    _inclusive_dots(shape.CATALOGUE, catalogue, (), findings)


def check_head(head: dict[str, Any] | None, findings: Findings) -> None:
    """A file says which catalogue it is; what is in the database knows it already."""
    path = ("catalogue", "slug")
    if head is None:
        return
    if head["slug"] == MAIN:
        findings.add_at(
            path, f"« {MAIN} » est le nom du catalogue des dix propositions : choisir un autre nom"
        )
    elif head["slug"] and not head["title"] and ("catalogue", "title") not in findings.unread:
        findings.add_at(path, "un catalogue qui a un nom a aussi un titre : ajouter « title »")


def measures(catalogue: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path, proposal in _items(catalogue, "proposals"):
        yield from _items(proposal, "measures", path)


def inclusive_dot(text: str) -> str:
    """A French sentence for a word that is cut by a dot, "" without any."""
    found = INCLUSIVE_DOT.search(ADDRESS.sub("", text))
    return f"pas de point dans les mots : « {found[0]} »" if found else ""


def _items(record: dict[str, Any], name: str, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The items of a list that could be read, each with its path."""
    for index, item in enumerate(record[name] or []):
        if item is not None:
            yield (*path, name, index), item


def _size_classes(classes: list[dict[str, Any]], findings: Findings) -> None:
    expected = 0
    for index, size_class in enumerate(classes):
        path = ("size_classes", index, "min_population")
        low, high = size_class["min_population"], size_class["max_population"]
        if low != expected:
            what = "un trou" if low > expected else "un chevauchement"
            findings.add_at(path, f"{what} entre les strates : attendu {expected}")
        if high is None:
            if index < len(classes) - 1:
                findings.add_at(path, "seule la dernière strate est sans borne supérieure")
            return
        if high < low:
            findings.add_at(path, "la borne supérieure est sous la borne inférieure")
        expected = high + 1
    findings.add_at(
        ("size_classes", max(len(classes) - 1, 0)), "la dernière strate n’a pas de borne supérieure"
    )


def _unique(catalogue: dict[str, Any], findings: Findings) -> None:
    """Slugs, numbers and names that must stand once."""
    proposals = list(_items(catalogue, "proposals"))
    sheets = list(_items(catalogue, "reflection_sheets"))
    questions = [pair for path, row in proposals for pair in _items(row, "questions", path)]
    slots = {
        "finalité": _named(_items(catalogue, "purposes")),
        "strate": _named(_items(catalogue, "size_classes")),
        "signataire": _named(_items(catalogue, "signatories"), "name"),
        "proposition": _named(proposals),
        "numéro": _named(proposals, "number"),
        "question": _named(questions),
        "mesure": _named(measures(catalogue)),
        "fiche": _named(sheets),
    }
    for path, sheet in sheets:
        within = f"dans la fiche « {sheet['slug']} »" if sheet["slug"] else "dans cette fiche"
        slots[f"{within}, la question"] = _named(_items(sheet, "questions", path))
        slots[f"{within}, la proposition"] = _items(sheet, "proposals", path)
    for what, pairs in slots.items():
        _once(what, pairs, findings)


def _named(rows: Iterable[tuple[Path, dict[str, Any]]], by: str = "slug") -> Pairs:
    return ((path, row[by]) for path, row in rows)


def _once(what: str, pairs: Pairs, findings: Findings) -> None:
    seen: set[Any] = set()
    for path, value in pairs:
        if value in seen:
            findings.add_at(path, f"{what} « {value} » écrite deux fois")
        elif value is not None:
            seen.add(value)


def _references(catalogue: dict[str, Any], findings: Findings) -> None:
    known = _known(catalogue)
    seen: set[tuple[Path, str]] = set()
    for path, kind, value in _slugs(shape.CATALOGUE, catalogue, ()):
        if known[kind] is not None and value not in known[kind]:
            findings.add_at(path, f"{_FRENCH[kind]} inconnue « {value} »")
        if isinstance(path[-1], int):
            if (path[:-1], value) in seen:
                findings.add_at(path, f"{_FRENCH[kind]} « {value} » écrite deux fois dans la liste")
            seen.add((path[:-1], value))
    numbers = _names(catalogue["proposals"], "number")
    for sheet_path, sheet in _items(catalogue, "reflection_sheets"):
        for path, number in _items(sheet, "proposals", sheet_path):
            if numbers is not None and number not in numbers:
                findings.add_at(path, f"proposition inconnue « {number} »")


def _known(catalogue: dict[str, Any]) -> dict[str, set[Any] | None]:
    """What one may name, by kind; None where a name of that kind could not be read."""
    sources, proposals = catalogue["sources"], catalogue["proposals"]
    under = None if proposals is None else [row and row["measures"] for row in proposals]
    is_whole = under is not None and None not in under
    return {
        "source": None if sources is None else set(sources),
        "purpose": _names(catalogue["purposes"]),
        "size_class": _names(catalogue["size_classes"]),
        "measure": _names([row for rows in under for row in rows]) if is_whole else None,
    }


def _names(rows: list[dict[str, Any] | None] | None, by: str = "slug") -> set[Any] | None:
    names = [None] if rows is None else [row and row[by] for row in rows]
    return None if None in names else set(names)


def _slugs(kind: shape.Kind, value: Any, path: Path) -> Iterator[tuple[Path, str, str]]:
    """Every reference of the catalogue: where, to what kind, to which slug."""
    match kind:
        case _ if value is None:
            return
        case shape.Slug(to=to) if to:
            yield path, to, value
        case shape.ListOf(item=item):
            for index, entry in enumerate(value):
                yield from _slugs(item, entry, (*path, index))
        case shape.MapOf(key=key, item=item):
            for name, entry in value.items():
                yield from _slugs(key, name, (*path, name))
                yield from _slugs(item, entry, (*path, name))
        case shape.Record(fields=fields):
            for name, field_kind in fields.items():
                yield from _slugs(field_kind, value[name], (*path, name))


def _wordings(measure: dict[str, Any], path: Path, findings: Findings) -> None:
    wordings = _items(measure, "wordings", path)
    sizes = (pair for place, wording in wordings for pair in _items(wording, "sizes", place))
    _once("dans cette mesure, la strate", sizes, findings)


def _parameters(measure: dict[str, Any], path: Path, findings: Findings) -> None:
    rows = list(_items(measure, "parameters", path))
    _once("réglage", _named(rows), findings)
    for here, row in rows:
        if row["slug"] in placeholders.RESERVED:
            findings.add_at((*here, "slug"), f"« {row['slug']} » est un nom réservé")
        if not any((*here, name) in findings.unread for name in ("type", "min", "max", "choices")):
            _values(row, here, findings)


def _values(row: dict[str, Any], here: Path, findings: Findings) -> None:
    """The values of a setting, against what it says of itself."""
    low, high = (None if row[b] is None else Decimal(row[b]) for b in ("min", "max"))
    if low is not None and high is not None and low > high:
        findings.add_at((*here, "min"), "le minimum dépasse le maximum")
    values = [((*here, "default"), row["default"])]
    values += [((*here, "by_size", size), value) for size, value in (row["by_size"] or {}).items()]
    for place, value in values:
        if value is None:
            continue
        try:
            parameters.parse(
                value, type=row["type"], min=low, max=high, choices=row["choices"] or []
            )
        except ValidationError as error:
            findings.add_at(place, f"réglage « {row['slug']} » : {error.messages[0]}")


def _placeholders(measure: dict[str, Any], path: Path, findings: Findings) -> None:
    settings = _names(measure["parameters"])
    known = None if settings is None else placeholders.RESERVED | settings
    wordings = list(_items(measure, "wordings", path))
    texts = [((*path, key), measure[key]) for key in ("title", "text", "easy")]
    texts += [((*at, key), wording[key]) for at, wording in wordings for key in ("text", "easy")]
    for place, text in texts:
        for name in re.findall(r"\{([^{}]*)\}", text or ""):
            if known is not None and name not in known:
                findings.add_at(place, f"accolades inconnues « {{{name}}} »")
        if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text or "")):
            findings.add_at(place, "une accolade est seule")
    for at, row in ((path, measure), *wordings):
        if re.search(r"[{}]", row["line"] or ""):
            findings.add_at((*at, "line"), "pas d’accolades dans une ligne de tract")


def _inclusive_dots(kind: shape.Kind, value: Any, path: Path, findings: Findings) -> None:
    match kind:
        case _ if value is None:
            return
        case shape.Text():
            if sentence := inclusive_dot(value):
                findings.add_at(path, sentence)
        case shape.ListOf(item=item):
            for index, entry in enumerate(value):
                _inclusive_dots(item, entry, (*path, index), findings)
        case shape.MapOf(item=item):
            for name, entry in value.items():
                _inclusive_dots(item, entry, (*path, name), findings)
        case shape.Record(fields=fields):
            for name, field_kind in fields.items():
                _inclusive_dots(field_kind, value[name], (*path, name), findings)
