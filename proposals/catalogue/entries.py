"""A catalogue cut into the entries that a load compares, and put together again.

Short lists without slugs are one entry each. The order of the measures under a proposal is an
entry of its own: moving a measure changes no measure.
"""

import hashlib
import json
from typing import Any

from . import shape

Key = tuple[str, str]
Entries = dict[Key, Any]

WHOLE = ("catalogue", "purposes", "size_classes", "signatories", "thresholds")
# What may never leave the file: programmes and addresses name it.
LASTING = {"proposal": "proposition", "measure": "mesure", "sheet": "fiche"}

NAMES = {
    "catalogue": "édition",
    "purposes": "finalités",
    "size_classes": "strates",
    "signatories": "signataires",
    "thresholds": "seuils légaux",
    "source": "source",
    "order": "ordre des mesures de",
    "sheets": "ordre des fiches",
    **LASTING,
}


_OF_FILE = shape.CATALOGUE.fields
_SHAPES: dict[str, shape.Kind] = {
    **{kind: _OF_FILE[kind] for kind in WHOLE},
    "source": _OF_FILE["sources"].item,
    "proposal": shape.Record(
        {name: kind for name, kind in shape.PROPOSAL.fields.items() if name != "measures"},
        shape.PROPOSAL.defaults,
    ),
    "order": shape.ListOf(shape.Slug(to="measure")),
    "measure": shape.Record(
        {**shape.MEASURE.fields, "proposal": shape.Slug(to="proposal")}, shape.MEASURE.defaults
    ),
    "sheets": shape.ListOf(shape.Slug(to="sheet")),
    "sheet": shape.SHEET,
}


def shape_of(kind: str) -> shape.Kind:
    """The shape of the value of an entry of this kind."""
    return _SHAPES[kind]


def split(catalogue: dict[str, Any]) -> Entries:
    entries: Entries = {(kind, ""): catalogue[kind] for kind in WHOLE}
    entries |= {("source", slug): source for slug, source in catalogue["sources"].items()}
    for proposal in catalogue["proposals"]:
        slug = proposal["slug"]
        entries["proposal", slug] = {k: v for k, v in proposal.items() if k != "measures"}
        entries["order", slug] = [measure["slug"] for measure in proposal["measures"]]
        for measure in proposal["measures"]:
            entries["measure", measure["slug"]] = {**measure, "proposal": slug}
    sheets = catalogue["reflection_sheets"]
    entries["sheets", ""] = [sheet["slug"] for sheet in sheets]
    entries |= {("sheet", sheet["slug"]): sheet for sheet in sheets}
    return entries


def join(entries: Entries) -> dict[str, Any]:
    """The catalogue whose entries these are; what an order does not name comes last."""
    catalogue = {kind: entries[kind, ""] for kind in WHOLE}
    by_kind: dict[str, dict[str, Any]] = {}
    for (kind, key), value in entries.items():
        by_kind.setdefault(kind, {})[key] = value
    measures: dict[str, list[dict[str, Any]]] = {}
    for value in by_kind.get("measure", {}).values():
        bare = {name: part for name, part in value.items() if name != "proposal"}
        measures.setdefault(value["proposal"], []).append(bare)
    proposals = sorted(by_kind.get("proposal", {}).items(), key=lambda item: item[1]["number"])
    return {
        **catalogue,
        "sources": by_kind.get("source", {}),
        "proposals": [
            {
                **value,
                "measures": _ordered(measures.get(slug, []), entries.get(("order", slug), [])),
            }
            for slug, value in proposals
        ],
        "reflection_sheets": _ordered(
            list(by_kind.get("sheet", {}).values()), entries.get(("sheets", ""), [])
        ),
    }


def _ordered(rows: list[dict[str, Any]], order: list[str]) -> list[dict[str, Any]]:
    ranks = {slug: rank for rank, slug in enumerate(order)}
    return sorted(rows, key=lambda row: ranks.get(row["slug"], len(ranks)))


def digest(value: Any) -> str:
    """The same for equal values, whatever the order of their keys. None has none."""
    if value is None:
        return ""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def digests(entries: Entries) -> dict[Key, str]:
    return {key: digest(value) for key, value in entries.items()}


def name(key: Key) -> str:
    """The entry as a curator knows it: "mesure « pcs-rupture-reseaux »"."""
    kind, slug = key
    return f"{NAMES[kind]} « {slug} »" if slug else NAMES[kind]
