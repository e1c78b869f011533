"""What waits for a curator, on the first page of the desk, which knows nothing of teams."""

from django import template

from ..models import Contribution

register = template.Library()


@register.simple_tag
def contributions_waiting() -> int:
    return Contribution.objects.waiting().count()
