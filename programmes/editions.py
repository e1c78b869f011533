"""Verbs on editions: to freeze a programme, to show the frozen text to everybody."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from .models import Edition, Programme
from .printing import orders


def make_edition(programme: Programme) -> Edition:
    """Freezes the present state; the edition of the same state where there is one already.

    A double click therefore makes one edition, and so do two members at the same moment: the
    code of a state is unique.
    """
    state = orders.state_of(programme)
    try:
        with transaction.atomic():
            # Two members at once would take the same number.
            Programme.objects.lock(programme.pk)
            if known := orders.edition_of(programme, state):
                return known
            last = programme.editions.aggregate(last=Max("number"))["last"] or 0
            return Edition.objects.create(
                programme=programme,
                number=last + 1,
                code=orders.code_of(programme, state),
                state=state,
            )
    except IntegrityError:
        return Edition.objects.get(programme=programme, code=orders.code_of(programme, state))


def publish(edition: Edition, now: datetime | None = None) -> None:
    """Shows the edition to whoever has its code. The first date stays."""
    if not edition.is_published:
        edition.published_at = now or timezone.now()
        edition.save(update_fields=["published_at"])


def withdraw(edition: Edition) -> None:
    """Takes the public page away; the paper copies keep their code."""
    edition.published_at = None
    edition.save(update_fields=["published_at"])
