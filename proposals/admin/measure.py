"""Measures and their parts."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from desescalade import typography

from .. import search
from ..catalogue import shape
from ..desk.models import (
    Example,
    LegalBasis,
    Measure,
    MeasurePurpose,
    Objection,
    ObjectionSource,
    Parameter,
    ParameterDefault,
    Pitch,
    RelatedMeasure,
)
from ..placeholders import RESERVED
from . import braces, preview
from .editing import CatalogueAdmin, MeasurePartAdmin
from .fields import CatalogueFields, LongLines
from .filters import (
    MeasureToVerify,
    MeasureWithoutSource,
    MeasureWithoutWording,
    ObjectionWithoutSource,
    WithoutSource,
)
from .ranks import OneReadChoices, RankedForm, RankedStackedInline, RankedTabularInline
from .spare import SpareRow
from .wording import WordingInline


def refuse_reserved(slug: str) -> None:
    if slug in RESERVED:
        raise ValidationError(f"« {slug} » est un nom réservé.")


class ParameterForm(forms.ModelForm):
    """Bounds without the zeros that the database keeps."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("min", "max"):
            self.initial[name] = shape.plain(self.initial.get(name))


class ParameterRowForm(ParameterForm, RankedForm):
    pass


class PurposeInline(RankedTabularInline):
    model = MeasurePurpose
    fields = ["position", "purpose"]


class ParameterInline(RankedStackedInline):
    model = Parameter
    form = ParameterRowForm
    slug_shape = shape.PARAMETER_SLUG
    fields = [
        "position",
        ("slug", "type"),
        "label",
        "default",
        ("min", "max"),
        ("unit", "unit_one"),
        "choices",
        "basis",
        "help",
    ]
    # The page of a setting has its values for each size.
    show_change_link = True

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "slug":
            field.validators.append(refuse_reserved)
        return field


class LegalBasisInline(RankedStackedInline):
    model = LegalBasis
    autocomplete_fields = ["source"]
    fields = [("position", "confidence"), "instrument", "reference", "note", "source"]
    classes = ["collapse"]


class PitchInline(LongLines, RankedTabularInline):
    model = Pitch
    fields = ["position", "text"]
    classes = ["collapse"]


class ObjectionInline(LongLines, RankedTabularInline):
    model = Objection
    fields = ["position", "objection", "answer"]
    # The page of an objection has its sources.
    show_change_link = True
    classes = ["collapse"]


class ExampleInline(RankedStackedInline):
    model = Example
    autocomplete_fields = ["source"]
    fields = [("position", "kind", "country"), "place", "fact", "source"]
    classes = ["collapse"]


class RelatedInline(RankedTabularInline):
    model = RelatedMeasure
    fk_name = "measure"
    autocomplete_fields = ["related"]
    fields = ["position", "related"]
    classes = ["collapse"]


class MeasureForm(RankedForm):
    class Meta:
        model = Measure
        fields = "__all__"
        help_texts = {
            "title": "90 signes au plus.",
            "slug": "Ne change plus une fois la mesure créée : des adresses et des programmes"
            " la nomment ainsi.",
            "published": "Visible de tous, si sa proposition l’est aussi.",
            "retired": "La mesure reste dans les programmes qui l’ont prise, et n’est plus"
            " proposée.",
        }

    def clean(self) -> None:
        super().clean()
        braces.refuse_unknown(self, ["title"], braces.known(self.instance.pk, self.data))


@admin.register(Measure)
class MeasureAdmin(CatalogueAdmin):
    form = MeasureForm
    lasting = "measure"
    ranked_within = ["proposal"]
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["successor"]
    fieldsets = [
        (None, {"fields": ["title", "slug", ("proposal", "position")]}),
        ("Publication", {"fields": ["published", "retired", "successor", "review_by"]}),
        ("Décision", {"fields": [("decided_by", "horizon"), "decided_by_note"]}),
        ("Budget et difficulté", {"fields": [("budget", "difficulty"), "budget_note"]}),
        ("Provenance", {"fields": ["origin", "origin_note"]}),
    ]
    inlines = [
        WordingInline,
        ParameterInline,
        PurposeInline,
        LegalBasisInline,
        PitchInline,
        ObjectionInline,
        ExampleInline,
        RelatedInline,
    ]
    list_display = [
        "title",
        "proposal_number",
        "published",
        "is_retired",
        "decided_by",
        "horizon",
        "short_origin",
    ]
    list_filter = [
        "published",
        "retired",
        MeasureToVerify,
        MeasureWithoutSource,
        MeasureWithoutWording,
        "origin",
        "decided_by",
        "horizon",
        "budget",
        "difficulty",
        "purposes",
        "proposal",
    ]
    list_select_related = ["proposal"]
    search_fields = ["title", "slug", "wordings__line", "wordings__text", "wordings__easy"]
    search_help_text = "Titre, identifiant ou texte d’une déclinaison."

    @admin.display(description="n°", ordering="proposal__number")
    def proposal_number(self, measure: Measure) -> int:
        return measure.proposal.number

    @admin.display(description="retirée", ordering="retired")
    def is_retired(self, measure: Measure) -> str | None:
        # A dash rather than a red cross: to be in use is no fault.
        return "oui" if measure.retired else None

    @admin.display(description="provenance", ordering="origin")
    def short_origin(self, measure: Measure) -> str:
        """The first word of the label: the filters leave little room."""
        return measure.get_origin_display().split()[0]

    def lookup_allowed(self, lookup: str, value, request: HttpRequest) -> bool:
        # What a programme has taken is its own: no « ?commitments=… » in the address.
        return not lookup.startswith("commitments") and super().lookup_allowed(
            lookup, value, request
        )

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Measure], search_term: str
    ) -> tuple[models.QuerySet[Measure], bool]:
        """Also finds without accents, as the public search does."""
        found, has_duplicates = super().get_search_results(request, queryset, search_term)
        if not search_term:
            return found, has_duplicates
        alike = search.matching(Measure.objects.prefetch_related("wordings"), search_term)
        slugs = [measure.pk for measure in alike]
        return queryset.filter(
            models.Q(pk__in=found.order_by().values("pk")) | models.Q(pk__in=slugs)
        ), False


class ParameterDefaultFormSet(SpareRow, forms.BaseInlineFormSet):
    pass


class ParameterDefaultInline(OneReadChoices, CatalogueFields, admin.TabularInline):
    model = ParameterDefault
    formset = ParameterDefaultFormSet
    fields = ["size_class", "value"]
    extra = 1


@admin.register(Parameter)
class ParameterAdmin(MeasurePartAdmin):
    fields = [
        "of_measure",
        ("slug", "type"),
        "label",
        "default",
        ("min", "max"),
        ("unit", "unit_one"),
        "choices",
        "basis",
        "help",
    ]
    form = ParameterForm
    inlines = [ParameterDefaultInline]
    list_display = ["label", "of_measure", "type", "shown_default", "bounds", "basis"]
    list_filter = ["type", "basis", "measure__proposal"]
    search_fields = ["label", "slug", "measure__title", "measure__slug"]

    @admin.display(description="valeur par défaut")
    def shown_default(self, parameter: Parameter) -> str:
        return preview.in_words(parameter)

    @admin.display(description="bornes")
    def bounds(self, parameter: Parameter) -> str:
        bounds = (parameter.min, parameter.max)
        return " à ".join("…" if bound is None else typography.number(bound) for bound in bounds)


@admin.register(LegalBasis)
class LegalBasisAdmin(MeasurePartAdmin):
    fields = ["of_measure", "instrument", "reference", "note", "confidence", "source"]
    autocomplete_fields = ["source"]
    list_display = ["instrument", "reference", "of_measure", "confidence", "source"]
    list_filter = ["confidence", WithoutSource, "measure__proposal"]
    list_select_related = ["measure", "source"]
    search_fields = ["instrument", "reference", "note", "measure__title", "measure__slug"]


class ObjectionSourceInline(RankedTabularInline):
    model = ObjectionSource
    autocomplete_fields = ["source"]
    fields = ["position", "source"]


@admin.register(Objection)
class ObjectionAdmin(LongLines, MeasurePartAdmin):
    fields = ["of_measure", "objection", "answer"]
    inlines = [ObjectionSourceInline]
    list_display = ["objection", "of_measure", "source_count"]
    list_filter = [ObjectionWithoutSource, "measure__proposal"]
    search_fields = ["objection", "answer", "measure__title", "measure__slug"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Objection]:
        return super().get_queryset(request).annotate(source_count=models.Count("sources"))

    @admin.display(description="sources", ordering="source_count")
    def source_count(self, objection: Objection) -> int:
        return objection.source_count


@admin.register(Example)
class ExampleAdmin(MeasurePartAdmin):
    fields = ["of_measure", "kind", "place", "country", "fact", "source"]
    autocomplete_fields = ["source"]
    list_display = ["place", "kind", "country", "of_measure", "source"]
    list_filter = ["kind", WithoutSource, "country", "measure__proposal"]
    list_select_related = ["measure", "source"]
    search_fields = ["place", "fact", "measure__title", "measure__slug"]


@admin.register(Pitch)
class PitchAdmin(LongLines, MeasurePartAdmin):
    fields = ["of_measure", "text"]
    list_display = ["text", "of_measure"]
    list_filter = ["measure__proposal"]
    search_fields = ["text", "measure__title", "measure__slug"]
