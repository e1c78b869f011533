"""Votes as bars, drawn on the server: told apart by texture, so without any colour."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..models import Ballot
from ..models.assembly import BOXES

register = template.Library()

# What fills each part; the patterns are those of `{% bar_key %}`.
FILLS = {
    "in_favour": "currentColor",
    "against": "url(#rayures)",
    "to_adapt": "url(#points)",
    "abstained": "none",
}


@register.filter
def bar(ballot: Ballot) -> SafeString:
    """The voices of a ballot, one part beside the other; the words stand next to it."""
    parts, left = [], 0.0
    for box in BOXES:
        width = 100 * (getattr(ballot, box) or 0) / (ballot.voices or 1)
        if width:
            parts.append((f"{left:.2f}%", f"{width:.2f}%", FILLS[box]))
        left += width
    return format_html(
        '<svg class="votes" aria-hidden="true">{}</svg>',
        format_html_join("", '<rect x="{}" width="{}" height="100%" fill="{}"/>', parts),
    )


@register.simple_tag
def bar_key() -> SafeString:
    """What each texture means, and the textures themselves: once on a page with bars."""
    named = [(FILLS[box], Ballot._meta.get_field(box).verbose_name) for box in BOXES]
    return format_html(
        '<p class="meta key"><svg class="votes" aria-hidden="true"><defs>'
        '<pattern id="rayures" width="5" height="5" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><path d="M0 0v5" stroke="currentColor" stroke-width="4"/>'
        '</pattern><pattern id="points" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<circle cx="3" cy="3" r="1.2" fill="currentColor"/></pattern></defs></svg>{}</p>',
        format_html_join(
            " ",
            '<span><svg class="votes" aria-hidden="true"><rect width="100%" height="100%"'
            ' fill="{}"/></svg> {}</span>',
            named,
        ),
    )
