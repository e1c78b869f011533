"""What the first page of the desk says by itself."""

from django import template
from django.db.models import QuerySet

from ..desk.models import JournalEntry

register = template.Library()
LINES = 8


@register.simple_tag
def last_of_journal() -> QuerySet[JournalEntry]:
    return JournalEntry.objects.all()[:LINES]
