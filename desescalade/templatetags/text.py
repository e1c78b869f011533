"""Filters for French text; built in to every template (settings.TEMPLATES)."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from desescalade import markdown, typography

register = template.Library()


# Both are pure and cost more than the rest of a page. A catalogue has some 2,000 texts; those of
# teams come by and go, and would fill a larger one with what nobody reads again.
typeset_once = lru_cache(maxsize=2048)(typography.typeset)


@register.filter
@lru_cache(maxsize=512)
def prose(text: str, heading_level: int = 4) -> SafeString:
    """Markdown as HTML, French typography applied."""
    # Sanitised by markdown.to_html, whatever was written.
    return mark_safe(markdown.to_html(typeset_once(text), int(heading_level)))  # noqa: S308


@register.filter
def typeset(text: object) -> str:
    """Plain text with French spaces and quotes; escaped as usual."""
    return typeset_once(str(text))


@register.filter
def balanced(text: object) -> str:
    """Like typeset, and no very short word alone on the last line."""
    return typography.keep_last_words(typeset_once(str(text)))


@register.filter
def number(value: int | Decimal | None) -> str:
    return "" if value is None else typography.number(value)


@register.filter(expects_localtime=True)
def day(value: date | None) -> str:
    return "" if value is None else typography.date_in_words(value)


@register.filter(expects_localtime=True)
def hour(value: datetime) -> str:
    """`{{ change.at|hour }}`: "6 h 30", in the time zone of the team."""
    return typography.time_in_words(value.time())


@register.filter(expects_localtime=True)
def moment(value: datetime) -> str:
    """`{{ change.at|moment }}`: "1er mars 2027 à 6 h 30"; of this year, without the year."""
    words = typography.date_in_words(value)
    if value.year == timezone.localdate().year:
        words = words.rpartition(" ")[0]
    return f"{words} à{typography.NO_BREAK}{hour(value)}"


@register.filter
def breakable(address: str) -> SafeString:
    """A long address that breaks after its slashes, not inside a word."""
    return mark_safe(escape(address).replace("/", "/<wbr>"))  # noqa: S308 (escaped)


@register.filter
def dated(when: str) -> str:
    """The date of a source, in words where it is one."""
    return typeset_once(typography.dates_in_words(when))


@register.filter
def count(value: int, words: str) -> str:
    """`{{ n|count:"mesure,mesures" }}`: "1 mesure", "0 mesure", "2 mesures"."""
    one, many = words.split(",")
    return typography.quantity(value, many, one)


@register.filter
def plural(value: int, endings: str = ",s") -> str:
    """The ending that French wants: the plural begins at 2."""
    one, many = endings.split(",")
    return many if abs(value) >= 2 else one
