"""Whom a change would concern, on a page of Django's admin: {% load impact %}.

    {% impacts_of slugs as impacts %}
    {% for slug in slugs %}{% impact_of slug impacts %}{% endfor %}

The first asks once for all of them, the second draws the table of one; css/admin-use.css goes
with it.
"""

from collections.abc import Collection, Mapping

from django import template

from .. import impact

register = template.Library()


@register.simple_tag
def impacts_of(slugs: Collection[str]) -> dict[str, impact.Impact]:
    return impact.of(slugs)


@register.inclusion_tag("programmes/includes/impact.html")
def impact_of(slug: str, impacts: Mapping[str, impact.Impact]) -> dict[str, object]:
    return {"impact": impacts[slug]}
