"""Filters for paper: where lines end, where links lead, what is in easy words."""

import re
from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from desescalade import typography

from ..printing.document import Chapter, Commitment

register = template.Library()

# The last line of a title is at least this part of an even share.
FULL_ENOUGH = 0.7
WIDE = frozenset("mwæœ")
# Two words, or one where the two are too long to stay on one line.
LAST_WORDS = re.compile(r"[ \n]((?:[^ \n<>]{1,12} )?[^ \n<>]{1,24})(?=</p>|</li>|\Z)")
PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
# The space between two sentences. A full stop after "M." or in "3 p. 100" has no break after it.
SENTENCE_END = re.compile(
    r"([.!?…](?:\u00a0»)?(?:</[a-z]+>)*)[ \n](?=(?:<[a-z]+>)*(?:«\u00a0)?[A-ZÀ-ÖØ-ÞŒ])"
)
TAG = re.compile(r"<(/?)(?!br)[a-z]")
# What a line may break at a hyphen, with all that no-break spaces tie to it.
HYPHENATED = re.compile(r"[^ \n]*\w-\w[^ \n]*")
WHOLE = re.compile(r'<span class="whole">(.*?)</span>')
SOFT_HYPHEN, NO_BREAK_HYPHEN = "\u00ad", "\u2011"
LINK = re.compile(r'<a href="((?:https?://|mailto:|tel:)?([^"]*))"[^>]*>(.*?)</a>', re.DOTALL)


@register.filter
def even(text: str, letters: int) -> SafeString:
    """A plain title, typeset, whose last line is not left with a word or two, words kept whole.

    `letters` is how many fit on a line, rather too few than too many. WeasyPrint 70 has no
    `text-wrap: balance`: no-break spaces keep the last words on one line, never more of them
    than fit there.
    """
    return whole(balanced(typography.typeset(text), letters), letters)


def balanced(text: str, letters: int) -> str:
    """What `even` makes of a text that is typeset, as plain text."""
    lines = ceil(_width(text) / letters)
    *words, tail = text.split(" ")
    while words and _width(tail) < FULL_ENOUGH * _width(text) / lines:
        if lines == 1 or _width(f"{words[-1]} {tail}") > letters:
            return text
        tail = f"{words.pop()} {tail}"
    if not words or lines == 1 or _width(tail) > letters:
        return text
    return f"{' '.join(words)} {tail.replace(' ', typography.NO_BREAK)}"


@register.filter
def whole(text: str, letters: int) -> SafeString:
    """A plain title whose words no line of so many letters breaks at a hyphen, if they fit there.

    A span, and not U+2011: who searches the PDF types a plain hyphen. What no-break spaces tie to
    the word is inside the span too: WeasyPrint 70 begins a new line at every space before them.
    """

    def held(found: re.Match[str]) -> str:
        word = found[0]
        return f'<span class="whole">{word}</span>' if _width(word) <= letters else word

    # What is wrapped was escaped, and holds no markup.
    html = conditional_escape(text.replace(SOFT_HYPHEN, ""))
    return mark_safe(HYPHENATED.sub(held, html))  # noqa: S308


@register.filter
def linked(title: SafeString) -> SafeString:
    """A title that is a link: hyphens that do not break instead of spans.

    WeasyPrint 70 makes an annotation of every element inside a link, and PDF/UA allows none but
    the link's own. The plain hyphen is in the title that the link leads to.
    """
    # What was escaped stays so.
    return mark_safe(  # noqa: S308
        WHOLE.sub(lambda found: found[1].replace("-", NO_BREAK_HYPHEN), title)
    )


@register.filter
def longest_word(title: str) -> int:
    """How many letters the longest word has: it must stand on a line, as no title is hyphenated."""
    return max(map(len, title.split()), default=0)


def _width(text: str) -> float:
    """About how many letters of middling width the text is as wide as."""
    return sum(1.5 if letter.isupper() or letter in WIDE else 1 for letter in text)


@register.filter
def settled(text: str) -> SafeString:
    """Prose or a plain text whose paragraphs do not end with a lone word, nor with half of one.

    The span keeps the last word whole, the no-break space keeps it with the one before. The
    space before both is inside the span: WeasyPrint 70 breaks a line after its first word where
    all of it fits but the space that ends it does not.
    """
    html = conditional_escape(text)
    # What is wrapped holds no markup: neither < nor >.
    return mark_safe(LAST_WORDS.sub(_held, html))  # noqa: S308


def _held(found: re.Match[str]) -> str:
    return f'<span class="tail"> {found[1].replace(" ", typography.NO_BREAK)}</span>'


@register.filter
def joined(text: str) -> SafeString:
    """A name that no line breaks, or not at its spaces."""
    return conditional_escape(text.replace(" ", typography.NO_BREAK))


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


@register.filter
def sentences(prose: SafeString) -> SafeString:
    """Prose with each sentence in a paragraph of its own; what a tag holds stays together."""
    # Only `</p><p>` is added, between elements, to what markdown.to_html has sanitised.
    return mark_safe(PARAGRAPH.sub(_by_sentence, prose))  # noqa: S308


def _by_sentence(found: re.Match[str]) -> str:
    paragraphs: list[str] = []
    is_open = False
    for piece in SENTENCE_END.sub(r"\1\0", found[1]).split("\0"):
        if is_open:
            paragraphs[-1] += f" {piece}"
        else:
            paragraphs.append(piece)
        tags = TAG.findall(paragraphs[-1])
        is_open = tags.count("") != tags.count("/")
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


@register.filter
def in_easy_words(chapters: Sequence[Chapter]) -> list[Chapter]:
    """The chapters with those of their commitments that have an easy text, none empty."""
    easy = (
        replace(chapter, commitments=tuple(row for row in chapter.commitments if row.easy.strip()))
        for chapter in chapters
    )
    return [chapter for chapter in easy if chapter.commitments]


@register.filter
def without_easy_words(commitments: Sequence[Commitment]) -> list[Commitment]:
    return [row for row in commitments if not row.easy.strip()]
