"""What teams sent, on pages of the desk: {% load contributions %}."""

from django import template

from ..models import Contribution

register = template.Library()


@register.simple_tag
def drafted_in(measure: str) -> int:
    """How many contributions wait for a release in the draft of a measure."""
    return Contribution.objects.drafted().filter(measure_slug=measure).count() if measure else 0
