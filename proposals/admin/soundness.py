"""Whether the catalogue, as it stands in the database, could be written to a file and read again.

A form sees its own rows only. What holds between them (a text names a setting that exists, a
value fits the bounds) is checked by the rules of the file, once everything is saved.
"""

from typing import Any

from ..catalogue import consistency, from_rows

# The first few say enough; the others come back at the next save.
SHOWN = 5


class _Findings:
    """Takes the place of the file's findings, which know lines and columns."""

    def __init__(self, catalogue: dict[str, Any]) -> None:
        self.catalogue = catalogue
        self.sentences: list[str] = []

    def add_at(self, path: tuple[str | int, ...], message: str) -> None:
        self.sentences.append(f"{self._place(path)}{message.rstrip('.')}.")

    def _place(self, path: tuple[str | int, ...]) -> str:
        match path:
            case ("proposals", int(i), "measures", int(j), *_):
                return f"Mesure « {self.catalogue['proposals'][i]['measures'][j]['slug']} » : "
            case ("proposals", int(i), *_):
                return f"Proposition « {self.catalogue['proposals'][i]['slug']} » : "
            case ("reflection_sheets", int(i), *_):
                return f"Fiche « {self.catalogue['reflection_sheets'][i]['slug']} » : "
        return "Catalogue : "


def problems() -> list[str]:
    """A French sentence for each inconsistency; everything is saved all the same."""
    catalogue = from_rows.from_database()
    findings = _Findings(catalogue)
    consistency.check(catalogue, findings)
    return findings.sentences[:SHOWN]
