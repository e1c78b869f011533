"""What waits for a curator, on the first page of the desk, which knows nothing of teams."""

from django import template

from desescalade import typography

from ..models import Contribution

register = template.Library()

# More are not counted: the first page of the desk shall not wait for the number.
MANY = 1000


@register.simple_tag
def contributions_waiting() -> str:
    """How many, in words where they are many; empty for none."""
    count = Contribution.objects.waiting()[: MANY + 1].count()
    return f"plus de {typography.number(MANY)}" if count > MANY else str(count or "")
