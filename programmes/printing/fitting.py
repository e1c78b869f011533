"""Whether a print fits the pages of its format, and what to shorten where it does not. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from desescalade import typography
from desescalade.pdf import Placement

from .document import Document
from .formats import Format
from .print_rules import CHECKED_ON, Problem, Severity

ANCHOR = "commitment-"
# Of an ordinary line of the catalogue, spaces not counted.
LETTERS_PER_LINE = 60


@dataclass(frozen=True)
class Overflow:
    """A commitment (its id) of which so many letters stand beyond the last page allowed."""

    commitment: int
    letters: int


def overflows(page_count: int, format: Format) -> bool:
    return format.max_pages is not None and page_count > format.max_pages


def room(document: Document, format: Format) -> int | None:
    """About how many more lines fit; None for a format that takes as many pages as it needs."""
    if format.letters is None:
        return None
    used = sum(len("".join(row.shown_line.split())) for row in document.commitments)
    return max(0, format.letters - used) // LETTERS_PER_LINE


def overflow(
    placements: Iterable[Placement], document: Document, format: Format
) -> tuple[Overflow, ...]:
    """By commitment, in the order of the document. Templates name each of them by its anchor."""
    beyond: Counter[str] = Counter()
    for placed in placements:
        if format.max_pages is not None and placed.page > format.max_pages:
            beyond[placed.id] += placed.letters
    return tuple(
        Overflow(commitment.id, letters)
        for commitment in document.commitments
        if (letters := beyond[f"{ANCHOR}{commitment.id}"])
    )


def problem(overflow: tuple[Overflow, ...], format: Format) -> Problem:
    """Said on the print itself; the screen names each commitment."""
    letters = sum(each.letters for each in overflow)
    pages = typography.quantity(format.max_pages or 0, "pages", "page")
    return Problem(
        severity=Severity.ERROR,
        message=f"Ce texte ne tient pas en {pages} : "
        f"{typography.quantity(letters, 'signes dépassent', 'signe dépasse')}.",
        source="mise en page",
        checked_on=CHECKED_ON,
        slug="overflow",
    )
