"""The hours before a vote in which nothing may be handed out or published. Pure."""

from datetime import datetime, time

from ...enums import ProgrammeKind
from ...time_zones import zone_of
from ..document import Document

# Polls close at 18:00; a prefect may have them close later, never after 20:00 (code électoral,
# R. 41, and the decrees that call the voters).
LAST_CLOSING = time(20)


def days_left(document: Document, now: datetime) -> int | None:
    """Days until the vote on the commune's own calendar: 1 on the eve, negative afterwards.

    None where no vote is announced: a plan for the mandate, a date not yet set. `now` is aware.
    """
    if document.kind is not ProgrammeKind.CAMPAIGN or document.vote_date is None:
        return None
    return (document.vote_date - _local(document, now).date()).days


def is_silent(document: Document, now: datetime) -> bool:
    """From the eve at 00:00 to the close of the polls, in the commune's own time (L. 49)."""
    days = days_left(document, now)
    return days == 1 or (days == 0 and _local(document, now).time() < LAST_CLOSING)


def _local(document: Document, now: datetime) -> datetime:
    if now.tzinfo is None:
        raise ValueError("`now` needs a time zone")
    return now.astimezone(zone_of(document.commune_code))
