"""The pages of entries and rows of the desk, and where a row is named."""

from collections.abc import Iterator

from django.contrib import admin
from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..catalogue import scope
from ..catalogue.entries import Key
from ..desk import rows
from .access import in_catalogue

# Kinds of entries that a commune reads, as the address of the preview names them.
PREVIEWS = {"measure": "mesure", "proposal": "proposition"}


def link_to(row: models.Model) -> SafeString:
    """To the page of a row of the desk."""
    url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', url, row)


def page_of(key: Key, catalogue: str) -> str:
    """Where an entry is edited: its page, the list that it is, or what it is the order of."""
    kind, slug = key
    if kind == "order":
        kind = "proposal"
    if kind in rows.MODELS:
        return _address(rows.MODELS[kind], "change", scope.joined(catalogue, slug))
    model = rows.LISTS.get(kind, rows.MODELS["sheet"])
    return in_catalogue(_address(model, "changelist"), catalogue)


def preview_of(key: Key, catalogue: str) -> str:
    """Where an entry is read like a commune; empty for what has no such page."""
    kind, slug = key
    if kind not in PREVIEWS:
        return ""
    return reverse("admin:desk_preview", args=[PREVIEWS[kind], scope.joined(catalogue, slug)])


def _address(model: type[models.Model], what: str, *args: str) -> str:
    return reverse(f"admin:desk_{model._meta.model_name}_{what}", args=args)


def relations_that_keep(model: type[models.Model]) -> list[models.ManyToOneRel]:
    """Every table whose rows keep one of this model from going, those of later models included."""
    return [
        relation
        for relation in model._meta.related_objects
        if relation.one_to_many and relation.on_delete is models.PROTECT
    ]


def places(row: models.Model) -> list[SafeString]:
    """Where a row is named, each with a link to the page where that is changed."""
    found = [
        _named(each)
        for relation in relations_that_keep(type(row))
        for each in _naming(row, relation)
    ]
    return list(dict.fromkeys(found))


def _naming(row: models.Model, relation: models.ManyToOneRel) -> models.QuerySet:
    """The rows of a table that name this one, with what their own names are made of."""
    found = relation.related_model.objects.filter(**{relation.field.name: row.pk})
    owners = "__".join(field.name for field in _owners(relation.related_model))
    found = found.select_related(owners) if owners else found
    # A wording is called by its sizes.
    return found.prefetch_related("wording__sizes__size_class") if "wording" in owners else found


def _owners(model: type[models.Model]) -> Iterator[models.ForeignKey]:
    """The way up from a part to the measure or the proposal that it goes with."""
    while owner := _owner(model):
        yield owner
        model = owner.related_model


def _owner(model: type[models.Model]) -> models.ForeignKey | None:
    foreign_keys = [field for field in model._meta.fields if field.many_to_one]
    cascades = (field for field in foreign_keys if field.remote_field.on_delete is models.CASCADE)
    return next(cascades, None)


def _named(row: models.Model) -> SafeString:
    """A link to the page where the row is edited, or to that of what it is a part of."""
    parts = [row]
    for owner in _owners(type(row)):
        parts.append(getattr(parts[-1], owner.name))
    page = next(part for part in parts if type(part) in admin.site._registry)
    whole = parts[-1]
    where = (
        ""
        if page is whole
        else format_html("{} «\u00a0{}\u00a0», ", whole._meta.verbose_name, whole)
    )
    return format_html("{}{}\u00a0: {}", where, page._meta.verbose_name, link_to(page))
