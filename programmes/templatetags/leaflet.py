"""Tags and filters for the leaflets: what is counted, what is kept together. Pure.

The panels of a dépliant are in panels.py.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from django import template

from desescalade import typography
from proposals.enums import Authority, Horizon

from ..printing.document import Commitment, Document

register = template.Library()

AUTHORITIES = tuple(authority.sentence for authority in Authority)
HORIZONS = tuple(horizon.phrase for horizon in Horizon)


@dataclass(frozen=True)
class Setting:
    """How lines are set, as in the style sheet of the format; lengths in mm.

    `name` is its class there. `letters` fit on a line of a commitment, `leading` is from one
    line to the next, `below` what follows a commitment.
    """

    name: str
    letters: int
    leading: float
    below: float

    def height(self, commitment: Commitment) -> float:
        """About how tall a commitment is."""
        lines = ceil(len(commitment.shown_line) / (FILLED * self.letters))
        return lines * self.leading + self.below


@dataclass(frozen=True)
class Sides:
    """How what follows the lines comes to the verso: "turned" to it, "pushed" or, as ever, "".

    Lines that may end anywhere near the foot of the recto are followed by a block too tall to
    stand below them.
    """

    name: str
    letters: int
    turn: str


# All settings go from the largest type to the smallest.
# A tract A5: its column is 120 mm wide.
SIDES = {
    "ample": (
        Setting("pt30", 24, 11.5, 12),
        Setting("pt24", 29, 9.5, 11),
        Setting("pt20", 35, 8, 10),
        Setting("pt17", 41, 7, 9),
        Setting("pt15", 47, 6.25, 8),
    ),
    "courant": (
        Setting("pt15", 47, 6.25, 4),
        Setting("pt13", 55, 5.5, 3.5),
        Setting("pt12", 60, 5.25, 3),
    ),
    "dense": (
        Setting("pt13", 55, 5.5, 3.5),
        Setting("pt12", 60, 5.25, 3),
        Setting("pt11", 66, 4.75, 2.5),
        Setting("pt10", 70, 4.5, 2),
    ),
}
# A card A6: its column is 84 mm wide.
CARD = {
    "ample": (
        Setting("pt20", 24, 8, 6),
        Setting("pt16", 30, 6.5, 5),
        Setting("pt13", 37, 5.5, 4),
    ),
    "courant": (Setting("pt12", 42, 5, 3), Setting("pt10", 47, 4.5, 2.5)),
    "dense": (Setting("pt9", 52, 4, 1.5),),
}
# Part of a line that words fill, as none is cut.
FILLED = 0.95
# Heights are guessed: above this part of a side, the type is too large.
SURE = 0.92


@register.simple_tag
def sides(document: Document, density: str) -> Sides:
    """Both sides of a tract: the largest type that leaves no side empty and none too full."""
    recto = 126 - _head(document, 11, 21, 6.5, 48)
    verso = 140 - (_names(document) if document.candidates else 0)
    room = {"ample": recto, "courant": recto + verso - 58, "dense": recto + verso - 8}[density]
    setting, height = _largest(document, SIDES[density], room)
    if density == "ample" or height < SURE * recto:
        turn = "turned"
    else:
        turn = "pushed" if height < 1.3 * recto else ""
    return Sides(setting.name, setting.letters, turn)


@register.simple_tag
def card(document: Document, density: str) -> Setting:
    """The side of a card that bears the lines: the largest type that fits there."""
    room = 90 - _head(document, 8, 21, 4.5, 48)
    return _largest(document, CARD[density], room)[0]


def _head(document: Document, title: float, letters: int, slogan: float, words: int) -> float:
    """About how tall title and slogan are, in mm, from their leadings and letters on a line."""
    below = len(document.slogan or document.subtitle)
    return ceil(len(document.title) / letters) * title + ceil(below / words) * slogan


def _names(document: Document) -> float:
    """About how tall the candidates are on a tract, in mm."""
    letters = sum(len(name) + 3 for name in document.candidates)
    return 18 + ceil(letters / 62) * 5


def _largest(document: Document, settings: Sequence[Setting], room: float) -> tuple[Setting, float]:
    """The first that fits in so many mm, or the last, and the height of the lines so set."""
    for setting in settings:
        height = sum(setting.height(each) for each in document.commitments)
        if height < SURE * room:
            break
    return setting, height


@register.filter
def by_authority(commitments: Iterable[Commitment]) -> list[tuple[str, int]]:
    """("Le maire décide", 5), …: from the nearest authority to the farthest, without zeros."""
    return _counted(AUTHORITIES, (each.decided_by for each in commitments))


@register.filter
def by_horizon(commitments: Iterable[Commitment]) -> list[tuple[str, int]]:
    """("dans les cent premiers jours", 3), …: from the soonest to the latest, without zeros."""
    return _counted(HORIZONS, (each.horizon for each in commitments))


@register.filter
def ended(text: str, letters: int) -> str:
    """A plain text, typeset, that does not end with a lone word in a column of so many letters.

    Unlike paper.even it leaves the other lines as long as they can be: in a narrow column a
    line that ends early looks like a mistake. The last two words stay together where they take
    half a line at most.
    """
    text = typography.keep_last_words(typography.typeset(text))
    rest, space, last = text.rpartition(" ")
    before = rest.rpartition(" ")[2]
    if space and len(before) + len(last) < letters / 2:
        return f"{rest}{typography.NO_BREAK}{last}"
    return text


def _counted(order: tuple[str, ...], found: Iterable[str]) -> list[tuple[str, int]]:
    """Words that are not in `order`, as of an edition made by an older release, come last."""
    counts = Counter(filter(None, found))
    known = [*order, *(words for words in counts if words not in order)]
    return [(words, counts[words]) for words in known if counts[words]]
