"""What was done at the desk, to look at."""

from django.contrib import admin

from ..catalogue import entries
from ..desk.models import Catalogue, EntryChange, JournalEntry, PlannedRelease, Review
from .editing import CatalogueAdmin, ReadOnlyAdmin


class OfEntry:
    """Names the entry that a row is about as a curator knows it."""

    @admin.display(description="entrée", ordering="key")
    def entry(self, row) -> str:
        return entries.name((row.kind, row.key))


@admin.register(Catalogue)
class CatalogueHeadAdmin(CatalogueAdmin):
    fields = ["slug", "title", "release", "date", "note"]
    readonly_fields = ["release", "date", "note"]
    list_display = ["__str__", "slug", "release", "date"]

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(EntryChange)
class EntryChangeAdmin(OfEntry, ReadOnlyAdmin):
    fields = list_display = ["at", "entry", "cause", "role"]
    list_filter = ["cause", "role", "kind"]
    search_fields = ["key"]


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnlyAdmin):
    fields = list_display = ["at", "role", "verb", "subject"]
    list_filter = ["verb", "role"]
    search_fields = ["subject"]


@admin.register(Review)
class ReviewAdmin(OfEntry, ReadOnlyAdmin):
    fields = list_display = ["entry", "state", "note", "at"]
    list_filter = ["state"]
    search_fields = ["key"]


@admin.register(PlannedRelease)
class PlannedReleaseAdmin(ReadOnlyAdmin):
    fields = list_display = ["number", "publish_at", "note", "problem"]
