"""What is wrong on a page of Django's admin, said once on top."""

from collections.abc import Iterator
from typing import NamedTuple

from django import forms, template
from django.contrib.admin.helpers import AdminForm, InlineAdminFormSet

register = template.Library()


class Problem(NamedTuple):
    """A sentence, and the field that it is about: its name, and the id of its element."""

    sentence: str
    label: str = ""
    anchor: str = ""


@register.simple_tag
def problems_of(adminform: AdminForm, inlines: list[InlineAdminFormSet]) -> list[Problem]:
    """Of the main form, then of each set of rows and of its rows, in the order of the page."""
    found = [*_of_form(adminform.form)]
    for inline in inlines:
        formset = inline.formset
        name = str(inline.opts.verbose_name)
        group = f"{formset.prefix}-group"
        plural = f"{inline.opts.verbose_name_plural}"
        found += [
            Problem(sentence, _capital(plural), group) for sentence in formset.non_form_errors()
        ]
        for number, form in enumerate(formset.forms, start=1):
            row = f"{_capital(name)} {number}"
            found += _of_form(form, row, f"{formset.prefix}-{number - 1}")
    return found


def _of_form(form: forms.BaseForm, row: str = "", anchor: str = "") -> Iterator[Problem]:
    if not form.is_bound:
        return
    for sentence in form.non_field_errors():
        yield Problem(sentence, row, anchor)
    for field in form:
        for sentence in field.errors:
            label = str(field.label)
            name = f"{row}, {label[:1].lower()}{label[1:]}" if row else _capital(label)
            at = anchor if field.is_hidden else field.id_for_label or field.auto_id
            yield Problem(sentence, name, at)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
