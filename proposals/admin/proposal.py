"""The ten proposals, their figures and their questions."""

from django.contrib import admin
from django.http import HttpRequest

from ..catalogue import shape
from ..desk.models import Figure, Measure, Proposal, ProposalPurpose, Question, QuestionMeasure
from .catalogues import KeptSlugs
from .editing import CatalogueAdmin, ProposalPartAdmin
from .filters import ProposalFigures, WithCaveat, WithoutSource
from .ranks import RankedFormSet, RankedStackedInline, RankedTabularInline


class PurposeInline(RankedTabularInline):
    model = ProposalPurpose
    fields = ["position", "purpose"]


class FigureInline(RankedStackedInline):
    model = Figure
    autocomplete_fields = ["source"]
    fields = [("position", "value", "origin"), "statement", "caveat", "source"]


class QuestionFormSet(KeptSlugs, RankedFormSet):
    pass


class QuestionInline(RankedStackedInline):
    model = Question
    formset = QuestionFormSet
    slug_shape = shape.PARAMETER_SLUG
    fields = [("position", "slug"), "text", "where_to_find"]
    # The page of a question has the measures that it leads to.
    show_change_link = True
    classes = ["collapse"]


class MeasureInline(admin.TabularInline):
    """What stands under the proposal, to look at: a measure is edited on its own page."""

    model = Measure
    fields = readonly_fields = ["decided_by", "horizon", "origin", "published", "is_retired"]
    show_change_link = True
    view_on_site = False
    extra = 0

    @admin.display(description="retirée")
    def is_retired(self, measure: Measure) -> str | None:
        return "oui" if measure.retired else None

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


@admin.register(Proposal)
class ProposalAdmin(CatalogueAdmin):
    lasting = "proposal"
    prepopulated_fields = {"slug": ["title"]}
    fields = [("number", "published"), "review_by", "title", "slug", "summary", "site_url"]
    inlines = [PurposeInline, FigureInline, QuestionInline, MeasureInline]
    list_display = ["number", "title", "published"]
    list_display_links = ["title"]
    list_filter = ["published", ProposalFigures, "purposes"]
    search_fields = ["title", "slug", "summary"]


@admin.register(Figure)
class FigureAdmin(ProposalPartAdmin):
    fields = ["of_proposal", "value", "statement", "origin", "caveat", "source"]
    autocomplete_fields = ["source"]
    list_display = ["__str__", "of_proposal", "origin", "source", "has_caveat"]
    list_filter = ["origin", WithCaveat, WithoutSource, "proposal"]
    list_select_related = ["proposal", "source"]
    search_fields = ["value", "statement", "caveat"]

    @admin.display(description="réserve")
    def has_caveat(self, figure: Figure) -> str | None:
        # A dash rather than a red cross: no caveat is no fault.
        return "oui" if figure.caveat else None


class QuestionMeasureInline(RankedTabularInline):
    model = QuestionMeasure
    autocomplete_fields = ["measure"]
    fields = ["position", "measure"]


@admin.register(Question)
class QuestionAdmin(ProposalPartAdmin):
    fields = ["of_proposal", "slug", "text", "where_to_find"]
    inlines = [QuestionMeasureInline]
    list_display = ["text", "of_proposal", "where_to_find"]
    list_filter = ["proposal"]
    search_fields = ["text", "slug", "where_to_find"]
