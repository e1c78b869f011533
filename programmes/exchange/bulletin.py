"""Short texts for the municipal bulletin, in the three lengths that it usually grants."""

import re
import unicodedata
from collections.abc import Collection

from desescalade import typography

from ..printing.document import Document
from . import tree

# Signs, spaces included.
LENGTHS = (300, 600, 1_200)
NOTHING = "Ce programme ne contient encore aucun engagement."


def to_text(document: Document) -> bytes:
    """The three texts one below the other, each with its length; a paragraph is one line."""
    parts = []
    for length in LENGTHS:
        text = short(document, length)
        count = typography.quantity(len(text), "signes", "signe")
        parts += [f"{typography.number(length)} signes au plus ({count}, espaces comprises)", text]
    return ("\n\n".join(parts) + "\n").encode()


def short(document: Document, at_most: int) -> str:
    """Title, subtitle and as many lines as fit, in at most so many signs, no sentence cut.

    Chapters are drawn on in turn, so that a short text does not tell the first one alone; what
    is not quoted is counted at the end. A subtitle goes before the last line does. The text is
    longer than `at_most` only where a title alone is.
    """
    lines = [_sentence(row.shown_line) for row in document.commitments]
    title, subtitle = _sentence(document.title), _sentence(document.subtitle)
    order = _in_turn(document)
    text = ""
    for head in dict.fromkeys([f"{title} {subtitle}".strip(), title]):
        quoted = _fitting(head, lines, order, at_most)
        text = _text(head, lines, quoted)
        if len(text) <= at_most and (quoted or not lines):
            break
    return text


def _fitting(head: str, lines: list[str], order: list[int], at_most: int) -> set[int]:
    """The ranks of the lines that fit, taken in this order."""
    quoted: set[int] = set()
    for rank in order:
        if len(_text(head, lines, quoted | {rank})) <= at_most:
            quoted.add(rank)
    return quoted


def _in_turn(document: Document) -> list[int]:
    """The ranks of the commitments: the first of each chapter, then the second of each…"""
    places = [
        (rank, chapter.number)
        for chapter in document.chapters
        for rank in range(len(chapter.commitments))
    ]
    return sorted(range(len(places)), key=places.__getitem__)


def _text(head: str, lines: list[str], quoted: Collection[int]) -> str:
    said = [line for rank, line in enumerate(lines) if rank in quoted]
    end = _rest(len(lines) - len(said), bool(said)) if lines else NOTHING
    return unicodedata.normalize("NFC", " ".join(filter(None, [head, *said, end])))


def _rest(left: int, is_after_others: bool) -> str:
    """What is not quoted, in a sentence; "" for nothing."""
    if not left:
        return ""
    if not is_after_others:
        counted = typography.quantity(left, "engagements", "engagement")
        return f"{counted} à lire dans notre programme."
    counted = typography.quantity(left, "autres engagements", "autre engagement")
    return f"Et {counted} à lire dans notre programme."


def _sentence(text: str) -> str:
    """The words with a full stop, unless they end a sentence already."""
    words = tree.plain(text)
    return words if not words or re.search(r"[.!?…][\s»)\"]*$", words) else f"{words}."
