"""The bin of the commitments, and what is erased for good from every bin."""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from .. import history
from ..enums import Cause
from ..models import Assembly, Commitment, Programme
from ..models.commitment import BIN_DAYS
from ..models.programme import PROGRAMME_BIN_DAYS
from .chapters import next_position


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
    erase(Commitment.everything.filter(**late), by="programme")
    erase(Assembly.everything.filter(**late), by="programme")
    erase(Programme.objects.filter(dropped_at__lte=now - timedelta(days=PROGRAMME_BIN_DAYS)))


def erase(late: QuerySet, by: str = "pk") -> None:
    """Erases these rows, programme after programme: what is brought back first is kept.

    `by` leads to the programme of a row. A row that Django has looked up is erased by its key,
    whatever has become of it since.
    """
    for programme in set(late.values_list(by, flat=True)):
        with transaction.atomic():
            Programme.objects.lock(programme)
            late.filter(**{by: programme}).delete()
