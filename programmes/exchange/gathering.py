"""From the rows of a programme to its complete file, in a fixed number of queries."""

import hashlib
import re

from django.db.models import Prefetch

from proposals.catalogue import shape
from proposals.models import WordingRevision

from ..models import (
    Chapter,
    Commitment,
    CommitmentParameter,
    Layout,
    LayoutCommitment,
    Programme,
)
from ..models import ChapterFigure as FigureRow
from . import complete_file as file
from . import tree
from .programme_file import ADDRESS

DIGEST_LENGTH = 16


def gather(programme: Programme) -> file.CompleteFile:
    """All that the team wrote and chose; of the catalogue, what was copied.

    Neither comments, members, history, drafts, bin nor editions: docs/fichier-programme.md says
    why.
    """
    rows = Commitment.objects.in_order().with_parameters().with_arguments()
    chapters = (
        Chapter.objects.filter(programme=programme)
        .select_related("proposal")
        .prefetch_related(
            "figures",
            Prefetch("commitments", rows.select_related("revision__release", "declined_revision")),
        )
    )
    chosen = LayoutCommitment.objects.standing().select_related("commitment")
    layouts = Layout.objects.filter(programme=programme).prefetch_related(
        Prefetch("chosen", chosen)
    )
    return file.CompleteFile(
        origin=origin_of(programme),
        version=programme.version,
        settings=_settings(programme),
        chapters=tuple(map(_chapter, chapters)),
        layouts=tuple(map(_layout, layouts)),
    )


def origin_of(programme: Programme) -> str:
    """Tells whether a file comes from this programme, without giving its id away."""
    return _digest("programme", programme.pk)


def digest_of(revision: WordingRevision) -> str:
    """Names a text of the catalogue: ids differ from one site to another."""
    texts = (getattr(revision, name) for name in file.FIELDS)
    return _digest(revision.measure_slug, revision.sizes, *texts)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:DIGEST_LENGTH]


def _settings(programme: Programme) -> file.Settings:
    return file.Settings(
        catalogue="" if programme.follows_main else programme.catalogue_id,
        commune_code=programme.commune_id,
        commune_name=tree.one_line(programme.commune.name),
        population=programme.own_population,
        kind=programme.kind,
        vote_date=programme.vote_date,
        printer=programme.printer,
        **{
            name: tree.kept(getattr(programme, name))
            for name in (
                *("list_name", "title", "subtitle", "variant"),
                *("printer_name", "printer_address"),
            )
        },
    )


def _chapter(row: Chapter) -> file.Chapter:
    return file.Chapter(
        number=row.number,
        proposal=row.proposal_id or "",
        title=tree.kept(row.title),
        summary=tree.kept(row.summary),
        figures=tuple(map(_figure, row.figures.all())),
        commitments=tuple(map(_commitment, row.commitments.all())),
    )


def _figure(row: FigureRow) -> file.Figure:
    return file.Figure(
        statement=tree.kept(row.statement),
        value=tree.kept(row.value),
        caveat=tree.kept(row.caveat),
        source_title=tree.kept(row.source_title),
        source_url=row.source_url if re.fullmatch(ADDRESS, row.source_url) else "",
        source_date=tree.kept(row.source_date),
        is_printed=row.is_printed,
    )


def _commitment(row: Commitment) -> file.Commitment:
    return file.Commitment(
        key=str(row.key),
        version=row.version,
        measure=row.measure_id or "",
        status=row.status,
        reason=tree.kept(row.reason),
        **{name: tree.kept(row.source_text(name)) for name in file.FIELDS},
        decided_by=row.decided_by,
        horizon=row.horizon,
        budget=row.budget,
        parameters=tuple(map(_parameter, row.parameters.all())),
        pitches=tuple(tree.kept(pitch.text) for pitch in row.pitches.all()),
        objections=tuple(
            file.Objection(
                *(tree.kept(text) for text in (said.objection, said.answer, said.source))
            )
            for said in row.objections.all()
        ),
        catalogue=None if row.is_own else _catalogue(row),
    )


def _catalogue(row: Commitment) -> file.Catalogue:
    return file.Catalogue(
        **{name: tree.kept(getattr(row, f"base_{name}")) for name in file.FIELDS},
        sizes=tuple(row.sizes.split()),
        size_label=tree.kept(row.size_label),
        taken_at_size=row.taken_at_size,
        release=row.revision.release.number if row.revision else "",
        declined=digest_of(row.declined_revision) if row.declined_revision else "",
    )


def _parameter(row: CommitmentParameter) -> file.Parameter:
    return file.Parameter(
        slug=row.slug,
        value=tree.kept(row.value),
        type=row.type,
        min=shape.plain(row.min),
        max=shape.plain(row.max),
        choices=tuple(map(tree.kept, row.choice_list())),
        **{
            name: tree.kept(getattr(row, name))
            for name in ("label", "unit", "unit_one", "help", "default")
        },
    )


def _layout(row: Layout) -> file.Layout:
    return file.Layout(
        format=row.format,
        color=row.color,
        printer=row.printer,
        bleed=row.bleed,
        copies=row.copies,
        side_price=shape.plain(row.side_price) or "",
        chosen=tuple(str(each.commitment.key) for each in row.chosen.all()),
        **{
            name: tree.kept(getattr(row, name))
            for name in ("list_name", "slogan", "candidates", "printer_name", "printer_address")
        },
    )
