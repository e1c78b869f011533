"""What was published and loaded, to look at: these rows are written by the load only."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from ..models import LoadedEntry, Release, WordingRevision
from .editing import ReadOnlyAdmin


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    list_display = ["number", "date", "note", "revision_count"]
    search_fields = ["number", "note"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Release]:
        return super().get_queryset(request).annotate(count=models.Count("revisions"))

    @admin.display(description="révisions", ordering="count")
    def revision_count(self, release: Release) -> int:
        return release.count


@admin.register(WordingRevision)
class WordingRevisionAdmin(ReadOnlyAdmin):
    list_display = ["measure_slug", "shown_sizes", "title", "release"]
    list_filter = ["release"]
    list_select_related = ["release"]
    search_fields = ["measure_slug", "title", "text"]

    @admin.display(description="strates", ordering="sizes")
    def shown_sizes(self, revision: WordingRevision) -> str:
        return revision.sizes or "par défaut"


@admin.register(LoadedEntry)
class LoadedEntryAdmin(ReadOnlyAdmin):
    list_display = ["kind", "key", "digest"]
    list_display_links = ["key", "digest"]
    list_filter = ["kind"]
    search_fields = ["kind", "key"]
