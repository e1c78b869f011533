"""What proposals and measures refer to."""

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..desk.models import Purpose, Signatory, SizeClass, Source, Threshold
from . import checking
from .editing import CatalogueAdmin
from .filters import SourceDate, SourceUse
from .places import places, relations_that_keep
from .ranks import RankedForm


def count_of_uses() -> models.Expression:
    """The rows that name a source, as one column: a join for each table would multiply them."""
    total: models.Expression = models.Value(0)
    for relation in relations_that_keep(Source):
        name = relation.field.name
        counted = (
            relation.related_model.objects.filter(**{name: models.OuterRef("pk")})
            .order_by()
            .values(name)
            .annotate(count=models.Count("pk"))
            .values("count")
        )
        total = total + Coalesce(models.Subquery(counted), 0)
    return total


class SourceForm(forms.ModelForm):
    """With a second button, that saves and says that the source was checked today."""

    # The collective or role of the last check, where the source names none.
    remembered = ""

    def clean(self) -> None:
        super().clean()
        if checking.BUTTON in self.data:
            self.cleaned_data["checked_on"] = timezone.localdate()
            checked_by = self.cleaned_data.get("checked_by") or self.remembered
            self.cleaned_data["checked_by"] = checked_by
            if not checked_by and "checked_by" not in self.errors:
                self.add_error("checked_by", checking.WHO)


@admin.register(Source)
class SourceAdmin(CatalogueAdmin):
    form = SourceForm
    fields = [
        *("slug", "title", "url", "date"),
        ("checked_on", "checked_by", "check_button"),
        "used_by",
    ]
    readonly_fields = ["check_button", "used_by"]
    list_display = ["title", "slug", "date", "checked_on", "use_count"]
    list_filter = [SourceUse, SourceDate]
    search_fields = ["title", "slug", "url"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Source]:
        return super().get_queryset(request).annotate(uses=count_of_uses())

    def get_form(self, request: HttpRequest, obj=None, **kwargs) -> type[SourceForm]:
        form = super().get_form(request, obj, **kwargs)
        form.remembered = checking.remembered(request)
        return form

    def save_model(self, request: HttpRequest, obj: Source, form, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if checking.BUTTON in request.POST:
            checking.remember(request, obj.checked_by)
            checking.tell_journal(obj, request.user)

    @admin.display(description="relecture")
    def check_button(self, source: Source) -> SafeString:
        return format_html(
            '<input type="submit" name="{}" value="Vérifiée aujourd’hui">'
            '<p class="quiet">Enregistre aussi la page.</p>',
            checking.BUTTON,
        )

    @admin.display(description="emplois", ordering="uses")
    def use_count(self, source: Source) -> int:
        return source.uses

    @admin.display(description="citée par")
    def used_by(self, source: Source) -> SafeString | str:
        return format_html_join("", "<p>{}</p>", ((place,) for place in places(source))) or "Rien."


@admin.register(Purpose)
class PurposeAdmin(CatalogueAdmin):
    form = RankedForm
    ranked_within = ["catalogue_id"]
    fields = ["label", "slug", "position"]
    list_display = ["label", "slug", "position"]
    search_fields = ["label", "slug"]


@admin.register(SizeClass)
class SizeClassAdmin(CatalogueAdmin):
    fields = ["label", "slug", "min_population"]
    list_display = ["label", "slug", "min_population"]
    search_fields = ["label", "slug"]


@admin.register(Threshold)
class ThresholdAdmin(CatalogueAdmin):
    form = RankedForm
    ranked_within = ["catalogue_id"]
    autocomplete_fields = ["source"]
    fields = [("population", "scope"), "rule", "confidence", "source", "position"]
    list_display = ["population", "rule", "scope", "confidence", "source"]
    list_display_links = ["rule"]
    list_filter = ["confidence", "scope"]
    list_select_related = ["source"]
    search_fields = ["rule", "scope"]


@admin.register(Signatory)
class SignatoryAdmin(CatalogueAdmin):
    form = RankedForm
    ranked_within = ["catalogue_id"]
    fields = ["name", "kind", "role", "position"]
    list_display = ["name", "kind", "role", "position"]
    list_filter = ["kind"]
    search_fields = ["name", "role"]
