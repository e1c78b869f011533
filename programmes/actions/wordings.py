"""The catalogue's words under a commitment: copied, replaced, reviewed."""

from django.db import transaction

from proposals import placeholders
from proposals.models import Measure, SizeClass, Wording, WordingRevision, WordingSize
from proposals.releases import sizes_of

from .. import history
from ..enums import Cause, Status
from ..models import (
    Commitment,
    CommitmentObjection,
    CommitmentParameter,
    CommitmentPitch,
    Programme,
)

COPIED_TEXTS = (
    *("base_title", "base_line", "base_text", "base_easy"),
    *("sizes", "size_label", "revision"),
)
COPIED_FROM_PARAMETER = (
    *("position", "slug", "label", "type", "unit", "unit_one"),
    *("min", "max", "choices", "help"),
)


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


def wordings_to_review(programme: Programme, size_class: SizeClass | None) -> list[Commitment]:
    """Commitments that were taken at another size, for which their measure has other words."""
    size = size_class.slug if size_class else ""
    taken_elsewhere = programme.commitments.exclude(measure=None).exclude(taken_at_size=size)
    # As a rule there are none, and this is asked on every visit.
    if not taken_elsewhere.exists():
        return []
    published = Measure.objects.published().of(programme.catalogue_id)
    rows = taken_elsewhere.filter(measure__in=published).exclude(status=Status.DECLINED)
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
