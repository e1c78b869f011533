from collections.abc import Mapping

from django import template

from proposals import placeholders
from proposals.enums import Authority, Budget, Horizon

register = template.Library()


@register.filter
def decides(authority: str) -> str:
    """Who decides, as in « Le maire décide »."""
    return Authority(authority).sentence


@register.filter
def deadline(horizon: str) -> str:
    """As in « dans les cent premiers jours »."""
    return Horizon(horizon).phrase


@register.filter
def cost(budget: str) -> str:
    """As in « coût de fonctionnement »."""
    return Budget(budget).phrase


@register.filter
def filled(text: str, values: Mapping[str, str]) -> str:
    """A text of the catalogue for any commune, its parameters at their defaults."""
    return placeholders.fill(text, values, commune=placeholders.ANY_COMMUNE, intercommunality=None)
