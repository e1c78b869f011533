"""What proposals and measures refer to."""

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..desk.models import ObjectionSource, Purpose, Signatory, SizeClass, Source, Threshold
from . import checking
from .editing import CatalogueAdmin, link_to
from .filters import SourceDate, SourceUse
from .ranks import RankedForm


def source_relations() -> list[models.ManyToOneRel]:
    """Every table that names a source, those of later models included."""
    return [relation for relation in Source._meta.related_objects if relation.one_to_many]


def count_of_uses() -> models.Expression:
    """The rows that name a source, as one column: a join for each table would multiply them."""
    total: models.Expression = models.Value(0)
    for relation in source_relations():
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
    delete_confirmation_template = "admin/proposals/source_delete.html"
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

    def get_deleted_objects(self, objs, request: HttpRequest) -> tuple:
        """What keeps a source from going is told as it is on its page, by its place."""
        found, counts, forbidden, protected = super().get_deleted_objects(objs, request)
        if protected:
            protected = [place for source in objs for place in places(source)]
        return found, counts, forbidden, protected

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


def places(source: Source) -> list[SafeString]:
    """Where a source is cited, each with a link to the page where that is changed."""
    rows = [row for relation in source_relations() for row in citing(source, relation)]
    return [named(row) for row in rows]


def citing(source: Source, relation: models.ManyToOneRel) -> models.QuerySet:
    """The rows of a table that name a source, with what their names are made of."""
    rows = relation.related_model.objects.filter(**{relation.field.name: source.pk})
    owners = [
        field.name
        for field in relation.related_model._meta.fields
        if field.many_to_one and field.related_model is not Source
    ]
    if relation.related_model is ObjectionSource:
        owners.append("objection__measure")
    return rows.select_related(*owners)


def named(row: models.Model) -> SafeString:
    """A link to the page where the row is edited, or to that of its owner."""
    part = row.objection if isinstance(row, ObjectionSource) else row
    owner = getattr(part, "measure", None) or getattr(part, "proposal", None)
    where = format_html("{} « {} », ", owner._meta.verbose_name, owner) if owner else ""
    return format_html("{}{} : {}", where, part._meta.verbose_name, link_to(part))


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
