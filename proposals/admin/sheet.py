"""The sheets of questions for meetings."""

from django.contrib import admin

from ..desk.models import ReflectionSheet, SheetProposal, SheetQuestion
from .editing import CatalogueAdmin
from .ranks import RankedForm, RankedStackedInline, RankedTabularInline


class SheetProposalInline(RankedTabularInline):
    model = SheetProposal
    fields = ["position", "proposal"]


class SheetQuestionInline(RankedStackedInline):
    model = SheetQuestion
    fields = [("position", "slug"), "text", "prompts"]


@admin.register(ReflectionSheet)
class ReflectionSheetAdmin(CatalogueAdmin):
    form = RankedForm
    lasting = "sheet"
    ranked_within = ["catalogue_id"]
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["source"]
    fields = ["position", "title", "slug", "audience", "intro", "how_to_use", "source"]
    inlines = [SheetProposalInline, SheetQuestionInline]
    list_display = ["title", "position"]
    search_fields = ["title", "slug", "intro"]
