"""A programme written a second time: its texts, their order, its layouts, its people.

Not what belongs to the life of the first: comments, editions, invitations, history, bin.
"""

from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from django.db import models, transaction

from . import history
from .enums import Cause
from .models import (
    Chapter,
    ChapterFigure,
    Commitment,
    CommitmentObjection,
    CommitmentParameter,
    CommitmentPitch,
    Layout,
    LayoutCommitment,
    Logo,
    Membership,
    Programme,
    Versioned,
)
from .models.programme import SETTINGS

# What a variant begins with.
COPIED = (*SETTINGS, "erase_on", "is_erase_chosen")

Row = TypeVar("Row", bound=models.Model)
PARTS = (CommitmentParameter, CommitmentPitch, CommitmentObjection)


def copy_programme(programme: Programme, variant: str) -> Programme:
    """A variant for the same team, which begins where the programme stands now."""
    with transaction.atomic():
        Programme.objects.lock(programme.pk)
        settings = Programme.objects.filter(pk=programme.pk).values(*COPIED).get()
        copy = Programme(**{**settings, "variant": variant}, catalogue_id=programme.catalogue_id)
        copy.author = programme.author
        copy.save()
        chapters = copy_chapters(programme.chapters.all(), copy)
        commitments = copy_commitments(programme.commitments.all(), copy, chapters)
        _copy_layouts(programme, copy, commitments)
        copy_rows(Membership, programme.memberships.all(), lambda row: _give(row, copy))
        begin_history(copy)
    return copy


def copy_rows(model: type[Row], rows: Iterable[Row], relink: Callable[[Row], None]) -> dict:
    """Saves each row a second time, as `relink` changed it: the copies by the originals' ids.

    The objects given become the copies; what was prefetched for them is not to be read again.
    """
    copies = {}
    for row in rows:
        copies[row.pk] = row
        row.pk, row._state.adding = None, True
        if isinstance(row, Versioned):
            row.version = 1
        relink(row)
    model._base_manager.bulk_create(copies.values())
    return copies


def _give(row: models.Model, programme: Programme) -> None:
    row.programme = programme


def copy_chapters(chapters: Iterable[Chapter], programme: Programme) -> dict[int, Chapter]:
    copies = copy_rows(Chapter, chapters, lambda row: _give(row, programme))

    def relink(figure: ChapterFigure) -> None:
        figure.chapter = copies[figure.chapter_id]

    copy_rows(ChapterFigure, ChapterFigure.objects.filter(chapter__in=list(copies)), relink)
    return copies


def copy_commitments(
    commitments: Iterable[Commitment],
    programme: Programme,
    chapters: dict[int, Chapter],
    bare: Collection[int] = (),
) -> dict[int, Commitment]:
    """Into the chapters that stand for theirs, in the places that their positions say.

    Values and arguments go along, but for those of the ids in `bare`.
    """

    def place(row: Commitment) -> None:
        row.programme, row.chapter = programme, chapters[row.chapter_id]

    copies = copy_rows(Commitment, commitments, place)

    def relink(part: models.Model) -> None:
        part.commitment = copies[part.commitment_id]

    for model in PARTS:
        parts = model.objects.filter(commitment__in=set(copies) - set(bare))
        copy_rows(model, parts, relink)
    return copies


def _copy_layouts(
    programme: Programme, copy: Programme, commitments: dict[int, Commitment]
) -> None:
    """With the logos that can be chosen; a hidden one is there for old editions only."""
    logos = copy_rows(Logo, programme.logos.filter(is_hidden=False), lambda row: _give(row, copy))

    def dress(layout: Layout) -> None:
        layout.programme, layout.logo = copy, logos.get(layout.logo_id)

    layouts = copy_rows(Layout, programme.layouts.all(), dress)

    def choose(row: LayoutCommitment) -> None:
        row.layout, row.commitment = layouts[row.layout_id], commitments[row.commitment_id]

    chosen = LayoutCommitment.objects.filter(layout__in=list(layouts), commitment__in=commitments)
    copy_rows(LayoutCommitment, chosen, choose)


def begin_history(programme: Programme) -> None:
    """The first version of everything, to compare with and to come back to."""
    history.record(programme, Cause.COPIED)
    commitments = programme.commitments.prefetch_related("parameters")
    history.record_all(programme, commitments, Cause.COPIED)
