"""The programme as plain text, to send by e-mail: a line for each commitment."""

import unicodedata
from collections.abc import Iterator

from desescalade import typography

from ..enums import ProgrammeKind
from ..printing.document import Document
from . import chapter, tree

WIDTH = 72
BULLET = "– "
# A line never begins with these, even where a word longer than a line is cut.
CLOSING = "\u00a0\u202f\u200d\ufe0f»;:!?,.)…"


def to_text(document: Document) -> bytes:
    """UTF-8, composed (NFC), lines of at most 72 columns but for an address."""
    parts = [
        _underlined(tree.plain(document.title), "="),
        wrap(tree.plain(document.subtitle)),
        wrap(_who(document)),
        wrap(occasion(document)),
    ]
    for each in document.chapters:
        lines = [wrap(tree.plain(row.shown_line), BULLET) for row in each.commitments]
        parts += [_underlined(f"{each.number}. {tree.plain(each.title)}", "-"), "\n".join(lines)]
    if not document.chapters:
        parts.append("Ce programme ne contient encore aucun engagement.")
    parts.append(wrap(chapter.provenance(document, "Ce programme")))
    if document.stamp and document.stamp.address:
        parts.append(f"Le programme entier\u00a0:\n{document.stamp.address}")
    text = "\n\n".join(filter(None, parts)) + "\n"
    return unicodedata.normalize("NFC", text).encode()


def occasion(document: Document) -> str:
    if document.kind == ProgrammeKind.MANDATE:
        return "Plan pour le mandat"
    if document.vote_date is None:
        return "Programme pour l’élection municipale"
    return f"Élection municipale du {typography.date_in_words(document.vote_date)}"


def wrap(text: str, bullet: str = "", width: int = WIDTH) -> str:
    """Lines of at most `width` columns, broken at ordinary spaces: never before ; or ».

    `bullet` begins the first line, and the others stand below its text. A word longer than a
    line is cut.
    """
    room = width - columns(bullet)
    lines: list[str] = []
    for word in unicodedata.normalize("NFC", text).split(" "):
        for piece in _pieces(word, room):
            if lines and columns(f"{lines[-1]} {piece}") <= room:
                lines[-1] += f" {piece}"
            else:
                lines.append(piece)
    margin = " " * columns(bullet)
    return "\n".join((margin if rank else bullet) + line for rank, line in enumerate(lines))


def columns(text: str) -> int:
    """How many columns of a terminal it takes: two for an emoji, none for an accent apart."""
    return sum(map(_column, text))


def _column(letter: str) -> int:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Me", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _pieces(word: str, room: int) -> Iterator[str]:
    """The word in pieces that fit, none of which begins with a closing sign."""
    while columns(word) > room:
        end = _fitting(word, room)
        while end > 1 and word[end] in CLOSING:
            end -= 1
        yield word[:end]
        word = word[end:]
    yield word


def _fitting(word: str, room: int) -> int:
    """How many of its first letters fit, at least one."""
    taken = 0
    for end, letter in enumerate(word):
        taken += _column(letter)
        if taken > room:
            return max(end, 1)
    return len(word)


def _underlined(title: str, sign: str) -> str:
    lines = wrap(title)
    return f"{lines}\n{sign * max(map(columns, lines.split(chr(10))))}"


def _who(document: Document) -> str:
    place = tree.plain(document.commune)
    if document.department != document.commune:
        place += f" ({tree.plain(document.department)})"
    return ", ".join(filter(None, (tree.plain(document.list_name), place)))
