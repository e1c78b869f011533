"""Filters for paper: where lines end, where links lead."""

import re
from math import ceil

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from desescalade import typography

register = template.Library()

# The last line of a title is at least this part of an even share.
FULL_ENOUGH = 0.7
WIDE = frozenset("mwæœ")
# Two words, or one where the two are too long to stay on one line.
LAST_WORDS = re.compile(r"[ \n]((?:[^ \n<>]{1,12} )?[^ \n<>]{1,24})(?=</p>|</li>|\Z)")
LINK = re.compile(r'<a href="((?:https?://|mailto:|tel:)?([^"]*))"[^>]*>(.*?)</a>', re.DOTALL)


@register.filter
def even(text: str, letters: int) -> SafeString:
    """A plain title, typeset, whose last line is not left with a word or two.

    `letters` is how many fit on a line, rather too few than too many. WeasyPrint 70 has no
    `text-wrap: balance`: the last words are kept on one line by a `<span class="tail">`, never
    more of them than fit there.
    """
    text = typography.typeset(text)
    lines = ceil(_width(text) / letters)
    *words, tail = text.split(" ")
    while words and _width(tail) < FULL_ENOUGH * _width(text) / lines:
        if lines == 1 or _width(f"{words[-1]} {tail}") > letters:
            return conditional_escape(text)
        tail = f"{words.pop()} {tail}"
    if not words or lines == 1 or _width(tail) > letters:
        return conditional_escape(text)
    return format_html('{} <span class="tail">{}</span>', " ".join(words), tail)


def _width(text: str) -> float:
    """About how many letters of middling width the text is as wide as."""
    return sum(1.5 if letter.isupper() or letter in WIDE else 1 for letter in text)


@register.filter
def settled(text: str) -> SafeString:
    """Prose or a plain text whose paragraphs do not end with a lone word, nor with half of one."""
    html = conditional_escape(text)
    # What is wrapped holds no markup: neither < nor >.
    return mark_safe(LAST_WORDS.sub(r' <span class="tail">\1</span>', html))  # noqa: S308


@register.filter
def addressed(prose: SafeString) -> SafeString:
    """Prose whose links say where they lead, for paper: "la charte (exemple.fr/charte)".

    The link itself moves to the address: WeasyPrint 70 makes an annotation of every element
    inside a link (a word in bold, say), and PDF/UA allows none but the link's own.
    """
    # Both pieces come from markdown.to_html, which has sanitised them.
    return mark_safe(LINK.sub(_with_address, prose))  # noqa: S308


def _with_address(found: re.Match[str]) -> str:
    target, address, words = found.groups()
    link = f'<a href="{target}">{address}</a>'
    return link if words in (target, address) else f"{words} ({link})"
