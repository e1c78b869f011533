"""How the lines of a title fall on paper; WeasyPrint 70 has no `text-wrap: balance`."""

from math import ceil

from django import template

from desescalade import typography

register = template.Library()

# The last line is at least this part of an even share of the title.
FULL_ENOUGH = 0.7


@register.filter
def even(text: str, letters: int) -> str:
    """A plain title whose last line is not left with a word or two; typeset, escaped as usual.

    `letters` is how many letters fit on a line, rather too few than too many: the last words are
    bound to each other by U+00A0, never more of them than fit on a line.
    """
    text = typography.typeset(text)
    share = len(text) / ceil(len(text) / letters) if text else 0
    if share == len(text):
        return typography.keep_last_words(text)
    *words, tail = text.split(" ")
    while words and len(tail) < FULL_ENOUGH * share and len(words[-1] + tail) < letters:
        tail = words.pop() + typography.NO_BREAK + tail
    return " ".join([*words, tail])
