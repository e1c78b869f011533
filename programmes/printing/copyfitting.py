"""How wide a text is and how many lines it takes, before any layout: about, and rather too many.

A format that fills its sheet asks here for the largest type, so that it is laid out once. Widths
are those of Vollkorn, in twentieths of an em: a process of the site need not load fontTools.
tests/programmes/test_copyfitting.py compares them with the faces. Pure.
"""

from enum import Enum

PT = 25.4 / 72
"""Millimetres in a point."""

_SPACES = " \u00a0\u202f"


class Face(Enum):
    """Letters by their width in twentieths of an em; all others are as wide as an m."""

    REGULAR = (
        (4, "'" + _SPACES),
        (5, ".,;:’"),
        (6, "ijlîï()"),
        (7, "ftIJ/"),
        (8, "r1!-"),
        (9, "cesçéèêë"),
        (10, "agxzàâ356789«»"),
        (11, "bdkopquvyôùûüFLS2?–"),
        (12, "hnBEPTÉÈ04"),
        (13, "CXYZÇ"),
        (14, "æAKRUVÀ"),
        (15, "wDGHNOQ€"),
        (17, "œ…%"),
        (18, "m"),
        (19, "M"),
        (20, "W—"),
    )
    BLACK = (
        (4, _SPACES),
        (5, "'"),
        (6, ",’"),
        (7, "j.;:()"),
        (8, "iltîïIJ1!-/"),
        (9, "f7"),
        (10, "cszç235«»"),
        (11, "eréèêëS?"),
        (12, "agovxyàâôFZ4689–"),
        (13, "bdkquùûüCELYÉÈÇ0"),
        (14, "hnpABGNPRTUVÀ€"),
        (15, "æDKOQX"),
        (16, "wH"),
        (17, "œ%"),
        (20, "MW—…"),
        (21, "m"),
    )

    @property
    def widths(self) -> dict[str, float]:
        return _WIDTHS[self]


_WIDTHS = {
    face: {letter: width / 20 for width, letters in face.value for letter in letters}
    for face in Face
}


def width(text: str, face: Face = Face.REGULAR, *, tracking: float = 0) -> float:
    """In em, without kerning; `tracking` is the letter-spacing."""
    widths = face.widths
    widest = widths["m"]
    return sum(widths.get(letter, widest) + tracking for letter in text)


def lines(text: str, ems: float, face: Face = Face.REGULAR, *, tracking: float = 0) -> int:
    """How many lines of so many em hold a text that breaks at its spaces only.

    A word wider than a line takes as many as it needs. A no-break space is no space.
    """
    space = width(" ", face, tracking=tracking)
    count, used = 0, ems
    for word in filter(None, text.replace("\n", " ").split(" ")):
        wide = width(word, face, tracking=tracking)
        if used + space + wide <= ems:
            used += space + wide
        elif wide <= ems:
            count, used = count + 1, wide
        else:
            taken, used = _broken(word, ems, face, tracking)
            count += taken
    return count


def _broken(word: str, ems: float, face: Face, tracking: float) -> tuple[int, float]:
    """How many lines a word takes that is broken between any letters, and how far the last goes."""
    count, used = 1, 0.0
    for letter in word:
        wide = width(letter, face, tracking=tracking)
        if used and used + wide > ems:
            count, used = count + 1, 0.0
        used += wide
    return count, used
