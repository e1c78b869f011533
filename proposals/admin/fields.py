"""Fields of the desk's forms: they take what the file of the catalogue takes, and no more."""

import re
from typing import Any

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import models

from .. import pasted
from ..catalogue import consistency, shape
from . import budgets, catalogues, field_errors
from .by_slug import KnownAutocomplete

LONG_TEXT = shape.Text(optional=True)
LINE = shape.Text(max=600, optional=True)


class FileText(forms.CharField):
    """A text as the file keeps it. A browser ends lines with CR LF, which the file refuses."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")


class LongLine(forms.CharField):
    """One line of a few hundred signs, seen whole in a box of several lines."""

    widget = forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"})

    def to_python(self, value: Any) -> str:
        return re.sub(r" *[\r\n]+ *", " ", super().to_python(value))


def as_in_file(kind: shape.Scalar, text: str) -> Any:
    """The value that the file would read. Raises ValidationError with the file's own sentence."""
    try:
        return kind.value(text)
    except ValueError as error:
        sentence = str(error)
        raise ValidationError(f"{sentence[:1].upper()}{sentence[1:]}.") from None


class ShapeValidator:
    """Refuses in a form what the file would refuse, with the file's own sentence."""

    def __init__(self, kind: shape.Scalar) -> None:
        self.kind = kind

    def __call__(self, value: str) -> None:
        as_in_file(self.kind, value)


def refuse_dots(value: str) -> None:
    if sentence := consistency.inclusive_dot(value):
        raise ValidationError(f"{sentence[:1].upper()}{sentence[1:]}.")


def refuse_pasted(value: str) -> None:
    if problem := pasted.problem(value):
        raise ValidationError(problem)


class CatalogueFields:
    """Form fields that accept what the catalogue's file accepts."""

    slug_shape = shape.Slug()
    formfield_overrides = {
        models.TextField: {
            "form_class": FileText,
            "widget": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
            "validators": [ShapeValidator(LONG_TEXT), refuse_dots, refuse_pasted],
        },
        models.URLField: {"assume_scheme": "https"},
        models.CharField: {"validators": [ShapeValidator(LINE), refuse_dots, refuse_pasted]},
    }

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "slug":
            kwargs["validators"] = [ShapeValidator(self.slug_shape)]
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = KnownAutocomplete(db_field, self.admin_site)
            kwargs["widget"].catalogue = catalogues.to_search(request, self.page_model)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # What others refer to as well is not deleted from beside a menu.
            field.widget.can_delete_related = False
        if field:
            field_errors.speak_plainly(field, db_field)
        budgets.count(field, LONG_TEXT.max)
        return field

    @property
    def page_model(self) -> type[models.Model]:
        """What the page is about: for a set of rows, what they belong to."""
        return getattr(self, "parent_model", self.model)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        own = catalogues.choices_for(db_field, self.page_model, request)
        if own is None:
            field = super().formfield_for_foreignkey(db_field, request, **kwargs)
            return catalogues.tell_apart(field, request)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs | {"queryset": own})
        field.error_messages["invalid_choice"] = catalogues.OTHER_CATALOGUE
        return field


class LongLines:
    """Shows the lines of a page as `LongLine`s."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, models.CharField):
            kwargs |= {"form_class": LongLine, "widget": LongLine.widget}
        return super().formfield_for_dbfield(db_field, request, **kwargs)
