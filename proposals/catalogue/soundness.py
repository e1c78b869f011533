"""Whether entries could be written to a file and read again."""

from typing import Any

from . import consistency
from . import entries as cut
from .entries import Entries


class _Findings:
    """Takes the place of a file's findings, which know lines and columns."""

    def __init__(self, catalogue: dict[str, Any]) -> None:
        self.catalogue = catalogue
        self.unread: set[tuple[str | int, ...]] = set()
        self.sentences: list[str] = []

    def add_at(self, path: tuple[str | int, ...], message: str) -> None:
        self.sentences.append(f"{place(self.catalogue, path)}{message.rstrip('.')}.")


def place(catalogue: dict[str, Any], path: tuple[str | int, ...]) -> str:
    """Where something stands in a catalogue: « Mesure « x » : »."""
    match path:
        case ("proposals", int(i), "measures", int(j), *_):
            return f"Mesure « {catalogue['proposals'][i]['measures'][j]['slug']} » : "
        case ("proposals", int(i), *_):
            return f"Proposition « {catalogue['proposals'][i]['slug']} » : "
        case ("reflection_sheets", int(i), *_):
            return f"Fiche « {catalogue['reflection_sheets'][i]['slug']} » : "
    return "Catalogue : "


def inconsistencies(entries: Entries) -> list[str]:
    """A French sentence for each thing that does not hold between entries.

    Whole lists that are not there, as in the first release of a few entries, count as empty.
    """
    catalogue = cut.join({**{(kind, ""): [] for kind in cut.WHOLE}, **entries})
    findings = _Findings(catalogue)
    consistency.check(catalogue, findings)
    sentences = findings.sentences
    known = {key for kind, key in entries if kind == "proposal"}
    for (kind, key), value in entries.items():
        if kind == "measure" and value["proposal"] not in known:
            sentences.append(f"Mesure « {key} » : sa proposition n’est pas dans le catalogue.")
    return sentences
