"""Verbs over several rows. A verb on one row is a method of its model."""

import re
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from proposals import placeholders
from proposals.models import (
    Measure,
    Proposal,
    SizeClass,
    Wording,
    WordingRevision,
    WordingSize,
)
from proposals.releases import sizes_of

from . import cards, history
from .enums import Cause, Role, Status
from .models import (
    Assembly,
    Change,
    Chapter,
    ChapterFigure,
    Commitment,
    CommitmentObjection,
    CommitmentParameter,
    CommitmentPitch,
    Commune,
    Layout,
    LayoutCommitment,
    Logo,
    Membership,
    Programme,
)
from .models.commitment import BIN_DAYS, OWN_CHAPTER
from .models.programme import PROGRAMME_BIN_DAYS
from .printing.formats import Format
from .printing.logos import Redrawn

# How many figures of a proposal are printed unless the team chooses others.
PRINTED_FIGURES = 2
OWN_CHAPTER_NUMBER = 0
FIRST_ALIAS = "Coordination"
# "Pendant cette panne, …", "Selon le même baromètre, …"
LEANS_ON_ANOTHER = re.compile(
    r"(?:\w+ )?(?:cet|cette|ces|le même|la même|les mêmes)\b", re.IGNORECASE
)
COPIED_TEXTS = (
    *("base_title", "base_line", "base_text", "base_easy"),
    *("sizes", "size_label", "revision"),
)
COPIED_FROM_PARAMETER = (
    *("position", "slug", "label", "type", "unit", "unit_one"),
    *("min", "max", "choices", "help"),
)


def open_programme(
    commune: Commune, user: AbstractUser | None = None, seed: str = ""
) -> tuple[Programme, AbstractUser, cards.Card | None]:
    """A new programme, with an account and its card for a person who has none.

    For `seed`, see `cards.new_card`.
    """
    card = None
    with transaction.atomic():
        if user is None:
            user, card = cards.open_account(seed)
        programme = Programme.objects.create(commune=commune)
        Membership.objects.create(
            programme=programme, user=user, role=Role.COORDINATOR, alias=FIRST_ALIAS
        )
        programme.author = FIRST_ALIAS
        history.record(programme, Cause.ADDED)
    return programme, user, card


def change_commune(programme: Programme, commune: Commune, version: int | None) -> bool:
    """Moves the programme to another commune, unless somebody changed its settings since.

    The texts stay as they were taken; a corrected population was that of the other commune.
    """
    with transaction.atomic():
        if not programme.claim(version):
            return False
        programme.commune, programme.own_population = commune, None
        programme.save(update_fields=["commune", "own_population"])
        history.record(programme, Cause.SETTINGS)
    return True


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


def adopt_measure(
    programme: Programme,
    measure: Measure,
    size_class: SizeClass | None,
    *,
    status: Status = Status.RETAINED,
    reason: str = "",
    wording: Wording | None = None,
) -> Commitment:
    """Takes a measure up: copies its wording and its parameters into the programme.

    Without `wording`, the one for the size of the commune. A measure that is already taken up
    keeps its texts, and one in the bin comes back with them; only status and reason change.
    """
    with transaction.atomic():
        Programme.objects.lock(programme.pk)
        known = Commitment.everything.filter(programme=programme, measure=measure)
        in_use_first = F("dropped_at").desc(nulls_first=True)
        if commitment := known.order_by(in_use_first, "-pk").first():
            commitment.programme = programme
            decide(commitment, status, reason)
            return commitment
        chapter = chapter_for(programme, measure.proposal)
        size = size_class.slug if size_class else ""
        commitment = Commitment(
            programme=programme,
            chapter=chapter,
            measure=measure,
            position=next_position(chapter),
            decided_by=measure.decided_by,
            horizon=measure.horizon,
            budget=measure.budget,
            status=status,
            reason=reason,
        )
        copy_texts(commitment, wording or measure.wording_for(size))
        commitment.taken_at_size = size
        commitment.save()
        copy_parameters(commitment, measure, size)
        copy_arguments(commitment, measure)
        history.record(commitment, Cause.ADDED)
    return commitment


def decide(commitment: Commitment, status: Status, reason: str = "") -> None:
    """Writes what the team decided; a commitment in the bin comes back by it."""
    with transaction.atomic():
        commitment.advance()
        commitment.status, commitment.reason, commitment.dropped_at = status, reason, None
        commitment.save(update_fields=["status", "reason", "dropped_at"])
        history.record(commitment, Cause.DECIDED)


def take_wording(commitment: Commitment, wording: Wording, size_class: SizeClass | None) -> None:
    """Replaces the catalogue's text under a commitment; the team's own words and values stay."""
    size = size_class.slug if size_class else ""
    with transaction.atomic():
        commitment.advance()
        copy_texts(commitment, wording)
        commitment.taken_at_size = size
        commitment.save(update_fields=[*COPIED_TEXTS, "taken_at_size"])
        copy_parameters(commitment, wording.measure, size)
        history.record(commitment, Cause.WORDING)


def add_own_commitment(commitment: Commitment, proposal: Proposal | None) -> None:
    """Puts a commitment of the team's own last in the chapter of a proposal, or in its own."""
    with transaction.atomic():
        Programme.objects.lock(commitment.programme_id)
        commitment.chapter = chapter_for(commitment.programme, proposal)
        commitment.position = next_position(commitment.chapter)
        commitment.save()
        history.record(commitment, Cause.ADDED)


def withdraw_measure(commitment: Commitment) -> bool:
    """Takes a measure out again, as if never chosen; not when the team has rewritten it."""
    with transaction.atomic():
        Programme.objects.lock(commitment.programme_id)
        # A colleague may be rewriting it at this moment.
        present = Commitment.objects.select_for_update().filter(pk=commitment.pk).first()
        if present is None or present.is_own or present.is_adapted:
            return False
        present.programme = commitment.programme
        drop(present)
    return True


def drop(commitment: Commitment) -> None:
    """Puts a commitment in the bin, from which it comes back for a month, words and all."""
    with transaction.atomic():
        commitment.advance()
        commitment.dropped_at = timezone.now()
        commitment.save(update_fields=["dropped_at"])
        history.record(commitment, Cause.DROPPED)


def bring_back(commitment: Commitment) -> bool:
    """Takes a commitment out of the bin; not when its measure has been taken up again since."""
    with transaction.atomic():
        Programme.objects.lock(commitment.programme_id)
        taken = Commitment.objects.filter(programme=commitment.programme_id)
        if commitment.measure_id and taken.filter(measure=commitment.measure_id).exists():
            return False
        commitment.advance()
        commitment.dropped_at = None
        commitment.position = next_position(commitment.chapter)
        commitment.save(update_fields=["dropped_at", "position"])
        history.record(commitment, Cause.BROUGHT_BACK)
    return True


def empty_bins() -> None:
    """Erases for good what has been in a bin for more than a month."""
    now = timezone.now()
    late = {"dropped_at__lte": now - timedelta(days=BIN_DAYS)}
    Commitment.everything.filter(**late).delete()
    Assembly.everything.filter(**late).delete()
    Programme.objects.filter(dropped_at__lte=now - timedelta(days=PROGRAMME_BIN_DAYS)).delete()


def copy_parameters(commitment: Commitment, measure: Measure, size: str) -> None:
    """Copies the parameters that the commitment does not have yet."""
    known = set(commitment.parameters.values_list("slug", flat=True))
    CommitmentParameter.objects.bulk_create(
        CommitmentParameter(
            commitment=commitment,
            default=parameter.value_for(size),
            value=parameter.value_for(size),
            **{name: getattr(parameter, name) for name in COPIED_FROM_PARAMETER},
        )
        for parameter in measure.parameters.prefetch_related("by_size")
        if parameter.slug not in known
    )


def copy_arguments(commitment: Commitment, measure: Measure) -> None:
    """Copies what a canvasser says for a measure, and what she answers, in place of what was."""
    commitment.pitches.all().delete()
    commitment.objections.all().delete()
    CommitmentPitch.objects.bulk_create(
        CommitmentPitch(commitment=commitment, position=pitch.position, text=pitch.text)
        for pitch in measure.pitches.all()
    )
    CommitmentObjection.objects.bulk_create(
        CommitmentObjection(
            commitment=commitment,
            position=row.position,
            objection=row.objection,
            answer=row.answer,
            source=" ; ".join(
                ", ".join(filter(None, (source.title, source.date))) for source in row.sources.all()
            )[:600],
        )
        for row in measure.objections.prefetch_related("sources")
    )


def copy_texts(commitment: Commitment, wording: Wording) -> None:
    """Sets the catalogue's texts of a commitment and the revision that they are; saves nothing."""
    commitment.sizes = sizes_of(wording)
    commitment.base_title = wording.measure.title
    commitment.base_line = wording.shown_line()
    commitment.base_text = wording.text
    commitment.base_easy = wording.shown_easy()
    commitment.size_label = wording.sizes_in_words()
    commitment.revision = WordingRevision.objects.filter(
        measure_slug=wording.measure_id, sizes=commitment.sizes
    ).last()


def wordings_to_review(programme: Programme, size_class: SizeClass | None) -> list[Commitment]:
    """Commitments that were taken at another size, for which their measure has other words."""
    size = size_class.slug if size_class else ""
    rows = (
        programme.commitments.filter(measure__in=Measure.objects.published())
        .exclude(status=Status.DECLINED)
        .exclude(taken_at_size=size)
    )
    has_own_wording = set(
        WordingSize.objects.filter(size_class=size, measure__commitments__in=rows).values_list(
            "measure", flat=True
        )
    )
    return [
        row
        for row in rows
        if (size not in row.sizes.split() if row.measure_id in has_own_wording else row.sizes)
    ]


def preview_text(
    programme: Programme, measure: Measure, size_class: SizeClass | None, wording: Wording
) -> str:
    """A text of the catalogue as it would read in this programme, parameters as advised.

    Reads the prefetched parameters of the measure.
    """
    size = size_class.slug if size_class else ""
    values = {row.slug: row.in_words(row.value_for(size)) for row in measure.parameters.all()}
    return placeholders.fill(
        wording.text,
        values,
        commune=programme.commune.name,
        intercommunality=programme.intercommunality_in_words(),
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


def layout_for(programme: Programme, format: str) -> Layout:
    """The choices for a format, made on first use."""
    layout, _ = programme.layouts.get_or_create(format=format)
    return layout


def choose_commitments(
    programme: Programme, format: Format, ids: Sequence[int], version: int | None = None
) -> bool:
    """Prints these commitments in this format, in this order; ids of others are ignored.

    All of them in the order of the programme is no choice: what is retained later is then
    printed too. False when somebody has changed the layout since `version`, if one is given.
    """
    rows = programme.commitments.filter(status__in=format.statuses).in_order()
    offered = list(rows.values_list("pk", flat=True))
    chosen = [pk for pk in dict.fromkeys(ids) if pk in set(offered)]
    with transaction.atomic():
        Programme.objects.lock(programme.pk)
        layout = layout_for(programme, format.slug)
        if version is None:
            layout.advance()
        elif not layout.claim(version):
            return False
        layout.chosen.all().delete()
        if chosen != offered:
            LayoutCommitment.objects.bulk_create(
                LayoutCommitment(layout=layout, commitment_id=pk, position=position)
                for position, pk in enumerate(chosen)
            )
        history.record(layout, Cause.LAID_OUT)
    return True


def keep_logo(
    programme: Programme, redrawn: Redrawn, *, description: str, consent_on: date
) -> Logo:
    """Keeps a logo; the same picture with the same words is one logo, however often it is sent."""
    logo, _ = Logo.objects.update_or_create(
        programme=programme,
        digest=redrawn.digest,
        description=description,
        defaults={"consent_on": consent_on, "is_hidden": False},
        create_defaults={
            "image": redrawn.png,
            "width": redrawn.width,
            "height": redrawn.height,
            "consent_on": consent_on,
        },
    )
    return logo


def drop_logo(logo: Logo) -> None:
    """Takes a logo out of every layout; where there are editions, they keep its picture."""
    with transaction.atomic():
        Programme.objects.lock(logo.programme_id)
        for layout in logo.programme.layouts.filter(logo=logo):
            layout.advance()
            layout.logo = None
            layout.save(update_fields=["logo"])
            history.record(layout, Cause.LAID_OUT)
        if logo.programme.editions.exists():
            logo.is_hidden = True
            logo.save(update_fields=["is_hidden"])
        else:
            logo.delete()
