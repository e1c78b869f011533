"""Three wordings of one text brought together, and two of them compared. Pure.

The unit of a merge is the sentence: a figure corrected in the catalogue and a sentence that the
team has rewritten do not meet. Sentences are aligned by patience (library patiencediff, on those
that occur once), three-way by merge3: linear enough for any text, without a bound to fall back
from.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from operator import attrgetter
from typing import Literal, NamedTuple

from merge3 import Merge3
from patiencediff import PatienceSequenceMatcher

from .sentences import (
    folded,
    indentation,
    is_title,
    line_breaks,
    opens_block,
    sentences,
    space_before,
)

Kind = Literal["kept", "own", "new", "same", "conflict"]
Choice = Literal["own", "new", "both"]
Difference = Literal["same", "removed", "added"]

# Items inserted before one change its number and nothing else.
_RANK_OF_ITEM = re.compile(r"\A\d{1,3}(?=[.)] )")

_WORD = re.compile(
    r"\s*(?:\{[^{}\s]*+\}"
    r"|https?://[^\s()<>«»]++"
    r"|\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)"
    r"|\d++(?:[.,]\d++)?"
    r"|[^\W\d_]++(?:-[^\W\d_]++)*[’']?"
    r"|\S)"
    r"|\s+"
)
# Pairs of words that difflib may compare at once, and in one call of word_diff: it is quadratic
# at best. The first is a text of some 2,500 characters.
_PAIRS, _ALL_PAIRS = 160_000, 640_000
# An island of at most so many letters between two changes is no help to the reader.
_ISLAND = 5


class Part(NamedTuple):
    """A stretch of the merge, as it stands in each of the three texts.

    "kept" by both, changed in "own" or in "new" only, the "same" change in both, or a "conflict".
    `text` is what the merge makes of it, "" for a conflict. The parts' `base` join to the base,
    their `own` and `new` likewise, exactly.
    """

    kind: Kind
    base: str
    own: str
    new: str
    text: str


@dataclass(frozen=True)
class Merged:
    parts: tuple[Part, ...]

    @property
    def conflicts(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.kind == "conflict")

    @property
    def is_clean(self) -> bool:
        return not self.conflicts

    def text(self, choose: Sequence[Choice] = ()) -> str:
        """The merged text; `choose` has one choice per conflict, in their order.

        "both" is own followed by new. Raises ValueError when choices are missing, too many or
        unknown.
        """
        if len(choose) != len(self.conflicts) or set(choose) - {"own", "new", "both"}:
            raise ValueError(f"{len(self.conflicts)} conflicts, choices {list(choose)}")
        choices = iter(choose)
        pieces = [""]
        for part in self.parts:
            choice = next(choices) if part.kind == "conflict" else None
            for piece in filter(None, _chosen(part, choice)):
                pieces.append(_fitted(pieces[-1], piece))
        return "".join(pieces)


class _Unit(NamedTuple):
    """A sentence with the space before it, or (`words` empty) the line between two paragraphs.

    `key` is what is compared. A sentence that opens an item, a heading or a quotation keeps the
    line break before it, so that it may be moved with it.
    """

    key: str
    space: str
    words: str

    @property
    def text(self) -> str:
        return self.space + self.words


# Stands after each sentence: with nothing unchanged between them, changes of two neighbours
# would be one conflict.
_BORDER = _Unit("", "", "")


def merge(base: str, own: str, new: str) -> Merged:
    """What `own` and `new` have each changed in `base`, sentence by sentence.

    Differences of white space and of apostrophes alone never conflict: they are compared without,
    and the text of the side that has changed it is taken. A line between two paragraphs counts
    as a sentence of its own. A side that equals the base gives exactly the other; sides that are
    equal give just that; exchanging the sides exchanges no more than their names.
    """
    three = base, own, new
    units = [_units(text.strip()) for text in three]
    starts = [space_before(text) for text in three]
    ends = [text[len(text.rstrip()) :] if text.strip() else "" for text in three]
    parts = list(_parts(*units))
    for rank, part in enumerate(parts):
        if part.text or part.kind == "conflict":
            parts[rank] = part._replace(text=part.text.lstrip())
            break
    parts = [Part("kept", *starts, _settled(*starts)), *parts, Part("kept", *ends, _settled(*ends))]
    return Merged(tuple(_gathered(parts)))


def _parts(base: list[_Unit], own: list[_Unit], new: list[_Unit]) -> Iterator[Part]:
    keys = ([unit.key for unit in units] for units in (base, own, new))
    i = j = k = 0
    # merge_regions() gives less: neither what a side has removed nor what both have.
    for i2, i3, j2, j3, k2, k3 in Merge3(*keys, sequence_matcher=_Aligned).find_sync_regions():
        yield _changed(base[i:i2], own[j:j2], new[k:k2])
        yield _kept(base[i2:i3], own[j2:j3], new[k2:k3])
        i, j, k = i3, j3, k3


def _gathered(parts: Iterable[Part]) -> Iterator[Part]:
    """Neighbours of one kind as one part, none empty."""
    held = [part for part in parts if part.base or part.own or part.new]
    for kind, run in groupby(held, key=attrgetter("kind")):
        yield Part(kind, *map("".join, zip(*(part[1:] for part in run), strict=True)))


def _units(text: str) -> list[_Unit]:
    units: list[_Unit] = []
    space = ""
    in_title = False
    for piece in sentences(text):
        words = piece.strip()
        space += space_before(piece)
        breaks = line_breaks(space)
        key = folded(words)
        if (breaks or not units) and opens_block(words):
            key = f"\n{indentation(space)}{_RANK_OF_ITEM.sub('1', key)}"
            in_title = is_title(words)
        elif breaks > 1 or (breaks and in_title):
            units.append(_Unit("\n\n", space, ""))
            space = ""
            in_title = False
        units += (_Unit(key, space, words), _BORDER)
        space = piece[len(piece.rstrip()) :]
    return units


class _Aligned:
    """What merge3 wants of a matcher. Patience alone may overlook some of two equal sequences."""

    def __init__(self, _junk: None, a: Sequence[str], b: Sequence[str]) -> None:
        self.a, self.b = a, b

    def get_matching_blocks(self) -> list[tuple[int, int, int]]:
        if self.a == self.b:
            return [(0, 0, len(self.a)), (len(self.a), len(self.b), 0)]
        return PatienceSequenceMatcher(None, self.a, self.b).get_matching_blocks()


def _kept(base: Sequence[_Unit], own: Sequence[_Unit], new: Sequence[_Unit]) -> Part:
    text = "".join(
        _settled(*(unit.space for unit in three)) + _settled(*(unit.words for unit in three))
        for three in zip(base, own, new, strict=True)
    )
    return Part("kept", _text(base), _text(own), _text(new), text)


def _changed(base: Sequence[_Unit], own: Sequence[_Unit], new: Sequence[_Unit]) -> Part:
    base_keys, own_keys, new_keys = ([unit.key for unit in units] for units in (base, own, new))
    texts = _text(base), _text(own), _text(new)
    if own_keys == new_keys:
        if own_keys == base_keys:
            return _kept(base, own, new)
        return Part("same", *texts, _settled(*texts))
    if new_keys == base_keys:
        return Part("own", *texts, texts[1])
    if own_keys == base_keys:
        return Part("new", *texts, texts[2])
    return Part("conflict", *texts, "")


def _text(units: Iterable[_Unit]) -> str:
    return "".join(unit.text for unit in units)


def _settled(base: str, own: str, new: str) -> str:
    """Of three that say the same, the one that has been changed.

    Of two changed ones, whichever side they are on, that with more line breaks, then the better
    typeset: no-break spaces and curly apostrophes have the higher codes.
    """
    if own == base:
        return new
    if new == base:
        return own
    return max(own, new, key=lambda text: (text.count("\n"), "\r" not in text, text))


def _chosen(part: Part, choice: Choice | None) -> Iterator[str]:
    """What goes into the text, in order; the second of "both" is kept out of the first's block."""
    if choice is None:
        yield part.text
    if choice in ("own", "both"):
        yield part.own
    if choice == "both" and part.own.strip() and part.new.strip() and _must_part(part):
        words = part.new.lstrip()
        opens_line = opens_block(words) and line_breaks(part.new[: -len(words)])
        yield part.new if opens_line else f"\n\n{words}"
    elif choice in ("new", "both"):
        yield part.new


def _must_part(conflict: Part) -> bool:
    """Whether own and new are more than sentences of one paragraph or items of one list."""
    last = re.split(r"\n\s*\n", conflict.own.strip())[-1]
    is_block = any(map(opens_block, last.splitlines()))
    paragraphs = re.search(r"\n\s*\n", f"{conflict.own.strip()}\0{conflict.new.strip()}")
    return bool(paragraphs) or is_block != opens_block(conflict.new.lstrip())


def _fitted(text: str, more: str) -> str:
    """`more` to follow `text`. Only what stood apart before needs a space, or one less."""
    space = space_before(more)
    if not text:
        return more
    if text[-1] in "\r\n" and not line_breaks(space):
        return more[len(space) :]
    if text[-1].isspace() or space:
        return more
    return ("\n\n" if opens_block(more) else " ") + more


@dataclass(frozen=True)
class Piece:
    kind: Difference
    text: str


class _Run(NamedTuple):
    """Words that are the same in both texts, or what stands in one for what is in the other."""

    old: str
    new: str
    is_same: bool


def word_diff(old: str, new: str) -> tuple[Piece, ...]:
    """What must be removed from `old` and added to it to get `new`, word by word.

    "same" and "removed" pieces join to `old`, "same" and "added" ones to `new`, exactly. Above
    some 2,500 characters only the words of sentences that differ are compared, and where even
    those are too many all of them count as changed.
    """
    old_words, new_words = _WORD.findall(old), _WORD.findall(new)
    if len(old_words) * len(new_words) <= _PAIRS:
        return tuple(_pieces(_readable(_by_words(old_words, new_words))))
    return tuple(_pieces(_readable(_by_sentences(sentences(old), sentences(new)))))


def _by_words(old: Sequence[str], new: Sequence[str]) -> Iterator[_Run]:
    for tag, i, i2, j, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield _Run("".join(old[i:i2]), "".join(new[j:j2]), tag == "equal")


def _by_sentences(old: Sequence[str], new: Sequence[str]) -> Iterator[_Run]:
    i = j = 0
    left = _ALL_PAIRS
    for i2, j2, size in _Aligned(None, old, new).get_matching_blocks():
        removed, added = "".join(old[i:i2]), "".join(new[j:j2])
        old_words, new_words = _WORD.findall(removed), _WORD.findall(added)
        pairs = len(old_words) * len(new_words)
        if pairs <= min(left, _PAIRS):
            left -= pairs
            yield from _by_words(old_words, new_words)
        else:
            yield _Run(removed, added, False)
        i, j = i2 + size, j2 + size
        same = "".join(old[i2:i])
        yield _Run(same, same, True)


def _readable(runs: Iterable[_Run]) -> list[_Run]:
    """The runs with neighbours of one sort joined, and no short word alone between two changes."""
    found: list[_Run] = []
    for run in runs:
        if not (run.old or run.new):
            continue
        if found and found[-1].is_same == run.is_same:
            found[-1] = _together(found[-1], run)
        elif len(found) > 1 and _is_island(found[-2], found[-1], run):
            found[-2:] = [_together(found[-2], found[-1], run)]
        else:
            found.append(run)
    return found


def _together(*runs: _Run) -> _Run:
    return _Run("".join(r.old for r in runs), "".join(r.new for r in runs), runs[0].is_same)


def _is_island(before: _Run, same: _Run, after: _Run) -> bool:
    """Where words are only removed, or only added, on both sides, nothing is gained by joining."""
    if after.is_same or not ((before.old or after.old) and (before.new or after.new)):
        return False
    has_structure = "\n" in same.old or "{" in same.old
    return not has_structure and sum(map(str.isalnum, same.old)) <= _ISLAND


def _pieces(runs: Iterable[_Run]) -> Iterator[Piece]:
    """Runs as pieces; the space that a removed and an added word have in common stays outside."""
    same = ""
    for run in runs:
        if run.is_same:
            same += run.old
            continue
        space = space_before(run.old)
        if space_before(run.new) != space:
            space = ""
        if same + space:
            yield Piece("same", same + space)
        same = ""
        if removed := run.old[len(space) :]:
            yield Piece("removed", removed)
        if added := run.new[len(space) :]:
            yield Piece("added", added)
    if same:
        yield Piece("same", same)
