"""Names between braces that no setting of the measure has, refused at their field."""

from collections.abc import Iterable, Mapping

from django import forms

from .. import placeholders
from ..desk.models import Parameter

# The rows of settings on the page of a measure.
PREFIX = "parameters"
MOST = 200


def known(measure: str | None, data: Mapping[str, str]) -> set[str]:
    """The settings that a measure has once this page is saved.

    Those of the database, without the rows that are ticked to go, with those that are typed.
    """
    rows = dict(Parameter.objects.filter(measure=measure).values_list("pk", "slug"))
    total = data.get(f"{PREFIX}-TOTAL_FORMS", "0")
    typed = set()
    for number in range(min(int(total), MOST) if total.isdecimal() else 0):
        prefix = f"{PREFIX}-{number}"
        pk, slug = data.get(f"{prefix}-id", ""), data.get(f"{prefix}-slug", "").strip()
        if data.get(f"{prefix}-DELETE"):
            rows.pop(int(pk) if pk.isdecimal() else None, None)
        elif slug and not pk:
            typed.add(slug)
    return typed | set(rows.values())


def refuse_unknown(form: forms.ModelForm, fields: Iterable[str], settings: Iterable[str]) -> None:
    """What the file would refuse, as errors of the fields that have it."""
    for name in fields:
        for sentence in placeholders.problems(form.cleaned_data.get(name) or "", settings):
            form.add_error(name, sentence)
