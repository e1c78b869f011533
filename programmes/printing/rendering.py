"""From a Document to HTML."""

from collections.abc import Sequence

from django.template.loader import render_to_string

from desescalade import signs

from ..enums import DocumentKind, Fidelity, Output
from . import colors, print_rules
from .document import Document
from .formats import Format
from .print_rules import Problem

# Above this many, the contents page counts the commitments instead of naming them.
MAX_LISTED = 80


def html_of(
    document: Document,
    format: Format,
    output: Output = Output.ECRAN,
    *,
    density: str = "",
    bleed: int = 0,
    problems: Sequence[Problem] = (),
) -> str:
    """The whole page, without style sheets. A print with errors is marked as a draft.

    What no bundled face can print is a box, never a gap: print_rules names it to the team.

    `bleed` is in mm, and counts for the printer's output only.
    """
    errors = [problem for problem in problems if problem.is_error]
    mark = print_rules.mark(document, format.kind, errors)
    page = render_to_string(
        format.template,
        {
            "document": document,
            "format": format,
            "output": output.value,
            "density": density or format.densities[0],
            "inks": colors.inks(
                document.color, output, bleed=bleed if output is Output.IMPRIMEUR else 0
            ),
            "errors": errors,
            "mark": mark,
            "foot": mark or _foot(document, format),
            "is_long": len(document.commitments) > MAX_LISTED,
            "provenance": provenance(document),
        },
    )
    return signs.printable(page)


def _foot(document: Document, format: Format) -> str:
    """What stands at the foot of each page of a print that is not a draft."""
    if format.kind is DocumentKind.INTERNE:
        return "Document interne : ne pas distribuer"
    name = document.list_name or document.title
    stamp = document.stamp
    return f"{name} · tirage {stamp.number}, {stamp.code}" if stamp else name


def provenance(document: Document) -> str:
    """How much is the collective's and how much the list's, in one sentence; "" for nothing.

    As in "Sur ses 12 engagements, 10 reprennent des textes proposés par un collectif
    d’associations, 1 les adapte et 1 est propre à la liste."
    """
    total = len(document.commitments)
    as_is, adapted, own = map(document.count, (Fidelity.AS_IS, Fidelity.ADAPTED, Fidelity.OWN))
    texts = "des textes proposés par un collectif d’associations"
    parts = [
        (as_is, f"reprend {texts}", f"reprennent {texts}"),
        (adapted, *(("les adapte", "les adaptent") if as_is else _adapts(texts))),
        (own, "est propre à la liste", "sont propres à la liste"),
    ]
    said = [(number, one if number == 1 else many) for number, one, many in parts if number]
    if not said:
        return ""
    if len(said) == 1:
        subject = "Son engagement" if total == 1 else f"Ses {total} engagements"
        return f"{subject} {said[0][1]}."
    *first, last = [f"{number} {words}" for number, words in said]
    return f"Sur ses {total} engagements, {', '.join(first)} et {last}."


def _adapts(texts: str) -> tuple[str, str]:
    return f"adapte {texts}", f"adaptent {texts}"
