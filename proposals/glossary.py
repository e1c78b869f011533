"""The words that the catalogue and the screens use, told in a sentence or two.

Knows no database: the words are data of the project, in glossary.yaml beside this file.
"""

import html
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import yaml

FILE = Path(__file__).with_name("glossary.yaml")

_TOKEN = re.compile(r"\w+")
# Attributes go with their tags; what a script or a style sheet says is not shown.
_NOT_SHOWN = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)


@dataclass(frozen=True)
class Word:
    """A word and what it means. `forms` are what it is known by in a text; none: nowhere.

    A form in lower case also stands for its plural in s or x and for its capital; another one,
    an abbreviation or a name, only for itself. `law` names the text and its date, or is "".

    A law was read on a day at its `sources`, or is `to_verify`: never both, never neither. The
    sources are addresses of the law itself or of a page that quotes or tells it; what was read
    is a stored copy, which may be older than the law in force.
    """

    word: str
    slug: str
    definition: str
    forms: tuple[str, ...] = ()
    law: str = ""
    checked_on: date | None = None
    sources: tuple[str, ...] = ()
    to_verify: bool = False
    about_site: bool = False

    @property
    def site(self) -> str:
        """Where the law was read, the first place of all: addresses would weigh too much."""
        return urlsplit(self.sources[0]).netloc.removeprefix("www.") if self.sources else ""


@cache
def words() -> tuple[Word, ...]:
    """All words, in the order of the alphabet: those of town halls, then those of this site."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    lists = ("forms", "sources")
    return tuple(Word(**row | {name: tuple(row.get(name, ())) for name in lists}) for row in rows)


def found_in(text: str) -> list[Word]:
    """The words that stand in a text, each once, in the order of the glossary."""
    present = {_key(token) for token in _TOKEN.findall(text)}
    found = {
        word
        for key in present & _by_key().keys()
        for pattern, word in _by_key()[key]
        if pattern.search(text)
    }
    return [word for word in words() if word in found]


def shown(page: str) -> str:
    """What a piece of HTML says to its reader, what stands in its form fields included."""
    return html.unescape(_NOT_SHOWN.sub(" ", page))


@cache
def _by_key() -> dict[str, list[tuple[re.Pattern[str], Word]]]:
    """The forms by what they begin with: a page has few of them, and only those are looked for."""
    known: dict[str, list[tuple[re.Pattern[str], Word]]] = {}
    for word in words():
        for form in word.forms:
            key = _key(_TOKEN.search(form)[0])
            known.setdefault(key, []).append((_pattern(form), word))
    return known


def _key(token: str) -> str:
    return token.lower().rstrip("sx")


def _pattern(form: str) -> re.Pattern[str]:
    """A form as it is written on pages: other spaces, other apostrophes, a plural, a capital."""
    is_common = form.islower()
    parts = (re.escape(part) + "[sx]?" * is_common for part in form.split(" "))
    spelt = r"\s+".join(parts).replace("’", "['’]")
    first = f"[{form[0]}{form[0].upper()}]" if is_common else form[0]
    return re.compile(rf"\b{first}{spelt[1:]}\b")
