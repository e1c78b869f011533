from django import template
from django.template.context import Context

from desescalade import guide_pages

register = template.Library()


@register.inclusion_tag("includes/help_link.html", takes_context=True)
def help_link(context: Context) -> dict[str, str]:
    """`{% help_link %}`: a link to the part of the guides about this screen, or to all guides.

    A page of an error has no address of its own, or no request.
    """
    match = getattr(context.get("request"), "resolver_match", None)
    return {"address": guide_pages.address_for(match.view_name) if match else ""}
