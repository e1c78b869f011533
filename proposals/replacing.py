"""One figure, or a few words, corrected in every text of a catalogue where they stand. Pure."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from desescalade.merging import Piece, word_diff
from desescalade.sentences import sentences

from .catalogue import entries as cut
from .catalogue import shape
from .catalogue.differences import place
from .catalogue.entries import Entries, Key
from .catalogue.matching import Path

# The head of the file is written by releases; a choice of a setting is a value, not a text.
UNTOUCHED_KINDS = ("catalogue",)
UNTOUCHED_FIELDS = ("choices",)
# What stands there is no word: settings and addresses.
_NO_WORDS = re.compile(r"\{[^{}\n]*\}|\b(?:https?://|www\.)[^\s<>«»()]+")
# What a source says of itself, as it was published.
_OF_A_DOCUMENT = {"title": "c’est le titre d’une source", "date": "c’est la date d’une source"}
_MONTH = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
# What prints alike, or nearly: one may type either.
_ALIKE = {
    "'": "['’ʼ]",
    "’": "['’ʼ]",
    "-": "[-\u2010\u2011]",
    "\u2011": "[-\u2010\u2011]",
    "…": r"(?:…|\.\.\.)",
}
_SPACE = r"[ \u00a0\u2009\u202f]"
# 24 janvier 2025, 1er mai, juin 2024, 2025-06-24, 24/06/2025.
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:er)?{_SPACE})?(?:{_MONTH})\b(?:{_SPACE}\d{{4}}\b)?"
    r"|\b\d{4}[-\u2010\u2011]\d{2}(?:[-\u2010\u2011]\d{2})?\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Spot:
    """A text in which the words stand, once or more, and what it becomes.

    `error` says why the catalogue would refuse the new text, `doubt` why it had better stay as it
    is. `id` changes with the text.
    """

    key: Key
    path: Path
    place: str
    before: str
    after: str
    shown: tuple[tuple[Piece, ...], ...]
    error: str = ""
    doubt: str = ""

    @property
    def id(self) -> str:
        text = json.dumps([*self.key, self.path, self.before], ensure_ascii=False)
        return ":".join([*self.key, hashlib.sha256(text.encode()).hexdigest()[:20]])


def pattern_of(words: str) -> re.Pattern[str]:
    """Finds the words as they are meant: with any kind of space, and not within other ones.

    "2 millions" is not in "1,2 millions", "200 euros" not in "3 200 euros".
    """
    parts = words.split()
    typed = r"\s+".join("".join(_ALIKE.get(c, re.escape(c)) for c in part) for part in parts)
    before = after = ""
    if re.match(r"\w", parts[0]):
        before = r"(?<!\w)"
    if re.match(r"\d", parts[0]):
        before += r"(?<!\d[.,])"
    if re.match(r"\d{3}(?!\d)", parts[0]):
        before += rf"(?<!\d{_SPACE})"
    if re.search(r"\w\Z", parts[-1]):
        after = r"(?!\w)"
    if re.search(r"\d\Z", parts[-1]):
        after += rf"(?![.,]\d)(?!{_SPACE}\d{{3}}(?!\d))"
    return re.compile(f"{before}{typed}{after}")


def spots(entries: Entries, old: str, new: str) -> Iterator[Spot]:
    """Every text that holds `old`, in the order of the catalogue."""
    pattern, new = pattern_of(old), new.strip()
    for key, value in entries.items():
        if key[0] in UNTOUCHED_KINDS:
            continue
        for path, kind, text in _texts(cut.shape_of(key[0]), value, ()):
            after = _replaced(pattern, new, text)
            if after != text:
                yield Spot(
                    key,
                    path,
                    place(key, path, value),
                    text,
                    after,
                    tuple(_sentences(pattern, new, text, after)),
                    _error(kind, after),
                    _doubt(key, path, pattern, text),
                )


def applied(entries: Entries, chosen: Iterable[Spot]) -> Entries:
    """The entries that change, with their new texts; those given stay as they are."""
    changed: Entries = {}
    for spot in chosen:
        changed[spot.key] = _with(changed.get(spot.key, entries[spot.key]), spot.path, spot.after)
    return changed


def _texts(kind: shape.Kind, value: Any, path: Path) -> Iterator[tuple[Path, shape.Text, str]]:
    match kind:
        case shape.Text() if value:
            yield path, kind, value
        case shape.ListOf(item=item):
            for rank, entry in enumerate(value or []):
                yield from _texts(item, entry, (*path, rank))
        case shape.MapOf(item=item):
            for name, entry in (value or {}).items():
                yield from _texts(item, entry, (*path, name))
        case shape.Record(fields=fields):
            for name, field in fields.items():
                if name not in UNTOUCHED_FIELDS:
                    yield from _texts(field, (value or {}).get(name), (*path, name))


def _replaced(pattern: re.Pattern[str], new: str, text: str) -> str:
    if not pattern.search(text):
        return text
    apart = [found.span() for found in _NO_WORDS.finditer(text)]

    def replace(found: re.Match[str]) -> str:
        is_apart = any(start < found.end() and found.start() < end for start, end in apart)
        return found[0] if is_apart else new

    return pattern.sub(replace, text)


def _sentences(
    pattern: re.Pattern[str], new: str, text: str, after: str
) -> Iterator[tuple[Piece, ...]]:
    """What differs, sentence by sentence; the whole where the words run over two of them."""
    before = sentences(text)
    now = [_replaced(pattern, new, sentence) for sentence in before]
    if "".join(now) != after:
        before, now = [text], [after]
    for old, changed in zip(before, now, strict=True):
        if old != changed:
            yield word_diff(old.strip(), changed.strip())


def _error(kind: shape.Text, text: str) -> str:
    try:
        kind.value(text)
    except ValueError as error:
        return f"{error}"
    return ""


def _doubt(key: Key, path: Path, pattern: re.Pattern[str], text: str) -> str:
    """Titles and dates of sources are those of a document; a figure within a date is a date."""
    if key[0] == "source" and path[0] in _OF_A_DOCUMENT:
        return _OF_A_DOCUMENT[path[0]]
    dates = [found.span() for found in _DATE.finditer(text)]
    for found in pattern.finditer(text):
        start, end = found.span()
        if any(
            first < end and start < last and not (start <= first and last <= end)
            for first, last in dates
        ):
            return "une date changerait"
    return ""


def _with(value: Any, path: Path, text: str) -> Any:
    if not path:
        return text
    step, *rest = path
    if isinstance(value, list):
        return [
            _with(entry, tuple(rest), text) if rank == step else entry
            for rank, entry in enumerate(value)
        ]
    return {**value, step: _with(value[step], tuple(rest), text)}
