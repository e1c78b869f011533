"""What a field of the desk finds while one types: rows of the catalogue of its page."""

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db import models
from django.http import HttpRequest, HttpResponse

from ..desk import rows
from .catalogues import InCatalogue, several


class InCatalogueJsonView(AutocompleteJsonView):
    """Finds rows of the catalogue in the address, which a page adds that knows its own.

    A new row has none before its catalogue or its proposal is chosen: rows of all are then found,
    each with the name of its catalogue.
    """

    def get_queryset(self) -> models.QuerySet:
        found = super().get_queryset()
        self.titles: dict[str, str] = {}
        if not isinstance(self.model_admin, InCatalogue):
            return found
        titles, path = dict(several(self.request)), rows.path_from(found.model)
        if (chosen := self.request.GET.get("catalogue")) in titles:
            return found.filter(**{path: chosen})
        self.titles = titles
        return found.select_related(path)

    def serialize_result(self, obj: models.Model, to_field_name: str) -> dict[str, str]:
        result = super().serialize_result(obj, to_field_name)
        if title := self.titles.get(rows.catalogue_of(obj)):
            result["text"] = f"{result['text']} ({title})"
        return result


def view(request: HttpRequest) -> HttpResponse:
    return InCatalogueJsonView.as_view(admin_site=admin.site)(request)
