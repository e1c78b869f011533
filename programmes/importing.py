"""Making a programme of a file, or bringing into one what a file has more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from proposals import parameters
from proposals.enums import ParameterType
from proposals.models import Catalogue, Proposal, SizeClass
from proposals.tables.catalogue import MAIN

from . import actions, cards, history, lifetime
from .enums import Cause, Status
from .exchange import complete_file as file
from .exchange import from_print, recognising, uploads
from .exchange.complete_file import CompleteFile
from .exchange.complete_shape import FIGURE
from .exchange.programme_file import ProgrammeFile
from .exchange.recognising import Known
from .models import (
    Chapter,
    ChapterFigure,
    Commitment,
    CommitmentObjection,
    CommitmentParameter,
    CommitmentPitch,
    Commune,
    Layout,
    LayoutCommitment,
    Programme,
)
from .printing.formats import FORMATS

SETTINGS = (
    *("kind", "vote_date", "list_name", "title", "subtitle", "variant"),
    *("printer", "printer_name", "printer_address"),
)
LAYOUT_FIELDS = (
    *("list_name", "slogan", "candidates", "color", "printer", "printer_name"),
    *("printer_address", "bleed", "copies"),
)
PARAMETER_FIELDS = ("slug", "label", "type", "unit", "unit_one", "help", "default")


@dataclass(frozen=True)
class Plan:
    """What an import as a new programme would make.

    `commune` is None for one not known here; a catalogue not known here gives way to the main one,
    and all its measures become the team's own.
    """

    file: CompleteFile
    commune: Commune | None
    catalogue: Catalogue
    known: dict[file.Commitment, Known]
    is_of_print: bool

    @property
    def erase_on(self) -> date:
        """Of the programme that would be made."""
        said, today = self.file.settings, timezone.localdate()
        return lifetime.following(said.kind, said.vote_date, today, lifetime.latest(today))

    def count(self, status: Status) -> int:
        return sum(row.status == status for row in self.file.commitments)

    @property
    def is_of_unknown_catalogue(self) -> bool:
        return (self.file.settings.catalogue or MAIN) != self.catalogue.pk

    @property
    def unknown(self) -> list[file.Commitment]:
        """Those whose measure this site does not know: they become the team's own."""
        return [row for row, known in self.known.items() if known.is_unknown]

    @property
    def unvouched(self) -> list[file.Commitment]:
        """Those given as in the catalogue with words that this site's catalogue never said."""
        return [
            row
            for row, known in self.known.items()
            if known.base and not known.is_vouched and _is_as_is(row)
        ]

    @property
    def unknown_layouts(self) -> list[str]:
        return [layout.format for layout in self.file.layouts if layout.format not in FORMATS]


def _is_as_is(row: file.Commitment) -> bool:
    said = row.catalogue
    return said is not None and all(
        getattr(row, name) == getattr(said, name) for name in file.FIELDS
    )


def read(text: bytes) -> tuple[CompleteFile, bool]:
    """The programme of a YAML text, and whether it says only what is printed.

    Raises uploads.UploadRefused and programme_file.ProgrammeFileError.
    """
    found = uploads.read(text)
    if isinstance(found, ProgrammeFile):
        return from_print.complete(found), True
    return found, False


def plan(text: bytes, commune: Commune | None = None) -> Plan:
    """What a file would make, in a fixed number of queries. Raises as `read`."""
    found, is_of_print = read(text)
    place = Commune.objects.with_places().filter(pk=found.settings.commune_code).first()
    place = place or commune
    catalogue = _catalogue(found)
    size_class = _size_class(found, place, catalogue) if place else None
    known = recognising.recognise(found.commitments, size_class, catalogue=catalogue.pk)
    return Plan(found, place, catalogue, known, is_of_print)


def _catalogue(found: CompleteFile) -> Catalogue:
    named = Catalogue.objects.filter(pk__in=[found.settings.catalogue, MAIN]).in_bulk()
    return named.get(found.settings.catalogue) or named[MAIN]


def _size_class(found: CompleteFile, commune: Commune, catalogue: Catalogue) -> SizeClass | None:
    population = found.settings.population
    return SizeClass.objects.of(catalogue).for_population(
        commune.population if population is None else population
    )


def open_from(
    made: Plan, user: AbstractUser | None = None, seed: str = "", consent: str = ""
) -> tuple[Programme, AbstractUser, cards.Card | None]:
    """The programme of a plan whose commune is known; for the rest, see actions.open_programme."""
    with transaction.atomic():
        programme, user, card = actions.open_programme(
            made.commune, user, seed, catalogue=made.catalogue.pk, consent=consent
        )
        programme.advance()
        for name in SETTINGS:
            setattr(programme, name, getattr(made.file.settings, name))
        programme.own_population = made.file.settings.population
        programme.save()
        history.record(programme, Cause.IMPORTED)
        chapters = _add_chapters(programme, made.file.chapters)
        _add_commitments(
            [
                (row, made.known[said])
                for chapter, row in zip(made.file.chapters, chapters, strict=True)
                for said in chapter.commitments
            ]
        )
        _add_layouts(programme, made.file.layouts)
    return programme, user, card


def _add_chapters(programme: Programme, said: Sequence[file.Chapter]) -> list[Chapter]:
    """New chapters as the file has them, with their figures; a proposal not known here is none."""
    known = set(Proposal.objects.of(programme.catalogue_id).values_list("pk", flat=True))
    rows = [
        Chapter.objects.create(
            programme=programme,
            proposal_id=chapter.proposal if chapter.proposal in known else None,
            number=chapter.number,
            title=chapter.title,
            summary=chapter.summary,
        )
        for chapter in said
    ]
    ChapterFigure.objects.bulk_create(
        ChapterFigure(
            chapter=row,
            position=position,
            **{name: getattr(figure, name) for name in FIGURE.fields},
        )
        for chapter, row in zip(said, rows, strict=True)
        for position, figure in enumerate(chapter.figures)
    )
    return rows


def add_to(programme: Programme, added: Iterable[tuple[file.Chapter, Known]]) -> None:
    """New commitments of a file at the end of their chapters, which are made where none is."""
    chapters: dict[file.Chapter, list[Known]] = {}
    for chapter, known in added:
        chapters.setdefault(chapter, []).append(known)
    with transaction.atomic():
        for chapter, rows in chapters.items():
            place = _chapter_for(programme, chapter)
            _add_commitments([(place, known) for known in rows], first=actions.next_position(place))


def _chapter_for(programme: Programme, said: file.Chapter) -> Chapter:
    """The chapter of the same proposal, or else of the same name; made where there is none."""
    own = programme.chapters.all()
    if said.number == actions.OWN_CHAPTER_NUMBER:
        return actions.chapter_for(programme, None)
    published = Proposal.objects.published().of(programme.catalogue_id)
    proposal = published.filter(pk=said.proposal).first()
    if proposal:
        return actions.chapter_for(programme, proposal)
    if known := own.filter(proposal=None, title=said.title).first():
        return known
    taken = set(own.values_list("number", flat=True))
    number = said.number if said.number not in taken else max(taken) + 1
    renamed = file.Chapter(number, "", said.title, said.summary, said.figures, said.commitments)
    return _add_chapters(programme, [renamed])[0]


def _add_commitments(said: Sequence[tuple[Chapter, Known]], first: int = 0) -> None:
    """In the order given, from this place on; in a fixed number of queries."""
    places: dict[Chapter, int] = {}
    rows = []
    for chapter, known in said:
        places[chapter] = places.get(chapter, first - 1) + 1
        rows.append(_commitment(chapter, known, places[chapter]))
    Commitment.objects.bulk_create(rows)
    pairs = [(row, known.commitment) for row, (_, known) in zip(rows, said, strict=True)]
    CommitmentParameter.objects.bulk_create(
        _parameter(row, each, position)
        for row, said in pairs
        for position, each in enumerate(said.parameters)
    )
    CommitmentPitch.objects.bulk_create(
        CommitmentPitch(commitment=row, position=position, text=text)
        for row, said in pairs
        for position, text in enumerate(said.pitches)
    )
    CommitmentObjection.objects.bulk_create(
        CommitmentObjection(
            commitment=row,
            position=position,
            objection=each.objection,
            answer=each.answer,
            source=each.source,
        )
        for row, said in pairs
        for position, each in enumerate(said.objections)
    )
    if not rows:
        return
    prefetch_related_objects(rows, "parameters")
    history.record_all(rows[0].programme, rows, Cause.IMPORTED)


def _commitment(chapter: Chapter, known: Known, position: int) -> Commitment:
    said, base = known.commitment, known.base
    row = Commitment(
        programme=chapter.programme,
        chapter=chapter,
        position=position,
        measure=known.measure,
        declined_revision=known.declined,
        taken_at_size=known.taken_at_size,
        **{name: known.own(name) for name in file.FIELDS},
        **{
            name: getattr(said, name)
            for name in ("decided_by", "horizon", "budget", "status", "reason")
        },
    )
    if said.key:
        row.key = said.key
    if base:
        row.base_title, row.base_line = base.title, base.line
        row.base_text, row.base_easy = base.text, base.easy
        row.sizes, row.size_label, row.revision = base.sizes, base.size_label, base.revision
    return row


def _parameter(row: Commitment, said: file.Parameter, position: int) -> CommitmentParameter:
    return CommitmentParameter(
        commitment=row,
        position=position,
        value=stored(said.value, said.type),
        min=file.decimal(said.min),
        max=file.decimal(said.max),
        choices="\n".join(said.choices),
        **{name: getattr(said, name) for name in PARAMETER_FIELDS},
    )


def add_parameters(row: Commitment, said: Sequence[file.Parameter]) -> None:
    """Those that the commitment does not have yet, after its own."""
    first = len(row.parameters.all())
    CommitmentParameter.objects.bulk_create(
        _parameter(row, each, first + rank) for rank, each in enumerate(said)
    )


def stored(value: str, type: str) -> str:
    """A value that the reader has checked, as the database keeps it: "24.5" for "24,5"."""
    return str(parameters.parse(value, type=type)) if type in ParameterType.numeric() else value


def _add_layouts(programme: Programme, said: Iterable[file.Layout]) -> None:
    """Those of the formats that this site has; what was chosen and is not there is left out."""
    keys = {str(key): pk for key, pk in programme.commitments.values_list("key", "pk")}
    pairs = [
        (Layout(programme=programme, format=each.format), each)
        for each in said
        if each.format in FORMATS
    ]
    for row, each in pairs:
        for name in LAYOUT_FIELDS:
            setattr(row, name, getattr(each, name))
        row.side_price = file.decimal(each.side_price or None)
    Layout.objects.bulk_create(row for row, _ in pairs)
    LayoutCommitment.objects.bulk_create(
        LayoutCommitment(layout=row, commitment_id=keys[key], position=position)
        for row, each in pairs
        for position, key in enumerate(dict.fromkeys(each.chosen))
        if key in keys
    )
