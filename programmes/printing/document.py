"""The printed text of a programme, as frozen data: knows neither HTML nor, once built, the rows.

Screen preview and every print start from the same Document.
"""

from dataclasses import dataclass
from datetime import date

from proposals.enums import Authority, Horizon

from ..enums import Fidelity, Printer, ProgrammeKind, Status
from ..models import Chapter as ChapterRow
from ..models import ChapterFigure, Programme
from ..models import Commitment as CommitmentRow


@dataclass(frozen=True)
class Source:
    """A source of figures, numbered through the document from 1."""

    number: int
    title: str
    date: str
    url: str


@dataclass(frozen=True)
class Figure:
    """A figure with the number of its source; None where the catalogue names no source.

    `caveat` is the catalogue's reserve, for the team: print_rules tells it before printing.
    """

    statement: str
    source: int | None
    caveat: str


@dataclass(frozen=True)
class Commitment:
    """`text` is Markdown, `title` and `line` are plain; placeholders are filled in."""

    id: int
    title: str
    line: str
    text: str
    decided_by: str
    horizon: str
    fidelity: Fidelity


@dataclass(frozen=True)
class Chapter:
    """`number` is that of the proposal, 0 for the team's own chapter."""

    number: int
    title: str
    summary: str
    commitments: tuple[Commitment, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Imprint:
    """Name and address of the printer: law of 29 July 1881, art. 3. Empty until given."""

    is_by_ourselves: bool
    name: str
    address: str

    def __bool__(self) -> bool:
        return bool(self.name and self.address)


@dataclass(frozen=True)
class Document:
    title: str
    subtitle: str
    list_name: str
    commune: str
    department: str
    population: int | None
    kind: ProgrammeKind
    vote_date: date | None
    chapters: tuple[Chapter, ...]
    sources: tuple[Source, ...]
    imprint: Imprint

    @property
    def commitments(self) -> tuple[Commitment, ...]:
        return tuple(c for chapter in self.chapters for c in chapter.commitments)

    def count(self, fidelity: Fidelity) -> int:
        return sum(c.fidelity == fidelity for c in self.commitments)


def build(programme: Programme) -> Document:
    """The document of the retained commitments, in a fixed number of queries."""
    rows = list(
        CommitmentRow.objects.filter(programme=programme).retained().in_order().with_parameters()
    )
    figures = list(
        ChapterFigure.objects.filter(
            chapter__programme=programme,
            chapter__commitments__status=Status.RETAINED,
            is_printed=True,
        )
        .select_related("chapter")
        .distinct()
        .order_by("chapter__number", "position", "pk")
    )
    sources = _sources(figures)
    numbers = {(s.title, s.url): s.number for s in sources}
    chapters: dict[ChapterRow, list[Commitment]] = {}
    for row in rows:
        # The rows share one programme: its commune is read once.
        row.programme = programme
        chapters.setdefault(row.chapter, []).append(_commitment(row))
    return Document(
        title=programme.shown_title,
        subtitle=programme.subtitle,
        list_name=programme.list_name,
        commune=programme.commune.name,
        department=programme.commune.department.name,
        population=programme.population,
        kind=ProgrammeKind(programme.kind),
        vote_date=programme.vote_date,
        chapters=tuple(
            Chapter(
                number=chapter.number,
                title=chapter.title,
                summary=chapter.summary,
                commitments=tuple(commitments),
                figures=tuple(
                    Figure(f.statement, numbers.get((f.source_title, f.source_url)), f.caveat)
                    for f in figures
                    if f.chapter_id == chapter.pk
                ),
            )
            for chapter, commitments in chapters.items()
        ),
        sources=sources,
        imprint=Imprint(
            is_by_ourselves=programme.printer == Printer.OURSELVES,
            name=programme.printer_name,
            address=programme.printer_address,
        ),
    )


def _commitment(row: CommitmentRow) -> Commitment:
    return Commitment(
        id=row.pk,
        title=row.shown("title"),
        line=row.shown("line"),
        text=row.shown("text"),
        decided_by=Authority(row.decided_by).sentence,
        horizon=Horizon(row.horizon).phrase,
        fidelity=row.fidelity,
    )


def _sources(figures: list[ChapterFigure]) -> tuple[Source, ...]:
    """Each source once, numbered in the order of its first figure."""
    found: dict[tuple[str, str], str] = {}
    for figure in figures:
        if figure.source_title:
            found.setdefault((figure.source_title, figure.source_url), figure.source_date)
    return tuple(
        Source(number, title, when, url)
        for number, ((title, url), when) in enumerate(found.items(), start=1)
    )
