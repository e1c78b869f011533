"""What was published and loaded, to look at: these rows are written by the load only."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.safestring import SafeString

from ..catalogue import entries
from ..models import LoadedEntry, Release, ReleasedEntry, WordingRevision
from .editing import ReadOnlyAdmin
from .places import link_to


class EntryKind(admin.SimpleListFilter):
    title = "nature"
    parameter_name = "nature"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return list(entries.NAMES.items())

    def queryset(self, request, queryset: models.QuerySet[LoadedEntry]) -> models.QuerySet:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class OfRelease(admin.SimpleListFilter):
    title = "édition"
    parameter_name = "edition"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return [(number, number) for number in Release.objects.values_list("number", flat=True)]

    def queryset(self, request, queryset: models.QuerySet[WordingRevision]) -> models.QuerySet:
        return queryset.filter(release__number=self.value()) if self.value() else queryset


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    list_display = ["number", "date", "note", "revision_count"]
    search_fields = ["number", "note"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Release]:
        return super().get_queryset(request).annotate(count=models.Count("revisions"))

    def view_on_site(self, release: Release) -> str:
        return release.get_absolute_url()

    @admin.display(description="révisions", ordering="count")
    def revision_count(self, release: Release) -> int:
        return release.count


@admin.register(ReleasedEntry)
class ReleasedEntryAdmin(ReadOnlyAdmin):
    fields = ["of_release", "shown_kind", "key"]
    list_display = ["shown_kind", "key", "of_release"]
    list_display_links = ["key"]
    list_filter = [OfRelease]
    list_select_related = ["release"]
    search_fields = ["key"]

    @admin.display(description="édition", ordering="release")
    def of_release(self, row: ReleasedEntry) -> SafeString:
        return link_to(row.release)

    @admin.display(description="nature", ordering="kind")
    def shown_kind(self, row: ReleasedEntry) -> str:
        return entries.NAMES[row.kind]


@admin.register(WordingRevision)
class WordingRevisionAdmin(ReadOnlyAdmin):
    fields = ["of_release", "measure_slug", "shown_sizes", "title", "line", "text", "easy"]
    list_display = ["measure_slug", "shown_sizes", "title", "of_release"]
    list_filter = [OfRelease]
    list_select_related = ["release"]
    search_fields = ["measure_slug", "title", "text"]

    @admin.display(description="édition", ordering="release")
    def of_release(self, revision: WordingRevision) -> SafeString:
        return link_to(revision.release)

    @admin.display(description="strates", ordering="sizes")
    def shown_sizes(self, revision: WordingRevision) -> str:
        return revision.sizes or "par défaut"


@admin.register(LoadedEntry)
class LoadedEntryAdmin(ReadOnlyAdmin):
    fields = list_display = ["shown_kind", "shown_key", "shown_digest"]
    list_display_links = ["shown_key"]
    list_filter = [EntryKind]
    search_fields = ["kind", "key"]

    @admin.display(description="nature", ordering="kind")
    def shown_kind(self, entry: LoadedEntry) -> str:
        return entries.NAMES.get(entry.kind, entry.kind)

    @admin.display(description="identifiant", ordering="key")
    def shown_key(self, entry: LoadedEntry) -> str:
        return entry.key or "toutes"

    @admin.display(description="empreinte")
    def shown_digest(self, entry: LoadedEntry) -> str:
        return entry.digest
