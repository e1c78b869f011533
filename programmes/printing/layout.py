"""A team's choices for one format, as frozen data, and what they make of a document. Pure."""

from dataclasses import dataclass, replace

from ..enums import Printer
from ..models import Layout as LayoutRow
from .document import Chapter, Commitment, Document, Imprint, Logo, Source


@dataclass(frozen=True)
class Layout:
    """Empty fields leave what the programme says. `commitments` None: all, in their own order."""

    commitments: tuple[int, ...] | None = None
    list_name: str = ""
    slogan: str = ""
    candidates: tuple[str, ...] = ()
    logo: Logo | None = None
    color: str = ""
    imprint: Imprint | None = None

    def arrange(self, document: Document) -> Document:
        """The document as this format prints it.

        Chapters come in the order of their first commitment and are numbered anew; so are the
        sources, as figures of a chapter that is not printed are left out.
        """
        document = replace(
            document,
            list_name=self.list_name or document.list_name,
            slogan=self.slogan,
            candidates=self.candidates,
            logo=self.logo,
            color=self.color,
            imprint=self.imprint or document.imprint,
        )
        # All that was chosen may have been declined since: then there is no choice left.
        chosen = _chosen(document, self.commitments or ())
        return chosen if chosen.commitments else document


def of_row(row: LayoutRow) -> Layout:
    """The choices that a row remembers; reads `logo` and `chosen`, prefetched without the bin."""
    chosen = tuple(each.commitment_id for each in row.chosen.all())
    logo = row.logo
    own_imprint = row.printer and row.printer_name and row.printer_address
    return Layout(
        commitments=chosen or None,
        list_name=row.list_name,
        slogan=row.slogan,
        candidates=tuple(filter(None, map(str.strip, row.candidates.splitlines()))),
        logo=logo and Logo(logo.digest, logo.description, logo.width, logo.height),
        color=row.color,
        imprint=(
            Imprint(row.printer == Printer.OURSELVES, row.printer_name, row.printer_address)
            if own_imprint
            else None
        ),
    )


def _chosen(document: Document, ids: tuple[int, ...]) -> Document:
    home = {row.id: chapter for chapter in document.chapters for row in chapter.commitments}
    rows = {row.id: row for row in document.commitments}
    kept: dict[int, list[Commitment]] = {}
    for pk in ids:
        # A commitment that was declined since is in no chapter any more.
        if pk in rows:
            kept.setdefault(home[pk].number, []).append(rows[pk])
    by_number = {chapter.number: chapter for chapter in document.chapters}
    chapters = [replace(by_number[n], commitments=tuple(c)) for n, c in kept.items()]
    return _renumbered(document, chapters)


def _renumbered(document: Document, chapters: list[Chapter]) -> Document:
    named = {s.number: s for s in document.sources}
    order: dict[int, int] = {}
    for figure in (figure for chapter in chapters for figure in chapter.figures):
        if figure.source is not None:
            order.setdefault(figure.source, len(order) + 1)
    return replace(
        document,
        chapters=tuple(
            replace(
                chapter,
                number=rank,
                figures=tuple(
                    replace(f, source=f.source and order[f.source]) for f in chapter.figures
                ),
            )
            for rank, chapter in enumerate(chapters, start=1)
        ),
        sources=tuple(
            Source(new, named[old].title, named[old].date, named[old].url)
            for old, new in order.items()
        ),
    )
