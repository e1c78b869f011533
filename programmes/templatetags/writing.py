"""Tags of the pages on which a team writes."""

import secrets

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ..submissions import KEY

register = template.Library()


@register.simple_tag
def workshop_script() -> SafeString:
    """The optional script of the workshop, which the CSP knows by its hash."""
    return mark_safe(f"<script>{settings.WORKSHOP_SCRIPT}</script>")  # noqa: S308


@register.simple_tag
def commune_script() -> SafeString:
    """The optional script that suggests communes; needs the form of `commune_form.html`."""
    return mark_safe(f"<script>{settings.COMMUNE_SCRIPT}</script>")  # noqa: S308


@register.simple_tag
def once() -> SafeString:
    """The hidden field by which a form that is sent twice makes one thing."""
    return format_html('<input type="hidden" name="{}" value="{}">', KEY, secrets.token_urlsafe(18))
