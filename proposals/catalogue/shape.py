"""The shape of the catalogue's file, once: reading and writing both follow it.

A kind of value turns a YAML scalar (an empty one for null) into a typed value and says in French
what is wrong. Values are plain: str, int, Decimal as str, bool, None, list, dict. Two files with
the same meaning give equal values, so that entries can be compared by digest.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import TextChoices

from .. import enums


@dataclass(frozen=True)
class Text:
    """Words for people. `optional` ones may be null; those of a list of lines have one each."""

    max: int = 2000
    optional: bool = False
    in_one_line: bool = False

    def value(self, raw: str) -> str | None:
        if raw == "" and self.optional:
            return None
        if not raw.strip():
            raise ValueError("le texte est vide")
        if len(raw) > self.max:
            raise ValueError(f"{len(raw)} signes, {self.max} au plus")
        if bad := re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", raw):
            raise ValueError(f"signe invisible interdit (U+{ord(bad[0]):04X})")
        if self.in_one_line and len(raw.strip().splitlines()) > 1:
            raise ValueError("une seule ligne par texte de cette liste")
        return raw.strip()


@dataclass(frozen=True)
class Address:
    """A web address, or null."""

    max: int = 600

    def value(self, raw: str) -> str | None:
        if raw == "":
            return None
        if len(raw) > self.max or not re.fullmatch(r"https?://[^\s<>\"]+", raw):
            raise ValueError(f"« {raw[:60]} » n’est pas une adresse (https://…)")
        return raw


@dataclass(frozen=True)
class Slug:
    """A name for machines; with `to`, that of an entry of this kind.

    `scoped` is the name of an entry itself: like a reference, it is one catalogue's own
    (`scope.py`).
    """

    to: str = ""
    scoped: bool = False
    pattern: str = r"[a-z0-9]+(?:[-_][a-z0-9]+)*"
    max: int = 80
    optional: bool = False

    def value(self, raw: str) -> str | None:
        if raw == "" and self.optional:
            return None
        # Written bare, "null" would be none.
        if len(raw) > self.max or not re.fullmatch(self.pattern, raw) or raw == "null":
            raise ValueError(
                f"« {raw[:60]} » n’est pas un identifiant (minuscules, chiffres et tirets)"
            )
        return raw


@dataclass(frozen=True)
class Choice:
    """One of the values of an enumeration."""

    of: type[TextChoices]

    def value(self, raw: str) -> str:
        if raw not in self.of.values:
            raise ValueError(f"« {raw[:40]} » ; attendu : {', '.join(self.of.values)}")
        return raw


@dataclass(frozen=True)
class Whole:
    """A whole number."""

    optional: bool = False
    max: int = 99_999_999

    def value(self, raw: str) -> int | None:
        if raw == "" and self.optional:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", raw):
            raise ValueError(f"« {raw[:40]} » n’est pas un nombre entier")
        if int(raw) > self.max:
            raise ValueError(f"{raw} est trop grand : {self.max} au plus")
        return int(raw)


@dataclass(frozen=True)
class Number:
    """A decimal number, kept as text without useless zeros."""

    optional: bool = True

    def value(self, raw: str) -> str | None:
        if raw == "" and self.optional:
            return None
        if not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,4})?", raw):
            raise ValueError(f"« {raw[:40]} » n’est pas un nombre")
        return plain(Decimal(raw))


@dataclass(frozen=True)
class Literal:
    """The default of a parameter: any scalar, kept as it is written."""

    max: int = 200

    def value(self, raw: str) -> str:
        if not raw.strip():
            raise ValueError("la valeur manque")
        if len(raw) > self.max:
            raise ValueError(f"{len(raw)} signes, {self.max} au plus")
        return raw


@dataclass(frozen=True)
class Day:
    optional: bool = False

    def value(self, raw: str) -> str | None:
        if raw == "" and self.optional:
            return None
        try:
            return date.fromisoformat(raw).isoformat()
        except ValueError:
            raise ValueError(f"« {raw[:40]} » n’est pas une date (2026-11-21)") from None


@dataclass(frozen=True)
class Flag:
    def value(self, raw: str) -> bool:
        if raw not in ("true", "false"):
            raise ValueError(f"« {raw[:40]} » ; attendu : true ou false")
        return raw == "true"


@dataclass(frozen=True)
class ListOf:
    item: "Kind"
    optional: bool = False
    at_least: int = 0


@dataclass(frozen=True)
class MapOf:
    """Free keys of one kind, values of another."""

    key: Slug
    item: "Kind"


@dataclass(frozen=True)
class Record:
    """Known keys, in the order in which they are written.

    `defaults` are keys that may be left out; a value equal to its default is not written.
    """

    fields: dict[str, "Kind"]
    defaults: dict[str, object] = field(default_factory=dict)


Scalar = Text | Address | Slug | Choice | Whole | Number | Literal | Day | Flag
Kind = Scalar | ListOf | MapOf | Record


def plain(number: Decimal | None) -> str | None:
    """A number as it is written in the file: "0.5", "24", never "-0"."""
    return None if number is None else f"{number.normalize() + 0:f}"


ONE_LINE = Text(max=300)
PROMPT = Text(max=300, in_one_line=True)
NAME = Text(max=200)
LINE = Text(max=90)
NOTE = Text(optional=True)
ENTRY = Slug(scoped=True)
PARAMETER_SLUG = Slug(pattern=r"[a-z][a-z0-9_]*", max=60)
QUESTION = Slug(pattern=r"[a-z][a-z0-9_]*", max=60, scoped=True)
SOURCE = Slug(to="source")
SOURCE_OR_NONE = Slug(to="source", optional=True)
PURPOSES = ListOf(Slug(to="purpose"))

WORDING = Record(
    {
        "sizes": ListOf(Slug(to="size_class"), at_least=1),
        "line": Text(max=90, optional=True),
        "text": Text(),
        "easy": Text(optional=True),
        "unsuitable": Text(optional=True),
    },
    defaults={"line": None, "easy": None},
)

PARAMETER = Record(
    {
        "slug": PARAMETER_SLUG,
        "label": Text(max=120),
        "type": Choice(enums.ParameterType),
        "unit": Text(max=40, optional=True),
        "unit_one": Text(max=40, optional=True),
        "default": Literal(),
        "min": Number(),
        "max": Number(),
        "choices": ListOf(Text(max=200, in_one_line=True), optional=True),
        "by_size": MapOf(Slug(to="size_class"), Literal()),
        "basis": Choice(enums.Basis),
        "help": NOTE,
    }
)

MEASURE = Record(
    {
        "slug": ENTRY,
        "title": LINE,
        "line": LINE,
        "text": Text(),
        "easy": Text(),
        "wordings": ListOf(WORDING),
        "decided_by": Choice(enums.Authority),
        "decided_by_note": NOTE,
        "horizon": Choice(enums.Horizon),
        "budget": Choice(enums.Budget),
        "budget_note": NOTE,
        "difficulty": Choice(enums.Difficulty),
        "purposes": PURPOSES,
        "origin": Choice(enums.Origin),
        "origin_note": NOTE,
        "parameters": ListOf(PARAMETER),
        "legal_bases": ListOf(
            Record(
                {
                    "instrument": NAME,
                    "reference": Text(max=300, optional=True),
                    "note": NOTE,
                    "confidence": Choice(enums.Confidence),
                    "source": SOURCE_OR_NONE,
                }
            )
        ),
        "pitches": ListOf(Text(max=240)),
        "objections": ListOf(
            Record(
                {
                    "objection": ONE_LINE,
                    "answer": Text(max=400),
                    "sources": ListOf(SOURCE),
                }
            )
        ),
        "examples": ListOf(
            Record(
                {
                    "place": NAME,
                    "fact": Text(),
                    "kind": Choice(enums.ExampleKind),
                    "country": Slug(pattern="[A-Z]{2}"),
                    "source": SOURCE_OR_NONE,
                }
            )
        ),
        "related": ListOf(Slug(to="measure")),
        "published": Flag(),
        "retired": Flag(),
        "successor": Slug(to="measure", optional=True),
        "review_by": Day(optional=True),
    },
    defaults={"published": True, "retired": False, "successor": None, "review_by": None},
)

PROPOSAL = Record(
    {
        "number": Whole(max=999),
        "slug": ENTRY,
        "title": Text(max=120),
        "summary": Text(),
        "purposes": PURPOSES,
        "site_url": Address(max=300),
        "figures": ListOf(
            Record(
                {
                    "statement": Text(),
                    "value": Text(max=80, optional=True),
                    "origin": Choice(enums.FigureOrigin),
                    "source": SOURCE_OR_NONE,
                    "caveat": NOTE,
                }
            )
        ),
        "questions": ListOf(
            Record(
                {
                    "slug": QUESTION,
                    "text": Text(),
                    "where_to_find": Text(max=300, optional=True),
                    "measures": ListOf(Slug(to="measure")),
                }
            )
        ),
        "published": Flag(),
        "review_by": Day(optional=True),
        "measures": ListOf(MEASURE),
    },
    defaults={"published": True, "review_by": None},
)

SHEET = Record(
    {
        "slug": ENTRY,
        "title": NAME,
        "audience": Text(),
        "intro": Text(),
        "how_to_use": Text(),
        "source": SOURCE_OR_NONE,
        "proposals": ListOf(Whole()),
        "questions": ListOf(Record({"slug": Slug(), "text": Text(), "prompts": ListOf(PROMPT)})),
    }
)

CATALOGUE = Record(
    {
        "catalogue": Record(
            {
                "slug": Slug(max=20, optional=True),
                "title": Text(max=200, optional=True),
                "release": Text(max=20),
                "date": Day(),
                "note": NOTE,
            },
            defaults={"slug": None, "title": None},
        ),
        "purposes": ListOf(Record({"slug": ENTRY, "label": NAME})),
        "size_classes": ListOf(
            Record(
                {
                    "slug": ENTRY,
                    "label": Text(max=100),
                    "min_population": Whole(),
                    "max_population": Whole(optional=True),
                }
            ),
            at_least=1,
        ),
        "signatories": ListOf(
            Record(
                {
                    "name": NAME,
                    "kind": Choice(enums.SignatoryKind),
                    "role": Text(max=200, optional=True),
                }
            )
        ),
        "thresholds": ListOf(
            Record(
                {
                    "population": Whole(),
                    "scope": Text(max=100),
                    "rule": Text(),
                    "confidence": Choice(enums.Confidence),
                    "source": SOURCE,
                }
            )
        ),
        "sources": MapOf(
            ENTRY,
            Record(
                {
                    "title": Text(max=300),
                    "url": Address(),
                    "date": Text(max=80, optional=True),
                    "checked_on": Day(optional=True),
                    "checked_by": Text(max=80, optional=True),
                },
                defaults={"checked_on": None, "checked_by": None},
            ),
        ),
        "proposals": ListOf(PROPOSAL),
        "reflection_sheets": ListOf(SHEET),
    }
)
