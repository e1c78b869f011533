"""Several catalogues at one desk: each page keeps to its own. With one, nothing of this shows."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path, unquote
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from ..catalogue import scope
from ..desk import rows
from ..desk.models import Catalogue, Proposal
from ..tables.catalogue import MAIN

OTHER_CATALOGUE = (
    "Ce choix n’est pas de ce catalogue, ou n’existe plus : prenez-en un autre dans la liste."
)


def several(request: HttpRequest) -> list[tuple[str, str]]:
    """The catalogues to choose from, (slug, title); none where there is only one."""
    if not hasattr(request, "known_catalogues"):
        known = [(row.pk, str(row)) for row in Catalogue.objects.all()]
        request.known_catalogues = known if len(known) > 1 else []
    return request.known_catalogues


def of_page(request: HttpRequest, model: type[models.Model]) -> str:
    """The catalogue of the page of a row, or the one that a new row is being made in.

    Empty where nothing says it yet. Read once for all fields of the page.
    """
    if not hasattr(request, "catalogue_of_page"):
        request.catalogue_of_page = _read_of_page(request, model)
    return request.catalogue_of_page


def _read_of_page(request: HttpRequest, model: type[models.Model]) -> str:
    if pk := request.resolver_match.kwargs.get("object_id"):
        try:
            row = (
                model.objects.filter(pk=unquote(pk))
                .values_list(rows.path_from(model), flat=True)
                .first()
            )
        except (ValueError, ValidationError):
            row = None
        return row or ""
    if proposal := _typed(request, "proposal"):
        chosen = Proposal.objects.filter(pk=proposal).values_list("catalogue_id", flat=True)
        return chosen.first() or ""
    return _typed(request, "catalogue")


def _typed(request: HttpRequest, name: str) -> str:
    """What no form has looked at yet; PostgreSQL would not even compare a NUL."""
    return (request.POST.get(name) or request.GET.get(name, "")).replace("\0", "")


def choices_for(
    field: models.ForeignKey, page_model: type[models.Model], request: HttpRequest
) -> models.QuerySet | None:
    """The rows of the page's own catalogue that a field may name; None where all may stand."""
    path = rows.path_from(field.related_model)
    if path is None or not several(request):
        return None
    if field.model is page_model and field.name == "proposal" and not _is_change(request):
        # It is by its proposal that a new measure comes into a catalogue.
        return None
    own = of_page(request, page_model) or MAIN
    return field.related_model._default_manager.filter(**{path: own})


def to_search(request: HttpRequest, page_model: type[models.Model]) -> str:
    """The catalogue in which a field that is searched finds its rows; empty: in all of them."""
    known = dict(several(request))
    return own if known and (own := of_page(request, page_model)) in known else ""


def tell_apart(
    field: forms.ModelChoiceField | None, request: HttpRequest
) -> forms.ModelChoiceField | None:
    """Gives each choice of a menu over all catalogues the name of its own, where there are many."""
    titles = dict(several(request))
    if field and titles and rows.path_from(field.queryset.model):
        field.label_from_instance = lambda row: _with_title(row, titles)
    return field


def _with_title(row: models.Model, titles: dict[str, str]) -> str:
    title = titles.get(rows.catalogue_of(row))
    return f"{row} ({title})" if title else str(row)


def _is_change(request: HttpRequest) -> bool:
    return bool(request.resolver_match.kwargs.get("object_id"))


class CatalogueFilter(admin.SimpleListFilter):
    title = "catalogue"
    parameter_name = "catalogue"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        return several(request)

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if not self.value():
            return queryset
        return queryset.filter(**{rows.path_from(queryset.model): self.value()})


class RelatedFilter(admin.RelatedFieldListFilter):
    """The choices of the catalogue that the list is of; of all, each with the name of its own."""

    def field_choices(
        self, field: models.Field, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[Any, str]]:
        if not (titles := dict(several(request))):
            return super().field_choices(field, request, model_admin)
        path = rows.path_from(field.related_model)
        found = field.related_model._default_manager.select_related(path)
        if (chosen := request.GET.get(CatalogueFilter.parameter_name)) in titles:
            return [(row.pk, str(row)) for row in found.filter(**{path: chosen})]
        return [(row.pk, _with_title(row, titles)) for row in found]


def _keeping_to_catalogue(model: type[models.Model], name: Any) -> Any:
    """A filter by a relation offers the rows of one catalogue only."""
    if not isinstance(name, str):
        return name
    related = get_fields_from_path(model, name)[-1].related_model
    return (name, RelatedFilter) if related and rows.path_from(related) else name


class WithinCatalogue:
    """A form whose new slug gets the name of its catalogue before it.

    What is unique in a catalogue is checked here, though the catalogue itself is not on the form.
    """

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        if self.instance._state.adding and data.get("slug"):
            chosen = data.get("catalogue")
            catalogue = chosen.pk if chosen else rows.catalogue_of(data.get("proposal"))
            data["slug"] = scope.joined(catalogue, data["slug"])
        return data

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"catalogue"}


class KeptSlugs:
    """For a set of rows whose slugs begin with the name of their catalogue: shown without it."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        before = scope.prefix(rows.catalogue_of(self.instance))
        if form.instance.pk:
            form.initial["slug"] = scope.parted(form.instance.slug)[1]
        if before:
            clean = form.fields["slug"].clean
            form.fields["slug"].clean = lambda value: before + clean(value)


class InCatalogue:
    """A page of the desk that keeps to one catalogue."""

    def get_form(self, request: HttpRequest, obj=None, change: bool = False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (WithinCatalogue, form), {})

    def get_fieldsets(self, request: HttpRequest, obj=None) -> list[tuple[str | None, dict]]:
        """The catalogue comes first where there are several; a slug shows as its file has it."""
        sets = super().get_fieldsets(request, obj)
        if not several(request):
            return sets
        shown = [(title, {**options, "fields": [*options["fields"]]}) for title, options in sets]
        first = shown[0][1]["fields"]
        if rows.path_from(self.model) == "catalogue":
            first.insert(0, "catalogue")
        if obj:
            for _, options in shown:
                options["fields"] = [_shown(field) for field in options["fields"]]
        return shown

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        fields = list(super().get_readonly_fields(request, obj))
        return [*fields, "catalogue", "file_slug"] if obj and several(request) else fields

    def get_list_filter(self, request: HttpRequest) -> list:
        named = super().get_list_filter(request)
        filters = [_keeping_to_catalogue(self.model, name) for name in named]
        return [CatalogueFilter, *filters] if rows.path_from(self.model) else filters

    @admin.display(description="identifiant")
    def file_slug(self, row: models.Model) -> str:
        return scope.parted(row.slug)[1]


def _shown(field: str | tuple[str, ...]) -> str | tuple[str, ...]:
    if isinstance(field, str):
        return "file_slug" if field == "slug" else field
    return tuple(_shown(each) for each in field)
