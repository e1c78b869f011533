"""The shape of the complete file: which keys, in which order, and what each may hold.

The bounds are those of the database, so that what is read can be written.
"""

import re
from dataclasses import dataclass, replace

from proposals.catalogue import shape
from proposals.enums import Authority, Budget, Horizon, ParameterType

from ..enums import Printer, ProgrammeKind, Status
from .programme_file import ADDRESS, Day, Words

FORMAT = "desescalade-programme-complet/1"
KEY = Words(
    pattern="[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    expected="une clé écrite par Désescalade (ou retirer cette ligne)",
)
DIGEST = Words(pattern="([0-9a-f]{16})?", expected="une empreinte écrite par Désescalade")
LINE = Words(max=90)
TEXT = Words(max=100_000)
URL = Words(max=600, pattern=f"({ADDRESS})?", expected="une adresse (https://…)")
# As rows have it: what is another catalogue's begins with its name (`catalogue/scope.py`).
_NAME = shape.Slug.pattern
NAMED = shape.Slug(pattern=f"{_NAME}(?:--{_NAME})?", max=110)
NAMED_OR_NONE = replace(NAMED, optional=True)
SIZE = Words(max=110, pattern=f"({NAMED.pattern})?", expected="le nom d’une taille")


@dataclass(frozen=True)
class Optional:
    """One of the values of an enumeration, or nothing."""

    of: type[Printer]

    def value(self, raw: str) -> str:
        return raw and shape.Choice(self.of).value(raw)


SETTINGS = shape.Record(
    {
        "catalogue": Words(
            max=20, pattern=f"({_NAME})?", expected="le nom d’un catalogue, comme « 2032 »"
        ),
        "commune_code": Words(pattern="([0-9][0-9AB][0-9]{3})?", expected="un code INSEE"),
        "commune_name": Words(max=80),
        "population": shape.Whole(optional=True),
        "kind": shape.Choice(ProgrammeKind),
        "vote_date": Day(optional=True),
        "list_name": Words(max=100),
        "title": LINE,
        "subtitle": Words(max=160),
        "variant": Words(max=60),
        "printer": Optional(Printer),
        "printer_name": Words(max=120),
        "printer_address": Words(max=200),
    },
    defaults={
        "catalogue": "",
        "population": None,
        "vote_date": None,
        **dict.fromkeys(("list_name", "title", "subtitle", "variant"), ""),
        **dict.fromkeys(("printer", "printer_name", "printer_address"), ""),
    },
)
FIGURE = shape.Record(
    {
        "statement": TEXT,
        "value": Words(max=80),
        "caveat": TEXT,
        "source_title": Words(max=300),
        "source_url": URL,
        "source_date": Words(max=80),
        "is_printed": shape.Flag(),
    },
    defaults={
        **dict.fromkeys(("value", "caveat", "source_title", "source_url", "source_date"), ""),
        "is_printed": False,
    },
)
CATALOGUE = shape.Record(
    {
        "title": LINE,
        "line": LINE,
        "text": TEXT,
        "easy": TEXT,
        "sizes": shape.ListOf(NAMED),
        "size_label": Words(max=200),
        "taken_at_size": SIZE,
        "release": Words(max=20),
        "declined": DIGEST,
    },
    defaults={
        "sizes": [],
        **dict.fromkeys(("easy", "size_label", "taken_at_size", "release", "declined"), ""),
    },
)
PARAMETER = shape.Record(
    {
        "slug": shape.PARAMETER_SLUG,
        "value": Words(max=200),
        "label": Words(max=120),
        "type": shape.Choice(ParameterType),
        "unit": Words(max=40),
        "unit_one": Words(max=40),
        "min": shape.Number(),
        "max": shape.Number(),
        "choices": shape.ListOf(Words(max=200)),
        "help": TEXT,
        "default": Words(max=200),
    },
    defaults={
        **dict.fromkeys(("unit", "unit_one", "help", "default"), ""),
        "min": None,
        "max": None,
        "choices": [],
    },
)
OBJECTION = shape.Record(
    {"objection": Words(max=300), "answer": Words(max=400), "source": Words(max=600)},
    defaults={"source": ""},
)
COMMITMENT = shape.Record(
    {
        "key": KEY,
        "version": shape.Whole(),
        "measure": NAMED_OR_NONE,
        "status": shape.Choice(Status),
        "reason": Words(max=300),
        "title": LINE,
        "line": LINE,
        "text": TEXT,
        "easy": TEXT,
        "decided_by": shape.Choice(Authority),
        "horizon": shape.Choice(Horizon),
        "budget": shape.Choice(Budget),
        "parameters": shape.ListOf(PARAMETER),
        "pitches": shape.ListOf(Words(max=240)),
        "objections": shape.ListOf(OBJECTION),
        "catalogue": CATALOGUE,
    },
    defaults={
        **dict.fromkeys(("key", "measure", "reason", "line", "easy"), ""),
        "version": 0,
        "budget": Budget.NEUTRAL.value,
        **{name: [] for name in ("parameters", "pitches", "objections")},
        "catalogue": None,
    },
)
CHAPTER = shape.Record(
    {
        "number": shape.Whole(max=999),
        "proposal": NAMED_OR_NONE,
        "title": Words(max=120),
        "summary": TEXT,
        "figures": shape.ListOf(FIGURE),
        "commitments": shape.ListOf(COMMITMENT),
    },
    defaults={"proposal": "", "summary": "", "figures": [], "commitments": []},
)
LAYOUT = shape.Record(
    {
        "format": shape.Slug(max=40),
        "list_name": Words(max=100),
        "slogan": Words(max=120),
        "candidates": Words(max=5_000),
        "color": Words(pattern="(#[0-9a-fA-F]{6})?", expected="une couleur comme #1f4d3a"),
        "printer": Optional(Printer),
        "printer_name": Words(max=120),
        "printer_address": Words(max=200),
        "bleed": shape.Whole(max=5),
        "copies": shape.Whole(optional=True, max=1_000_000),
        "side_price": Words(
            pattern=r"(100|[0-9]{1,2}(\.[0-9]{1,3})?)?", expected="un prix comme 0.05"
        ),
        "chosen": shape.ListOf(KEY),
    },
    defaults={
        **dict.fromkeys(("list_name", "slogan", "candidates", "color", "side_price"), ""),
        **dict.fromkeys(("printer", "printer_name", "printer_address"), ""),
        "bleed": 3,
        "copies": None,
        "chosen": [],
    },
)
CONTENT = shape.Record(
    {
        "origin": DIGEST,
        "version": shape.Whole(),
        "settings": SETTINGS,
        "chapters": shape.ListOf(CHAPTER),
        "layouts": shape.ListOf(LAYOUT),
    },
    defaults={"origin": "", "version": 0, "layouts": []},
)
FILE = shape.Record(
    {"format": Words(pattern=re.escape(FORMAT), expected=FORMAT), **CONTENT.fields},
    CONTENT.defaults,
)
