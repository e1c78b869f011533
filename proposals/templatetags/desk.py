"""What pages of the desk say by themselves."""

from django import template
from django.db.models import QuerySet

from ..catalogue import entries as cut
from ..desk.models import JournalEntry, PlannedRelease

register = template.Library()
LINES = 8


@register.simple_tag
def last_of_journal() -> QuerySet[JournalEntry]:
    return JournalEntry.objects.all()[:LINES]


@register.filter
def held(planned: PlannedRelease) -> list[str]:
    """What a release to come holds, as curators know it."""
    return [cut.name((row["kind"], row["key"])) for row in planned.entries]
