"""Fields that are searched while one types, and that take the slug of a row without scripts."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString

from desescalade.middleware import NUL

from ..desk import rows

# Follows the name of a field in that of the box beside it.
SUFFIX = "-identifiant"


class KnownAutocomplete(AutocompleteSelect):
    """Takes the label of a row's choice from the row itself instead of one query a row.

    Searches in the `catalogue` of its page, where there are several. The menu offers the present
    choice alone, until a script fills it; the box after it takes any slug of the list of the page,
    and is hidden by the style sheet once the script is there.
    """

    instance: models.Model | None = None
    catalogue = ""

    def get_url(self) -> str:
        url = super().get_url()
        return f"{url}?{urlencode({'catalogue': self.catalogue})}" if self.catalogue else url

    def optgroups(self, name: str, value: list[str], attr=None) -> list[tuple]:
        chosen = self.instance and self.instance._state.fields_cache.get(self.field.name)
        if value == [""]:
            options = []
        elif chosen and value == [str(chosen.pk)]:
            options = [self.create_option(name, value[0], str(chosen), True, 1)]
        else:
            # PostgreSQL takes no question about a text with a NUL.
            return super().optgroups(name, [each for each in value if NUL not in each], attr)
        if not self.is_required:
            options.insert(0, self.create_option(name, "", "", False, 0))
        return [(None, options, 0)]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = (data.get(f"{name}{SUFFIX}") or "").strip()
        return typed or super().value_from_datadict(data, files, name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}{SUFFIX}" not in data and super().value_omitted_from_data(data, files, name)

    def render(self, name: str, value: Any, attrs=None, renderer=None) -> SafeString:
        context = self.get_context(name, value, attrs)
        is_known = any(
            option["selected"]
            for _, options, _ in context["widget"]["optgroups"]
            for option in options
        )
        return format_html(
            '{}<label class="by-slug">ou son identifiant ({})'
            ' <input name="{}" value="{}" list="{}" autocomplete="off" class="vTextField"></label>',
            self._render(self.template_name, context, renderer),
            self.field.verbose_name,
            f"{name}{SUFFIX}",
            "" if is_known or value is None else value,
            list_id(self.related),
        )

    @property
    def related(self) -> type[models.Model]:
        return self.field.remote_field.model

    @property
    def choices_of_page(self) -> models.QuerySet:
        found = self.related._default_manager.all()
        return found.filter(
            **{rows.path_from(self.related): self.catalogue} if self.catalogue else {}
        )


class Choices(NamedTuple):
    """What a box proposes: the id of the list, and the slugs with their titles."""

    id: str
    pairs: models.QuerySet


def list_id(related: type[models.Model]) -> str:
    return f"choix-{related._meta.model_name}"


def lists_for(fields: list[forms.Field]) -> list[Choices]:
    """One list for all boxes of a page that name the same kind of row: one query for each."""
    widgets = [getattr(field.widget, "widget", field.widget) for field in fields]
    boxes = {w.related: w for w in widgets if isinstance(w, KnownAutocomplete)}
    return [
        Choices(list_id(related), box.choices_of_page.values_list("pk", "title"))
        for related, box in boxes.items()
    ]
