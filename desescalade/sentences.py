"""A French Markdown text cut into sentences, and what of it makes no difference. Pure."""

import re
import unicodedata
from collections.abc import Iterator

# Every loop over a character class is possessive: scans stay linear on hostile text.
_MARK = re.compile(
    r"(?>(?:[ \t]*+(?:>|[-*+•‣◦▪·\uf0b7](?=[ \t])|\d{1,3}[.)](?=[ \t])|\#{1,6}(?=[ \t])))+)"
)
_RULE = re.compile(r"[ \t]*+([-*_])(?>(?: *+\1)+)\s*+\Z")
_HEADING = re.compile(r"[ \t]*\#{1,6}[ \t]")
# A sentence ends here if what stands on both sides allows it.
_STOP = re.compile(r"(?<![.!?…])([.!?…]++)(?>(?:[ \u00a0\u202f]?»|[”\"’')\]*_`])*)(\s++)(?=\S)")
# Links, code, emphasis, and quotations after which the sentence goes on.
_WHOLE = re.compile(
    r"\[[^\[\]]*+\]\([^()]*+\)"
    r"|`[^`]++`"
    r"|(\*{1,3})(?=[^\s*])[^*]++\1"
    r"|«[^«»]*+»(?=\s*+[,;:.!?)…a-zà-öø-ÿœ])"
)
_OPENING = re.compile(r"[\s«“\"‘’'(\[*_`–—-]{0,9}")
_LAST_WORD = re.compile(r"(?:\b|_)([^\W\d_]{1,6})\Z")
_RANK = re.compile(r"(?:\d{1,3}|[IVX]{1,5})\Z")
_ABBREVIATIONS = frozenset(
    {"adr", "al", "art", "arr", "bd", "bld", "bull", "cf", "chap", "ch", "coll", "dr", "env", "éd"}
    | {"ex", "fig", "hab", "janv", "févr", "avr", "juil", "oct", "nov", "déc", "me", "mgr", "mm"}
    | {"mme", "mmes", "mlle", "mlles", "nos", "obs", "pp", "pr", "préf", "réf", "st", "ste", "tél"}
)
# The only letters that end a French sentence alone.
_LONE_WORDS = frozenset("aày")

# More words than this, and whoever hears the sentence loses the thread.
LONG = 35
# Words of a sentence that are quoted.
_QUOTED = 9
# Marks before the first word.
HEAD = re.compile(r"[\s>#*_\-–—•«»“\"(\[\d.)]*")
_WORD = re.compile(
    r"\d+(?:[ .,\u00a0\u202f]\d+)*|[^\W\d_]+(?:[’'\-\u2010\u2011][^\W_]+)*",
)

_APOSTROPHES = str.maketrans("’ʼ‘", "'''")


def sentences(text: str) -> list[str]:
    """The text in pieces that join to it exactly; each keeps the space or line break after it.

    A piece ends with a paragraph, a list item, a heading, a line of quotation, or a sentence. In
    doubt ("M. Dupont", a small letter after the stop) a sentence goes on. A line break alone
    ends nothing, as in Markdown.
    """
    return [piece for block in _blocks(text) for piece in _split(block)]


def _blocks(text: str) -> Iterator[str]:
    lines: list[str] = []
    has_words = is_over = False
    for line in text.splitlines(keepends=True):
        is_blank = not line.strip()
        if has_words and not is_blank and (is_over or opens_block(line)):
            yield "".join(lines)
            lines, has_words = [], False
        lines.append(line)
        has_words = has_words or not is_blank
        is_over = is_blank or is_title(line)
    if lines:
        yield "".join(lines)


def opens_block(line: str) -> bool:
    return bool(_MARK.match(line) or _RULE.match(line))


def is_title(line: str) -> bool:
    """Whether it is a heading or a rule, which a line break alone ends."""
    return bool(_HEADING.match(line) or _RULE.match(line))


def _split(block: str) -> Iterator[str]:
    wholes = [found.span() for found in _WHOLE.finditer(block)]
    mark = _MARK.match(block)
    start, words = 0, mark.end() if mark else 0
    rank = 0
    for stop in _STOP.finditer(block, words):
        while rank < len(wholes) and wholes[rank][1] <= stop.start(2):
            rank += 1
        if rank < len(wholes) and wholes[rank][0] < stop.start(2):
            continue
        if _ends_sentence(block, words, stop):
            yield block[start : stop.end()]
            start = words = stop.end()
    yield block[start:]


def _ends_sentence(block: str, start: int, stop: re.Match[str]) -> bool:
    after = _OPENING.match(block, stop.end()).end()
    if stop.start() == start or block[after : after + 1].islower():
        return False
    if stop[1] != ".":
        return True
    before = block[max(start, stop.start() - 12) : stop.start()]
    if _RANK.match(before.strip()) and stop.start() - start < 12:
        return False
    word = _LAST_WORD.search(before)
    if word is None:
        return True
    if len(word[1]) == 1:
        return word[1] in _LONE_WORDS
    return word[1].lower() not in _ABBREVIATIONS


def folded(text: str) -> str:
    """The text without what makes no difference: kinds of space, of line break, of apostrophe."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_APOSTROPHES).split())


def space_before(text: str) -> str:
    return text[: len(text) - len(text.lstrip())]


def line_breaks(space: str) -> int:
    return len(f"{space}.".splitlines()) - 1


def indentation(space: str) -> str:
    return f"{space}.".splitlines()[-1].expandtabs(4)[:-1]


def count_words(text: str) -> int:
    """As in French: « l’eau », « aujourd’hui », « porte-à-porte » and « 1 000 » are one word each.

    Signs of punctuation, of Markdown and of units are none, also between spaces. To count elided
    words by themselves as well would find more than a quarter of the catalogue too long.
    """
    return sum(1 for _ in _WORD.finditer(text))


def opening(text: str) -> str:
    """The first words, without the marks before them."""
    words = re.sub(r"[*_`#>]+", "", text[HEAD.match(text).end() :]).split()
    return " ".join(words[:_QUOTED]) + ("…" if len(words) > _QUOTED else "")
