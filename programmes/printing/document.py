"""The printed text of a programme, as frozen data: knows neither HTML nor, once built, the rows.

Screen preview, every print and every export start from the same Document.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from proposals.enums import Authority, Budget, Horizon

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
class Objection:
    """What is said against a commitment at the door; `source` of the answer in words, or ""."""

    objection: str
    answer: str
    source: str


@dataclass(frozen=True)
class Value:
    """A parameter of a commitment with the team's value, as stored."""

    slug: str
    value: str


@dataclass(frozen=True)
class Written:
    """The texts before placeholders were filled in: what the programme's file imports again."""

    title: str
    line: str
    text: str
    easy: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Commitment:
    """`text` and `easy` are Markdown, `title` and `line` plain; placeholders are filled in.

    `measure` is the slug in the catalogue, "" for one of the team's own.
    """

    id: int
    title: str
    line: str
    text: str
    decided_by: str
    horizon: str
    fidelity: Fidelity
    easy: str = ""
    budget: str = ""
    measure: str = ""
    is_discussed: bool = False
    pitches: tuple[str, ...] = ()
    objections: tuple[Objection, ...] = ()
    written: Written | None = None

    @property
    def shown_line(self) -> str:
        """The promise on a leaflet: the line, or the title where the team wrote no line."""
        return self.line or self.title


@dataclass(frozen=True)
class Chapter:
    """`number` is its rank in this document, from 1: a voter does not know of the ten.

    `proposal` is the number in the programme, 0 for the team's own chapter.
    """

    number: int
    title: str
    summary: str
    commitments: tuple[Commitment, ...]
    figures: tuple[Figure, ...]
    proposal: int = 0


@dataclass(frozen=True)
class Imprint:
    """Name and address of the printer: law of 29 July 1881, art. 3. Empty until given."""

    is_by_ourselves: bool
    name: str
    address: str

    def __bool__(self) -> bool:
        return bool(self.name and self.address)


@dataclass(frozen=True)
class Logo:
    """A picture of the list, by the digest of its bytes; width and height in pixels."""

    digest: str
    description: str
    width: int
    height: int


@dataclass(frozen=True)
class Stamp:
    """What tells a paper copy of an edition from any other. `address` is "" unless public."""

    number: int
    code: str
    made_on: date
    address: str = ""

    @property
    def short_address(self) -> str:
        """As one reads it aloud or writes it on a board; browsers and we add the rest."""
        return self.address.partition("://")[2].rstrip("/")


@dataclass(frozen=True)
class Document:
    """`stamp` is None for a draft: whatever does not come from an edition."""

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
    commune_code: str = ""
    slogan: str = ""
    candidates: tuple[str, ...] = ()
    logo: Logo | None = None
    color: str = ""
    stamp: Stamp | None = None

    @property
    def commitments(self) -> tuple[Commitment, ...]:
        return tuple(c for chapter in self.chapters for c in chapter.commitments)

    def count(self, fidelity: Fidelity) -> int:
        return sum(c.fidelity == fidelity for c in self.commitments)


PRINTED = (Status.RETAINED,)


def build(programme: Programme, statuses: Collection[Status] = PRINTED) -> Document:
    """The document of the commitments of these statuses, in a fixed number of queries."""
    rows = _rows(programme, statuses)
    figures = _figures(programme, statuses)
    sources = _sources(figures)
    return Document(
        title=programme.shown_title,
        subtitle=programme.subtitle,
        list_name=programme.list_name,
        commune=programme.commune.name,
        commune_code=programme.commune_id,
        department=programme.commune.department.name,
        population=programme.population,
        kind=ProgrammeKind(programme.kind),
        vote_date=programme.vote_date,
        chapters=_chapters(rows, figures, sources),
        sources=sources,
        imprint=Imprint(
            is_by_ourselves=programme.printer == Printer.OURSELVES,
            name=programme.printer_name,
            address=programme.printer_address,
        ),
    )


def _rows(programme: Programme, statuses: Collection[Status]) -> list[CommitmentRow]:
    rows = list(
        CommitmentRow.objects.filter(programme=programme, status__in=statuses)
        .in_order()
        .with_parameters()
        .with_arguments()
    )
    for row in rows:
        # The rows share one programme: its commune is read once.
        row.programme = programme
    return rows


def _figures(programme: Programme, statuses: Collection[Status]) -> list[ChapterFigure]:
    """Those to print, of the chapters that have a commitment to print."""
    return list(
        ChapterFigure.objects.filter(
            chapter__programme=programme,
            chapter__commitments__status__in=statuses,
            is_printed=True,
        )
        .select_related("chapter")
        .distinct()
        .order_by("chapter__number", "position", "pk")
    )


def _chapters(
    rows: list[CommitmentRow], figures: list[ChapterFigure], sources: tuple[Source, ...]
) -> tuple[Chapter, ...]:
    """The chapters that have a commitment, in the order of the rows."""
    numbers = {(source.title, source.url): source.number for source in sources}
    chapters: dict[ChapterRow, list[CommitmentRow]] = {}
    for row in rows:
        chapters.setdefault(row.chapter, []).append(row)
    return tuple(
        Chapter(
            number=rank,
            title=chapter.title,
            summary=chapter.summary,
            commitments=tuple(_commitment(row) for row in its_rows),
            figures=tuple(
                Figure(f.statement, numbers.get((f.source_title, f.source_url)), f.caveat)
                for f in figures
                if f.chapter_id == chapter.pk
            ),
            proposal=chapter.number,
        )
        for rank, (chapter, its_rows) in enumerate(chapters.items(), start=1)
    )


def _commitment(row: CommitmentRow) -> Commitment:
    return Commitment(
        id=row.pk,
        title=row.shown("title"),
        line=row.shown("line"),
        text=row.shown("text"),
        easy=row.shown("easy"),
        decided_by=Authority(row.decided_by).sentence,
        horizon=Horizon(row.horizon).phrase,
        budget=Budget(row.budget).phrase,
        fidelity=row.fidelity,
        measure=row.measure_id or "",
        is_discussed=row.status == Status.DISCUSSED,
        pitches=tuple(row.filled(pitch.text, is_plain=True) for pitch in row.pitches.all()),
        objections=tuple(
            Objection(
                row.filled(said.objection, is_plain=True),
                row.filled(said.answer, is_plain=True),
                said.source,
            )
            for said in row.objections.all()
        ),
        written=Written(
            title=row.source_text("title"),
            line=row.source_text("line"),
            text=row.source_text("text"),
            easy=row.source_text("easy"),
            values=tuple(Value(each.slug, each.value) for each in row.parameters.all()),
        ),
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
