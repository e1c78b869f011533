"""What the host has still to say, for the pages of the desk."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def missing_of_legal_notice() -> list[str]:
    return settings.LEGAL_NOTICE.missing
