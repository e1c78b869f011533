"""Tags of the pages on which a team writes."""

import secrets

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..submissions import KEY

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    """The hidden field by which a form that is sent twice makes one thing."""
    return format_html('<input type="hidden" name="{}" value="{}">', KEY, secrets.token_urlsafe(18))
