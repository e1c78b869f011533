"""What pages of the desk say by themselves."""

from django import template
from django.db.models import QuerySet
from django.urls import reverse

from ..admin.access import in_catalogue
from ..admin.places import page_of, preview_of
from ..catalogue import entries as cut
from ..desk import reviewing
from ..desk.models import JournalEntry, PlannedRelease
from ..desk.reviewing import Draft

register = template.Library()
LINES = 8


@register.simple_tag
def last_of_journal() -> QuerySet[JournalEntry]:
    return JournalEntry.objects.all()[:LINES]


@register.simple_tag
def drafts_to_review() -> int:
    """How many drafts of all catalogues somebody has asked to read."""
    return reviewing.count_of_asked()


@register.simple_tag
def desk_url(name: str, catalogue: str, kind: str = "", key: str = "") -> str:
    """The address of a page of the desk, or of that of an entry, in its catalogue."""
    return in_catalogue(reverse(name, args=[each for each in (kind, key) if each]), catalogue)


@register.inclusion_tag("admin/desk/includes/draft_pages.html")
def pages_of(draft: Draft, may_write: bool) -> dict[str, str]:
    """Where a draft is corrected, and where it is read like a commune; none once it is deleted."""
    if draft.value is None:
        return {"name": draft.name, "edit": "", "preview": ""}
    return {
        "name": draft.name,
        "edit": page_of(draft.key, draft.catalogue) if may_write else "",
        "preview": preview_of(draft.key, draft.catalogue),
    }


@register.filter
def held(planned: PlannedRelease) -> list[str]:
    """What a release to come holds, as curators know it."""
    return [cut.name((row["kind"], row["key"])) for row in planned.entries]
