"""What a reader would trip over in the text of a print: advice, never an error. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from desescalade import signs
from desescalade.typography import NO_BREAK, quantity

from .. import colors
from ..document import Chapter, Commitment, Document
from ..formats import Format

# Titles named in one sentence, and signs; the rest is counted.
MAX_NAMED = 5


@dataclass(frozen=True)
class Remark:
    """`source` is an address, or who says so."""

    slug: str
    message: str
    source: str


def remarks(document: Document, format: Format) -> list[Remark]:
    """In the order in which a team would mend them."""
    return [
        *_colors(document),
        *_without_line(document, format),
        *_without_easy(document, format),
        *_signs(document, format),
        *_figures(document, format),
    ]


def _colors(document: Document) -> Iterator[Remark]:
    for message in colors.problems(document.color):
        yield Remark("color", message, "https://www.w3.org/TR/WCAG22/#contrast-enhanced")


def _without_line(document: Document, format: Format) -> Iterator[Remark]:
    rows = [row for row in document.commitments if not row.line]
    if format.field == "line" and rows:
        have = "n’a pas de ligne" if len(rows) == 1 else "n’ont pas de ligne"
        its = "son titre" if len(rows) == 1 else "leur titre"
        yield Remark(
            "missing-line",
            f"{_engagements(rows)} {have}, c’est {its} qui est imprimé : {_named(rows)}.",
            "relecture",
        )


def _without_easy(document: Document, format: Format) -> Iterator[Remark]:
    rows = [row for row in document.commitments if not row.easy]
    if format.field == "easy" and rows:
        have = "n’a pas encore" if len(rows) == 1 else "n’ont pas encore"
        yield Remark(
            "missing-easy",
            f"{_engagements(rows)} {have} de version simplifiée : {_named(rows)}.",
            "relecture",
        )


def _signs(document: Document, format: Format) -> Iterator[Remark]:
    for place, texts in _printed(document, format):
        lost = list(dict.fromkeys(sign for text in texts for sign in signs.unprintable(text)))
        if lost:
            shown = NO_BREAK.join(lost[:MAX_NAMED])
            more = len(lost) - MAX_NAMED
            rest = f" et {quantity(more, 'autres', 'autre')}" if more > 0 else ""
            yield Remark(
                "missing-sign",
                f"{place} : les polices d’impression n’ont pas {shown}{rest}. {signs.BOX} est"
                " imprimé à la place : remplacez par des mots.",
                "polices d’impression",
            )


def _figures(document: Document, format: Format) -> Iterator[Remark]:
    if format.field != "text":
        return
    for chapter in document.chapters:
        for figure in chapter.figures:
            place = f"Au chapitre « {chapter.title} »"
            if figure.caveat:
                yield Remark(
                    "reserved-figure",
                    f"{place}, un chiffre imprimé appelle une réserve :"
                    f" « {figure.statement} » {figure.caveat}",
                    "catalogue",
                )
            if figure.source is None:
                yield Remark(
                    "unsourced-figure",
                    f"{place}, un chiffre imprimé n’a pas de source : « {figure.statement} »"
                    " Donnez-la ou retirez-le : on vous la demandera.",
                    "relecture",
                )


def _printed(document: Document, format: Format) -> Iterator[tuple[str, Iterable[str]]]:
    """Where a text stands, in French, with the texts that this format prints there."""
    yield "La couverture", (document.title, document.subtitle, document.slogan)
    yield "Le nom de la liste", (document.list_name,)
    yield "Les candidats", document.candidates
    yield "Qui imprime", (document.imprint.name, document.imprint.address)
    for chapter in document.chapters:
        yield f"Chapitre « {chapter.title} »", _of_chapter(chapter, format)
        for row in chapter.commitments:
            yield f"Engagement « {row.title} »", _of_commitment(row, format)
    if format.field == "text":
        yield "Les sources", (source.title for source in document.sources)


def _of_chapter(chapter: Chapter, format: Format) -> tuple[str, ...]:
    if format.field != "text":
        return (chapter.title,)
    return chapter.title, chapter.summary, *(figure.statement for figure in chapter.figures)


def _of_commitment(row: Commitment, format: Format) -> tuple[str, ...]:
    match format.field:
        case "line":
            return (row.shown_line,)
        case "easy":
            return row.title, row.easy
        case "pitches":
            said = (text for each in row.objections for text in (each.objection, each.answer))
            return row.shown_line, *row.pitches, *said
    return row.title, row.text


def _engagements(rows: list[Commitment]) -> str:
    return "Un engagement" if len(rows) == 1 else quantity(len(rows), "engagements")


def _named(rows: list[Commitment]) -> str:
    """As in "« un », « deux » et 3 autres"."""
    titles = ", ".join(f"« {row.title} »" for row in rows[:MAX_NAMED])
    more = len(rows) - MAX_NAMED
    return f"{titles} et {quantity(more, 'autres', 'autre')}" if more > 0 else titles
