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
    """`rule` names the text of law, `source` who explains it, `checked_on` when it was read."""

    severity: Severity
    sentence: str
    rule: str
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
    """Whoever prints, and whoever hands out a print without the mention, risks a fine of 3 750 €.

    A team that prints by itself gives its own name and address.
    """
    if imprint.name:
        missing = "Il manque l’adresse de qui imprime."
    elif imprint.address:
        missing = "Il manque le nom de qui imprime."
    else:
        missing = "Il manque le nom et l’adresse de qui imprime."
    return Problem(
        severity=Severity.ERROR,
        sentence=missing,
        rule="Loi du 29 juillet 1881 sur la liberté de la presse, article 3",
        source="https://capmandat.fr/mentions-obligatoires-tract-municipales",
        checked_on=date(2026, 11, 21),
    )
