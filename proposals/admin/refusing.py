"""A save that would leave a working copy whose file cannot be read again is refused.

Each form knows its own rows. What the reader of the file would refuse all the same is looked for
once everything is written: nothing then stays, and the page comes back with each sentence at its
field. What did not hold before is only told.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Model
from django.http import HttpRequest

from ..catalogue import scope
from ..catalogue.entries import Entries
from ..catalogue.matching import Path
from ..catalogue.soundness import Fault, faults
from ..desk import drafts, rows
from ..desk.models import (
    Measure,
    Objection,
    Parameter,
    Proposal,
    Question,
    ReflectionSheet,
)
from ..tables.catalogue import MAIN

# Where the rows of a list of the file stand, and their field when an item is one value.
LISTS: dict[type[Model], dict[str, tuple[str, str]]] = {
    Measure: {
        "wordings": ("wordings", ""),
        "purposes": ("measurepurpose_set", "purpose"),
        "parameters": ("parameters", ""),
        "legal_bases": ("legal_bases", ""),
        "pitches": ("pitches", "text"),
        "objections": ("objections", ""),
        "examples": ("examples", ""),
        "related": ("related_links", "related"),
    },
    Parameter: {"by_size": ("by_size", "value")},
    Objection: {"sources": ("objectionsource_set", "source")},
    Proposal: {
        "purposes": ("proposalpurpose_set", "purpose"),
        "figures": ("figures", ""),
        "questions": ("questions", ""),
    },
    Question: {"measures": ("questionmeasure_set", "measure")},
    ReflectionSheet: {
        "proposals": ("sheetproposal_set", "proposal"),
        "questions": ("questions", ""),
    },
}
DEFAULT_TEXTS = ("line", "text", "easy")
MANY = 20

# What is said, by the prefix of a set of rows ("" for the page itself): row, field, sentence.
Refusals = dict[str, list[tuple[int, str | None, str]]]


class Refused(Exception):
    """What was written would not be read again; nothing of it stays."""

    def __init__(self, found: list[Fault], catalogue: str) -> None:
        where = "" if catalogue == MAIN else f"Catalogue « {catalogue} ». "
        self.sentences = [f"{where}{fault}" for fault in found[:MANY]]
        super().__init__(" ".join(self.sentences))


def new_faults(before: Entries, after: Entries) -> list[Fault]:
    """What a catalogue would be refused for now, and would not have been before."""
    changed = drafts.changed_keys(before, after)
    if not changed:
        return []
    known = {str(fault) for fault in faults(before, changed)} if before else set()
    return [fault for fault in faults(after, changed) if str(fault) not in known]


def refuse_new_faults(record: drafts.Record) -> None:
    """Within a transaction, which the error undoes. Raises Refused."""
    for catalogue, after in record.after.items():
        if found := new_faults(record.before.get(catalogue, {}), after):
            raise Refused(found, catalogue)


def refusals(request: HttpRequest, record: drafts.Record) -> Refusals:
    """What to say on the page that was sent, and where; reads the rows as they were just saved."""
    found: Refusals = {}
    page = getattr(request, "saved_forms", None)
    for catalogue, after in record.after.items():
        for fault in new_faults(record.before.get(catalogue, {}), after)[:MANY]:
            prefix, row, field = _place_on(page, fault, catalogue) if page else ("", 0, None)
            found.setdefault(prefix, []).append((row, field, str(fault)))
    return found


def _place_on(
    page: tuple[forms.ModelForm, list[forms.BaseInlineFormSet]], fault: Fault, catalogue: str
) -> tuple[str, int, str | None]:
    """The field of a fault, or the row without a field; else the page, which names the place."""
    form, formsets = page
    shown = {_identity(form.instance): ("", 0, form)} | {
        _identity(row.instance): (formset.prefix, rank, row)
        for formset in formsets
        for rank, row in enumerate(formset.forms)
        if row.instance.pk
    }
    for row, name in reversed(_way_to(fault, catalogue)):
        if found := shown.get(_identity(row)):
            prefix, rank, at = found
            return prefix, rank, name if name in at.fields else None
    return "", 0, None


def _identity(row: Model) -> tuple[type[Model], Any]:
    return type(row), row.pk


def _way_to(fault: Fault, catalogue: str) -> list[tuple[Model, str]]:
    """From the entry down to the row that has the value, each with its field for the rest."""
    (kind, key), path = fault.key, fault.path
    if model := rows.MODELS.get(kind):
        row = model.objects.filter(pk=scope.joined(catalogue, key)).first()
    else:
        listed = list(rows.LISTS[kind]._default_manager.filter(catalogue=catalogue)) if path else []
        row, path = (listed[path[0]], path[1:]) if listed else (None, ())
    return list(_down(row, path)) if row else []


def _down(row: Model, path: Path) -> Iterable[tuple[Model, str]]:
    name = str(path[0]) if path else ""
    if isinstance(row, Measure) and name in DEFAULT_TEXTS:
        yield row, ""
        yield from ((wording, name) for wording in row.wordings.filter(is_default=True))
        return
    yield row, name
    manager, field = LISTS.get(type(row), {}).get(name, ("", ""))
    if manager and len(path) > 1:
        found = _item(list(getattr(row, manager).all()), name, path[1])
        yield from _down(found, path[2:] or ((field,) if field else ()))


def _item(listed: list[Model], name: str, step: str | int) -> Model:
    if name == "wordings":
        listed = [row for row in listed if not row.is_default]
    if isinstance(step, int):
        return listed[step]
    return next(row for row in listed if scope.parted(row.size_class_id)[1] == step)


def tell(formset: forms.BaseInlineFormSet, said: list[tuple[int, str | None, str]]) -> None:
    """Adds the sentences to the rows once these have been looked at."""
    clean = formset.full_clean

    def full_clean() -> None:
        clean()
        for rank, field, sentence in said:
            formset.forms[rank].add_error(field, sentence)

    formset.full_clean = full_clean


class Told:
    """A form of a page that was refused: `refused` is what to say at its fields."""

    refused: list[tuple[int, str | None, str]] = []

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound:
            for _, field, sentence in self.refused:
                self.add_error(field, sentence)
