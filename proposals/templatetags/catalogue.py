from collections.abc import Mapping

from django import template

from proposals import placeholders

register = template.Library()


@register.filter
def filled(text: str, values: Mapping[str, str]) -> str:
    """A text of the catalogue for any commune, its parameters at their defaults."""
    return placeholders.fill(text, values, commune=placeholders.ANY_COMMUNE, intercommunality=None)
