"""Chapters: their copy of a proposal, their figures, the order of their commitments."""

import re
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Max

from proposals.models import Proposal

from .. import history
from ..enums import Cause
from ..models import Change, Chapter, ChapterFigure, Commitment, Programme
from ..models.commitment import OWN_CHAPTER

# How many figures of a proposal are printed unless the team chooses others.
PRINTED_FIGURES = 2
OWN_CHAPTER_NUMBER = 0
# "Pendant cette panne, …", "Selon le même baromètre, …"
LEANS_ON_ANOTHER = re.compile(
    r"(?:\w+ )?(?:cet|cette|ces|le même|la même|les mêmes)\b", re.IGNORECASE
)


def chapter_for(programme: Programme, proposal: Proposal | None) -> Chapter:
    """The chapter of a proposal, copied with its figures on first use; None: the team's own.

    A chapter keeps the number that its proposal had when it was copied.
    """
    if proposal is None:
        chapter, _ = programme.chapters.get_or_create(
            number=OWN_CHAPTER_NUMBER, defaults={"title": OWN_CHAPTER}
        )
        return chapter
    if known := programme.chapters.filter(proposal=proposal).first():
        return known
    taken = set(programme.chapters.values_list("number", flat=True))
    chapter = Chapter.objects.create(
        programme=programme,
        proposal=proposal,
        number=proposal.number if proposal.number not in taken else max(taken) + 1,
        title=proposal.title,
        summary=proposal.summary,
    )
    _copy_figures(chapter, proposal)
    return chapter


def _copy_figures(chapter: Chapter, proposal: Proposal) -> None:
    """Prints the first figures with a source and without a reserve; the others are at hand.

    A statement that leans on the one before it waits too: alone on paper, it means nothing.
    """
    figures = list(proposal.figures.select_related("source"))
    sound = [
        figure.pk
        for figure in figures
        if figure.source and not figure.caveat and not LEANS_ON_ANOTHER.match(figure.statement)
    ]
    printed = set(sound[:PRINTED_FIGURES])
    ChapterFigure.objects.bulk_create(
        ChapterFigure(
            chapter=chapter,
            position=figure.position,
            statement=figure.statement,
            value=figure.value,
            caveat=figure.caveat,
            source_title=figure.source.title if figure.source else "",
            source_url=figure.source.url if figure.source else "",
            source_date=figure.source.date if figure.source else "",
            is_printed=figure.pk in printed,
        )
        for figure in figures
    )


def next_position(chapter: Chapter) -> int:
    last = chapter.commitments.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def arrange(chapter: Chapter, ids: Sequence[int], figures: Collection[int]) -> None:
    """Puts the commitments of a chapter in this order, and prints these of its figures.

    Commitments that are not named come after, as before; ids that are not of this chapter are
    ignored. Claim the chapter first, in the same transaction.
    """
    with transaction.atomic():
        Programme.objects.lock(chapter.programme_id)
        rows = list(chapter.commitments.order_by("position", "pk"))
        rank = {pk: index for index, pk in enumerate(ids)}
        rows.sort(key=lambda row: rank.get(row.pk, len(rank)))
        for position, row in enumerate(rows):
            row.position = position
        Commitment.objects.bulk_update(rows, ["position"])
        for figure in chapter.figures.all():
            if figure.is_printed != (figure.pk in figures):
                figure.is_printed = not figure.is_printed
                figure.save(update_fields=["is_printed"])
        history.record(chapter, Cause.ORDERED)


def restore_order(chapter: Chapter, change: Change) -> None:
    """Puts a chapter in an earlier order, with the figures that were printed then."""
    with transaction.atomic():
        Programme.objects.lock(chapter.programme_id)
        chapter.advance()
        arrange(chapter, change.state["order"], change.state["figures"])
