"""What holds between the parts of a catalogue: slugs known and written once, sizes, bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from .. import parameters, placeholders
from ..tables.catalogue import MAIN
from . import shape

if TYPE_CHECKING:
    from .reading import Findings, Path

# "élu.e", "habitant·es": a dot of any kind between a letter and a feminine or plural ending.
INCLUSIVE_DOT = re.compile(
    r"\b[^\W\d_]*[a-zéè](?:[·•‧]|\.(?=(?:e|es|ne|nes|rice|rices|se|ses)\b))[a-zé]+"
)
ADDRESS = re.compile(r"https?://\S+|\S+@\S+|\b[\w-]+\.(?:org|fr|com|net|eu|info)\b")


def check(catalogue: dict[str, Any], findings: Findings) -> None:
    """Adds every inconsistency of a well-formed catalogue to the findings."""
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


def check_head(head: dict[str, Any], findings: Findings) -> None:
    """A file says which catalogue it is; what is in the database knows it already."""
    path = ("catalogue", "slug")
    if head["slug"] == MAIN:
        findings.add_at(
            path, f"« {MAIN} » est le nom du catalogue des dix propositions : choisir un autre nom"
        )
    elif head["slug"] and not head["title"]:
        findings.add_at(path, "un catalogue qui a un nom a aussi un titre : ajouter « title »")


def measures(catalogue: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    for i, proposal in enumerate(catalogue["proposals"]):
        for j, measure in enumerate(proposal["measures"]):
            yield ("proposals", i, "measures", j), measure


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
        ("size_classes", len(classes) - 1), "la dernière strate n’a pas de borne supérieure"
    )


def _unique(catalogue: dict[str, Any], findings: Findings) -> None:
    """Slugs, numbers and names that must stand once."""
    proposals = catalogue["proposals"]
    slots = {
        "finalité": [(("purposes", i), x["slug"]) for i, x in enumerate(catalogue["purposes"])],
        "strate": [
            (("size_classes", i), x["slug"]) for i, x in enumerate(catalogue["size_classes"])
        ],
        "signataire": [
            (("signatories", i), x["name"]) for i, x in enumerate(catalogue["signatories"])
        ],
        "proposition": [(("proposals", i), x["slug"]) for i, x in enumerate(proposals)],
        "numéro": [(("proposals", i), x["number"]) for i, x in enumerate(proposals)],
        "question": [
            (("proposals", i, "questions", j), question["slug"])
            for i, proposal in enumerate(proposals)
            for j, question in enumerate(proposal["questions"])
        ],
        "mesure": [(path, measure["slug"]) for path, measure in measures(catalogue)],
        "fiche": [
            (("reflection_sheets", i), x["slug"])
            for i, x in enumerate(catalogue["reflection_sheets"])
        ],
    }
    for i, sheet in enumerate(catalogue["reflection_sheets"]):
        here = ("reflection_sheets", i)
        questions = [((*here, "questions", j), x["slug"]) for j, x in enumerate(sheet["questions"])]
        slots[f"dans la fiche « {sheet['slug']} », la question"] = questions
        numbers = [((*here, "proposals", j), n) for j, n in enumerate(sheet["proposals"])]
        slots[f"dans la fiche « {sheet['slug']} », la proposition"] = numbers
    for what, pairs in slots.items():
        _once(what, pairs, findings)


def _once(what: str, pairs: list[tuple[Path, Any]], findings: Findings) -> None:
    seen: set[Any] = set()
    for path, value in pairs:
        if value in seen:
            findings.add_at(path, f"{what} « {value} » écrite deux fois")
        seen.add(value)


def _references(catalogue: dict[str, Any], findings: Findings) -> None:
    known = {
        "source": set(catalogue["sources"]),
        "purpose": {x["slug"] for x in catalogue["purposes"]},
        "size_class": {x["slug"] for x in catalogue["size_classes"]},
        "measure": {measure["slug"] for _, measure in measures(catalogue)},
    }
    french = {
        "source": "source",
        "purpose": "finalité",
        "size_class": "strate",
        "measure": "mesure",
    }
    seen: set[tuple[Path, str | None]] = set()
    for path, kind, value in _slugs(shape.CATALOGUE, catalogue, ()):
        if value is not None and value not in known[kind]:
            findings.add_at(path, f"{french[kind]} inconnue « {value} »")
        if isinstance(path[-1], int):
            if (path[:-1], value) in seen:
                findings.add_at(path, f"{french[kind]} « {value} » écrite deux fois dans la liste")
            seen.add((path[:-1], value))
    numbers = {proposal["number"] for proposal in catalogue["proposals"]}
    for i, sheet in enumerate(catalogue["reflection_sheets"]):
        for j, number in enumerate(sheet["proposals"]):
            if number not in numbers:
                findings.add_at(
                    ("reflection_sheets", i, "proposals", j), f"proposition inconnue « {number} »"
                )


def _slugs(kind: shape.Kind, value: Any, path: Path) -> Iterator[tuple[Path, str, str | None]]:
    """Every reference of the catalogue: where, to what kind, to which slug."""
    match kind:
        case shape.Slug(to=to) if to:
            yield path, to, value
        case shape.ListOf(item=item):
            for index, entry in enumerate(value or []):
                yield from _slugs(item, entry, (*path, index))
        case shape.MapOf(key=key, item=item):
            for name, entry in value.items():
                yield from _slugs(key, name, (*path, name))
                yield from _slugs(item, entry, (*path, name))
        case shape.Record(fields=fields):
            for name, field_kind in fields.items():
                yield from _slugs(field_kind, value[name], (*path, name))


def _wordings(measure: dict[str, Any], path: Path, findings: Findings) -> None:
    pairs = [
        ((*path, "wordings", i, "sizes", j), size)
        for i, wording in enumerate(measure["wordings"])
        for j, size in enumerate(wording["sizes"])
    ]
    _once("dans cette mesure, la strate", pairs, findings)


def _parameters(measure: dict[str, Any], path: Path, findings: Findings) -> None:
    rows = measure["parameters"]
    _once("réglage", [((*path, "parameters", i), x["slug"]) for i, x in enumerate(rows)], findings)
    for i, row in enumerate(rows):
        here = (*path, "parameters", i)
        low, high = (None if row[b] is None else Decimal(row[b]) for b in ("min", "max"))
        if low is not None and high is not None and low > high:
            findings.add_at((*here, "min"), "le minimum dépasse le maximum")
        if row["slug"] in placeholders.RESERVED:
            findings.add_at((*here, "slug"), f"« {row['slug']} » est un nom réservé")
        values = [((*here, "default"), row["default"])]
        values += [((*here, "by_size", size), value) for size, value in row["by_size"].items()]
        for place, value in values:
            try:
                parameters.parse(
                    value, type=row["type"], min=low, max=high, choices=row["choices"] or []
                )
            except ValidationError as error:
                findings.add_at(place, f"réglage « {row['slug']} » : {error.messages[0]}")


def _placeholders(measure: dict[str, Any], path: Path, findings: Findings) -> None:
    known = placeholders.RESERVED | {row["slug"] for row in measure["parameters"]}
    texts = [((*path, key), measure[key]) for key in ("title", "text", "easy")]
    for i, wording in enumerate(measure["wordings"]):
        texts += [((*path, "wordings", i, key), wording[key] or "") for key in ("text", "easy")]
    for place, text in texts:
        for name in re.findall(r"\{([^{}]*)\}", text):
            if name not in known:
                findings.add_at(place, f"accolades inconnues « {{{name}}} »")
        if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text)):
            findings.add_at(place, "une accolade est seule")
    lines = [((*path, "line"), measure["line"])]
    lines += [
        ((*path, "wordings", i, "line"), wording["line"] or "")
        for i, wording in enumerate(measure["wordings"])
    ]
    for place, line in lines:
        if re.search(r"[{}]", line):
            findings.add_at(place, "pas d’accolades dans une ligne de tract")


def _inclusive_dots(kind: shape.Kind, value: Any, path: Path, findings: Findings) -> None:
    match kind:
        case shape.Text() if value:
            if found := INCLUSIVE_DOT.search(ADDRESS.sub("", value)):
                findings.add_at(path, f"pas de point dans les mots : « {found[0]} »")
        case shape.ListOf(item=item):
            for index, entry in enumerate(value or []):
                _inclusive_dots(item, entry, (*path, index), findings)
        case shape.MapOf(item=item):
            for name, entry in value.items():
                _inclusive_dots(item, entry, (*path, name), findings)
        case shape.Record(fields=fields):
            for name, field_kind in fields.items():
                _inclusive_dots(field_kind, value[name], (*path, name), findings)
