"""Every address of the project, by its route, and one real address for each."""

import re
from collections.abc import Iterator

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse

DESK = "gestion/"
NOWHERE = 999999
# What a route ends with that Django's admin makes for each model.
OF_ROW = "<path:object_id>/"
ENDS = ("", "add/", OF_ROW, *(f"{OF_ROW}{end}/" for end in ("change", "history", "delete")))


def routes(patterns: list | None = None, before: str = "") -> Iterator[tuple[str, str]]:
    """Every route that the site answers to, as "programmes/<str:programme_id>/", and its name."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            assert isinstance(pattern, URLPattern)
            yield route, pattern.name or ""


def takes_nothing(route: str) -> bool:
    return not re.search(r"[<(]", route)


def of_models() -> dict[str, tuple[type[Model], str]]:
    """The routes that the admin makes for each of its models: the model, and what follows it."""
    return {
        f"{DESK}{model._meta.app_label}/{model._meta.model_name}/{end}": (model, end)
        for model in admin.site._registry
        for end in ENDS
    }


def of_row(model: type[Model], end: str) -> str:
    """The address of the first row of a model; of one that is not there where there is none."""
    row = model._default_manager.first()
    start = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return start + end.replace(OF_ROW, f"{quote(row.pk) if row else NOWHERE}/")
