"""What the law asks of a print, said in French. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ..enums import DocumentKind
from .document import Document, Imprint

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


def problems(
    document: Document, page_count: int | None = None, kind: DocumentKind = DocumentKind.TRACT
) -> list[Problem]:
    """What is wrong with a print of this kind; nothing when it may be handed out.

    `page_count` is None before the layout; no rule of a tract asks for it.
    """
    if kind is DocumentKind.TRACT and not document.imprint:
        return [_missing_imprint(document.imprint)]
    return []


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
        checked_on=date(2026, 11, 21),
    )
