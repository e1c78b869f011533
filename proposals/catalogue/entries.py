"""A catalogue cut into the entries that a load compares, and put together again.

Short lists without slugs are one entry each. The order of the measures under a proposal is an
entry of its own: moving a measure changes no measure.
"""

import hashlib
import json
from typing import Any

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
