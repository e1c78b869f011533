"""Which signs the bundled faces can print, and what stands in print for the others.

Vollkorn and Andika stand in for each other: a sign that one of them has is printed, in whatever
style sheet. One that neither has would become a .notdef: an empty frame at best, and never
PDF/UA (ISO 14289-1, 7.21.8). `printable` leaves none.

The table is written out here so that a process of the site need not load fontTools (8 MB, 70 ms);
tests/desescalade/test_signs.py compares it with the faces, and prints the new one when they change.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain

BOX = "□"

# Ranges of code points: signs that stand by themselves, and marks set on another sign. Without
# controls and private use, where Andika has signs that nobody means.
SIGNS = """
20-7e a0-ac ae-2ff 374-375 37e 384-38a 38c 38e-3a1 3a3-3cf 3d1-3d2 3d5-3d7 3f0-3f2 3f4 3f6-3f9
400-45f 462-463 46a-46b 472-475 48a-52f 58f 1d00-1dbf 1e00-1eff 2000-200a 2010-2027 202f-203d
203f-2041 2043-2044 204b 2052-2053 2057 205d 2070-2071 2074-208e 2090-209c 20a0-20bf 2102
210c-210d 2113 2115-2117 2119-211a 211d 211f 2122-2124 2126 212d-212e 2135 214f-2189 2190-219b
21a4-21a8 21b0-21b3 21bc-21cc 21d0-21d5 21f5 2200 2202-2209 220b-220c 220e-220f 2211-2213
2215-221a 221d-2230 2234-2236 223c-223d 2241 2243 2245 2248-2249 2254 2259 225c 225f-2265
226a-226b 2270-2271 2282-2289 2295 22c5 2308-230b 231c-231f 2329-232a 239b-23ad 23de-23df 2423
25a0-25a1 25b2-25b3 25b6-25b7 25bc-25bd 25c0-25c1 25c6-25c7 25ca 25cc 2640 2642 266d 266f
26ad-26af 2713 274d 27c2 27e6-27e9 2983-2984 299b 299d 2a2f 2b58 2c60-2c7f 2c88 2e00-2e0d
2e13-2e14 2e17-2e18 2e22-2e25 2e3a-2e3b a700-a799 a7a0-a7b9 a7c4-a7c6 a7f7-a7ff a92e ab30 ab53
ab5c ab5e ab64-ab65 fb00-fb04 fffd 10783 1078f 10791 10795 107a0 107a2-107a3 107b2 1088e
1d106-1d107 1d40c 1d504-1d505 1d50a 1d50e-1d510 1d513-1d514 1d516-1d517 1d519 1d538-1d539
1d53b-1d53e 1d540-1d544 1d546 1d54a-1d550 1df00-1df1e
"""
MARKS = """
300-320 323-33f 346-36f 1ab0-1aba 1dc2 1dc4-1dcd 1df5 1dfd-1dff 20e5 20ec-20ef fe20-fe23
"""

# Soft hyphen, and the places where a line may or may not end: no glyph, yet of use to the layout.
_LAYOUT = "\t\n\r\u00ad\u200b\u2060"
_JOINER = "\u200d"
# No glyph of their own: keycap, object replacement, the choice between picture and text.
_INVISIBLE = frozenset("\u20e3\ufffc") | frozenset(map(chr, range(0xFE00, 0xFE10)))
_STAND_INS = {
    sign: stand_in
    for stand_in, signs in {
        BOX: "☐❏❐❑❒◻⬜▢▫◽🔲\uf06f\uf0a8",
        "✓": "☑✅✔🗸🗹\uf0fc\uf0fe",
        "×": "✕✖✗✘❌❎☒\uf0fb\uf0fd",
        "•": "●○◦◯⚫⚪◉\uf0b7\uf0a7",
        "■": "▪◾⬛▮\uf06e",
        "→": "➔➜➝➞➡➢➤►▸⟶👉\uf0d8\uf0e0\uf0e8",
        "←": "⬅◄⟵👈",
        "↑": "⬆👆",
        "↓": "⬇👇",
        "*": "★☆✦✧✪✱✲⭐🌟",
        "?": "❓❔",
        "!": "❗❕",
        "+": "➕",
        "−": "➖",
        "÷": "➗",
        "-": "﹣－",
        "…": "⋯",
        "“": "❝",
        "”": "❞",
    }.items()
    for sign in signs
}
# None of these may come out of a sign that was none: printable() is for HTML too.
_MARKUP = frozenset("<>&\"'")


def _points(ranges: str) -> Iterator[str]:
    for each in ranges.split():
        first, _, last = each.partition("-")
        yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))


def _character_class(ranges: str) -> str:
    return "".join(
        "-".join(f"\\U{int(end, 16):08x}" for end in each.split("-")) for each in ranges.split()
    )


_PLAIN = frozenset(chain(_points(SIGNS), _LAYOUT))
_PRINTED = _PLAIN | frozenset(_points(MARKS))
# All that is not plain, with the letter that a mark stands on and the end of a joined picture. No
# bracket of a tag is ever taken in: with U+0338 it would compose to another sign.
_STRANGE = re.compile(
    rf"(?:[^\W_]?[^{_character_class(SIGNS)}{re.escape(_LAYOUT)}]+(?:(?<={_JOINER})[^\s<>&])?)+"
)


def printable(text: str) -> str:
    """The text with a glyph for every sign; plain text or a whole page of HTML.

    Letters and their accents are composed, what never shows (marks of direction, joiners,
    controls) is dropped, common signs become their like (✔ to ✓, pasted bullets to •, fancy
    letters to letters), and any other that no face has becomes □, once for a picture of several
    code points. Markup stays markup and none is made. Idempotent. About 10 ms for a page of
    500 kB in which all is plain.
    """
    if _PLAIN.issuperset(text):
        return text
    return _STRANGE.sub(
        lambda run: "".join(shown for shown, _ in map(_in_print, _pictures(run[0]))), text
    )


def unprintable(text: str) -> tuple[str, ...]:
    """What of a text would be lost in print, each once and in order: pictures, other scripts.

    Neither what never shows nor what has its like in the faces is lost.
    """
    if _PLAIN.issuperset(text):
        return ()
    pictures = chain.from_iterable(_pictures(run[0]) for run in _STRANGE.finditer(text))
    return tuple(dict.fromkeys(each for each in pictures if not _in_print(each)[1]))


def _in_print(picture: str) -> tuple[str, bool]:
    """What is printed for it, and whether that says the same."""
    bare = "".join(s for s in unicodedata.normalize("NFC", picture) if not _never_shows(s))
    if _PRINTED.issuperset(bare):
        return bare, True
    base = bare[0]
    if base in _STAND_INS:
        return _STAND_INS[base], True
    if base.isspace():
        return " ", True
    if base in _PLAIN:
        # A letter under a mark that no face has.
        return "".join(sign for sign in bare if sign in _PRINTED), False
    like = unicodedata.normalize("NFKC", base)
    if _PLAIN.issuperset(like) and _MARKUP.isdisjoint(like):
        return like, True
    return BOX, False


def _never_shows(sign: str) -> bool:
    if sign in _INVISIBLE:
        return True
    return unicodedata.category(sign) in ("Cf", "Cc") and not sign.isspace()


def _pictures(run: str) -> Iterator[str]:
    """What a reader sees as one sign: a letter and its marks, a family, a flag."""
    start = 0
    for place in range(1, len(run)):
        if not _goes_on(run, start, place):
            yield run[start:place]
            start = place
    yield run[start:]


def _goes_on(run: str, start: int, place: int) -> bool:
    """Whether the sign at `place` belongs to the picture that begins at `start`."""
    sign, before = run[place], run[place - 1]
    if "\U0001f1e6" <= sign <= "\U0001f1ff":
        # Two letters of a country make its flag.
        return place == start + 1 and "\U0001f1e6" <= before <= "\U0001f1ff"
    return (
        _JOINER in (sign, before)
        or unicodedata.category(sign).startswith("M")
        # Colours of skin, and the tags of a region's flag.
        or "\U0001f3fb" <= sign <= "\U0001f3ff"
        or "\U000e0020" <= sign <= "\U000e007f"
    )
