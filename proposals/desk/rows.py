"""Which entry a row of the working copy is, or is a part of, and in which catalogue."""

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from ..catalogue import scope
from ..catalogue.entries import Key
from ..tables.catalogue import MAIN
from . import models as desk

# Each row is an entry of its own.
MODELS: dict[str, type[Model]] = {
    "measure": desk.Measure,
    "proposal": desk.Proposal,
    "source": desk.Source,
    "sheet": desk.ReflectionSheet,
}
# All rows of a catalogue are one entry.
LISTS: dict[str, type[Model]] = {
    "catalogue": desk.Catalogue,
    "purposes": desk.Purpose,
    "size_classes": desk.SizeClass,
    "thresholds": desk.Threshold,
    "signatories": desk.Signatory,
}
_KINDS = {model: kind for kind, model in MODELS.items()}
_LISTS = {model: kind for kind, model in LISTS.items()}
# What a part belongs to.
OWNERS = ("proposal", "measure")


def entry_of(row: Model) -> tuple[Key, str]:
    """The entry and its catalogue; those of its owner for a part."""
    catalogue = catalogue_of(row)
    while type(row) not in _KINDS and type(row) not in _LISTS:
        row = _owner_of(row)
    if kind := _LISTS.get(type(row)):
        return (kind, ""), catalogue
    return (_KINDS[type(row)], scope.parted(row.pk)[1]), catalogue


def catalogue_of(row: Model | None) -> str:
    """That of a row, or of what it is a part of; the main one where nothing says it yet."""
    while row is not None and not hasattr(row, "catalogue_id"):
        if isinstance(row, desk.Catalogue):
            return row.slug
        row = _owner_of(row)
    return row.catalogue_id if row else MAIN


def _owner_of(row: Model) -> Model | None:
    return next((getattr(row, name) for name in OWNERS if getattr(row, f"{name}_id", "")), None)


def path_from(model: type[Model]) -> str | None:
    """The lookup from a model to its catalogue: "measure__proposal__catalogue"."""
    for name in ("catalogue", *OWNERS):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if name == "catalogue":
            return name
        return f"{name}__{path_from(field.related_model)}"
    return None
