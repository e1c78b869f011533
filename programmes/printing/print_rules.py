"""What the law asks of a print, said in French. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ..enums import DocumentKind
from .document import Chapter, Document, Figure, Imprint

CHECKED_ON = date(2026, 11, 21)

# Stands in the foot of every page of a print that has an error.
DRAFT = "Projet : ne pas distribuer"


class Severity(StrEnum):
    """An error is the law's: the print comes out as a draft. Advice holds nothing up."""

    ERROR = "error"
    ADVICE = "advice"


@dataclass(frozen=True)
class Problem:
    """`source` is where the rule was read, `checked_on` the day it was."""

    severity: Severity
    message: str
    source: str
    checked_on: date

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


def problems(document: Document, kind: DocumentKind = DocumentKind.TRACT) -> list[Problem]:
    """What is wrong with a print of this kind; nothing when it may be handed out as it is."""
    found = []
    if kind is DocumentKind.TRACT and not document.imprint:
        found.append(_missing_imprint(document.imprint))
    return found + [
        _reserved_figure(chapter, figure)
        for chapter in document.chapters
        for figure in chapter.figures
        if figure.caveat
    ]


def _reserved_figure(chapter: Chapter, figure: Figure) -> Problem:
    """A figure that the team chose to print although the catalogue has a reserve about it."""
    return Problem(
        severity=Severity.ADVICE,
        message=f"Au chapitre « {chapter.title} », un chiffre imprimé appelle une réserve :"
        f" « {figure.statement} » {figure.caveat}",
        source="catalogue",
        checked_on=CHECKED_ON,
    )


def _missing_imprint(imprint: Imprint) -> Problem:
    """Whoever prints or hands out a sheet without these mentions risks a fine of 3 750 €.

    A team that prints by itself gives its own name and address.
    """
    missing = " et ".join(
        words
        for words, given in (("le nom", imprint.name), ("l’adresse", imprint.address))
        if not given
    )
    return Problem(
        severity=Severity.ERROR,
        message=f"Il manque {missing} de qui imprime\u00a0: la loi du 29\u00a0juillet 1881 sur la"
        " liberté de la presse (article\u00a03) veut que tout imprimé les porte.",
        source="https://capmandat.fr/mentions-obligatoires-tract-municipales",
        checked_on=CHECKED_ON,
    )
