"""Filters for paper: where lines end, how the date of a source reads."""

import re
from datetime import date
from math import ceil

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from desescalade import typography

register = template.Library()

# The last line of a title is at least this part of an even share.
FULL_ENOUGH = 0.7
# Two words, or one where the two are too long to stay on one line.
LAST_WORDS = re.compile(r"[ \n]((?:[^ \n<>]{1,12} )?[^ \n<>]{1,24})(?=</p>|</li>|\Z)")
ISO_DATE = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?(?!\d)")


@register.filter
def even(text: str, letters: int) -> SafeString:
    """A plain title, typeset, whose last line is not left with a word or two.

    `letters` is how many letters fit on a line, rather too few than too many. WeasyPrint 70 has
    no `text-wrap: balance`: the last words are kept together in a `<span class="tail">`, never
    more of them than fit on a line.
    """
    head, tail = _parted(typography.typeset(text), letters)
    if not head or len(tail) >= letters:
        return format_html("{}", f"{head} {tail}".strip())
    return format_html('{} <span class="tail">{}</span>', head, tail)


def _parted(text: str, letters: int) -> tuple[str, str]:
    """The words that may break, and those of the last line."""
    lines = ceil(len(text) / letters)
    *words, tail = text.split(" ")
    while words and len(tail) < FULL_ENOUGH * len(text) / lines:
        if lines == 1 or len(words[-1]) + 1 + len(tail) >= letters:
            break
        tail = f"{words.pop()} {tail}"
    return " ".join(words), tail


@register.filter
def settled(text: str) -> SafeString:
    """Prose or a plain text whose paragraphs do not end with a lone word, nor with half of one."""
    html = conditional_escape(text)
    # What is wrapped holds no markup: neither < nor >.
    return mark_safe(LAST_WORDS.sub(r' <span class="tail">\1</span>', html))  # noqa: S308


@register.filter
def in_words(when: str) -> str:
    """The date of a source: "2025-04" becomes "avril 2025"; what is not a date stays."""
    return typography.typeset(ISO_DATE.sub(_date_in_words, when))


def _date_in_words(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    try:
        whole = typography.date_in_words(date(int(year), int(month), int(day or 1)))
    except ValueError:
        return found[0]
    kept = whole if day else whole.partition(typography.NO_BREAK)[2]
    return kept.replace(" ", typography.NO_BREAK)
