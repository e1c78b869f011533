"""Taking measures up, deciding on them, adding what the catalogue does not have."""

from django.db import transaction
from django.db.models import F

from proposals.models import Measure, Proposal, SizeClass, Wording

from .. import history
from ..enums import Cause, Status
from ..models import Commitment, Programme
from .bin import drop
from .chapters import chapter_for, next_position
from .wordings import copy_arguments, copy_parameters, copy_texts


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
