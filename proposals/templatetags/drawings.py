"""The drawing of a proposal: a small inline SVG, for each request would cost more than it."""

from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.utils.safestring import SafeString

register = template.Library()
DRAWINGS = Path(settings.BASE_DIR) / "templates" / "proposals" / "drawings"


@cache
def _drawings() -> dict[str, SafeString]:
    """By slug of proposal. The files are ours, so they are trusted as they stand."""
    files = DRAWINGS.glob("*.svg")
    return {path.stem: SafeString(path.read_text("utf-8").strip()) for path in files}


@register.simple_tag
def drawing(slug: str) -> SafeString:
    """Nothing for a proposal without a drawing. Decorative: hidden from who listens to the page."""
    return _drawings().get(slug, SafeString())
