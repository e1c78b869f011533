"""Rows in an order of their own: their ranks as they are typed, their places on a page."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from ..tables.positioned import Positioned
from .by_slug import KnownAutocomplete
from .fields import CatalogueFields
from .spare import SpareRow

# After all others, until the list is numbered anew.
LAST = 9_999


class RankedForm(forms.ModelForm):
    """The rank may be left empty: the row then comes last."""

    position = forms.IntegerField(
        label="Rang",
        required=False,
        min_value=0,
        max_value=LAST,
        widget=forms.NumberInput(attrs={"class": "rank"}),
        help_text="Vide : à la fin.",
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.initial["position"] = None
        elif self.prefix is None:
            # Ranks of whole pages are another entry, which no version guards (`versions.py`).
            self.fields["position"].show_hidden_initial = True

    def clean_position(self) -> int:
        position = self.cleaned_data["position"]
        if self.fields["position"].show_hidden_initial and self._is_as_shown():
            # Somebody may have moved the row since: their move stays.
            return self.initial["position"]
        return LAST if position is None else position

    def _is_as_shown(self) -> bool:
        shown = self.data.get(self.add_initial_prefix("position"))
        return shown is not None and shown == self.data.get(self.add_prefix("position"))

    @property
    def rank(self) -> int:
        """Twice the position, so that a row that moved falls beside the one it moved to."""
        position, before = self.instance.position, self.initial.get("position")
        moved_down = before is not None and position > before
        moved_up = before is None or position < before
        return 2 * position + moved_down - moved_up


def number_anew(rows: Iterable[Positioned]) -> None:
    """Ranks without ties or gaps, for the load tells some rows by them."""
    for position, row in enumerate(rows):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position"])


class RankedFormSet(SpareRow, forms.BaseInlineFormSet):
    """Rows in order, each without a query of its own."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        if "slug" in form.fields and form.instance.pk:
            form.fields["slug"].disabled = True
        for field in form.fields.values():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, KnownAutocomplete):
                widget.instance = form.instance

    @property
    def kept_forms(self) -> list[forms.ModelForm]:
        """Those that stand for a row once all is saved."""
        return [
            form
            for form in self.forms
            if form not in self.deleted_forms and (form.instance.pk or form.has_changed())
        ]

    def save(self, commit: bool = True) -> list[models.Model]:
        saved = super().save(commit=commit)
        if commit:
            forms_in_order = sorted(self.kept_forms, key=self.rank_of)
            number_anew(form.instance for form in forms_in_order)
        return saved

    def rank_of(self, form: RankedForm) -> Any:
        return form.rank


class OneReadChoices:
    """Reads the choices of a row's menu once for all rows; a queryset would be read once a row."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field and db_field.name not in self.autocomplete_fields:
            field.choices = list(field.choices)
        return field


class RankedInline(OneReadChoices, CatalogueFields):
    form = RankedForm
    formset = RankedFormSet
    extra = 1

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related(*self.autocomplete_fields)


class NamedCells(RankedFormSet):
    """In a table of Django's, the head of a column names no field for who does not see it."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            label = field.label or self.model._meta.get_field(name).verbose_name
            widget.attrs["aria-label"] = str(label).capitalize()


class RankedTabularInline(RankedInline, admin.TabularInline):
    formset = NamedCells


class RankedStackedInline(RankedInline, admin.StackedInline):
    pass
