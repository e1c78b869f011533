"""Fields of the desk's forms: they take what the file of the catalogue takes, and no more."""

import re
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db import models

from .. import pasted
from ..catalogue import shape


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


def refuse_pasted(value: str) -> None:
    if problem := pasted.problem(value):
        raise ValidationError(problem)


class KnownAutocomplete(AutocompleteSelect):
    """Takes the label of a row's choice from the row itself instead of one query a row."""

    instance: models.Model | None = None

    def optgroups(self, name: str, value: list[str], attr=None) -> list[tuple]:
        chosen = self.instance and self.instance._state.fields_cache.get(self.field.name)
        if value == [""]:
            options = []
        elif chosen and value == [str(chosen.pk)]:
            options = [self.create_option(name, value[0], str(chosen), True, 1)]
        else:
            return super().optgroups(name, value, attr)
        if not self.is_required:
            options.insert(0, self.create_option(name, "", "", False, 0))
        return [(None, options, 0)]
