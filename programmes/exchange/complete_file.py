"""The complete file: all of a programme that is the team's, to take away and to bring back.

Beside it, `programme_file` holds what is printed and nothing else. Both are read by the same
strict reader; docs/fichier-programme.md shows this one.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from time import thread_time
from typing import Any

from django.core.exceptions import ValidationError

from desescalade import markdown
from proposals import parameters, placeholders
from proposals.catalogue import reading

from .complete_shape import CONTENT, FILE, FORMAT
from .programme_file import FIELDS, PROSE_FIELDS, ProgrammeFileError, to_yaml

# Of processor time for the texts of a whole file; those of a real programme take less than one.
SECONDS = 6
TOO_SLOW = "ces textes sont trop compliqués pour être vérifiés d’un coup : partager le fichier"
# Half a file is a file of half a programme: the last line says that nothing is missing.
END = "# Fin du programme."
CUT = f"ce fichier s’arrête avant la fin : sa dernière ligne doit être « {END} »"
HEADER = """\
# Un programme entier, composé avec Désescalade : aussi ce qui est à discuter, écarté ou déjà fait.
# On peut y réécrire « title », « line », « text », « easy » et les « value » dans un éditeur de
# texte, puis importer ce fichier. « catalogue » rappelle les mots d’origine : ne pas y toucher.
"""


@dataclass(frozen=True)
class Settings:
    """`population` is the team's own figure, None for that of the census.

    `catalogue` is "" for the main one.
    """

    catalogue: str
    commune_code: str
    commune_name: str
    population: int | None
    kind: str
    vote_date: date | None
    list_name: str
    title: str
    subtitle: str
    variant: str
    printer: str
    printer_name: str
    printer_address: str


@dataclass(frozen=True)
class Figure:
    statement: str
    value: str
    caveat: str
    source_title: str
    source_url: str
    source_date: str
    is_printed: bool


@dataclass(frozen=True)
class Catalogue:
    """What the catalogue said when the measure was taken, and for which sizes.

    `release` is only for the reader; `declined` is the digest of a newer text that the team does
    not want.
    """

    title: str
    line: str
    text: str
    easy: str
    sizes: tuple[str, ...]
    size_label: str
    taken_at_size: str
    release: str
    declined: str


@dataclass(frozen=True)
class Parameter:
    """A copy with the team's value; `min` and `max` are decimals as text, or None."""

    slug: str
    value: str
    label: str
    type: str
    unit: str
    unit_one: str
    min: str | None
    max: str | None
    choices: tuple[str, ...]
    help: str
    default: str


@dataclass(frozen=True)
class Objection:
    objection: str
    answer: str
    source: str


@dataclass(frozen=True)
class Commitment:
    """The four texts as they read, the catalogue's where the team wrote none of its own.

    `key` and `version` say which one of which programme it is; `catalogue` is None for one of the
    team's own.
    """

    key: str
    version: int
    measure: str
    status: str
    reason: str
    title: str
    line: str
    text: str
    easy: str
    decided_by: str
    horizon: str
    budget: str
    parameters: tuple[Parameter, ...]
    pitches: tuple[str, ...]
    objections: tuple[Objection, ...]
    catalogue: Catalogue | None


@dataclass(frozen=True)
class Chapter:
    """`proposal` is a slug, "" for the team's own; `commitments` in their order."""

    number: int
    proposal: str
    title: str
    summary: str
    figures: tuple[Figure, ...]
    commitments: tuple[Commitment, ...]


@dataclass(frozen=True)
class Layout:
    """The choices for a format, but for its logo; `chosen` are keys of commitments."""

    format: str
    list_name: str
    slogan: str
    candidates: str
    color: str
    printer: str
    printer_name: str
    printer_address: str
    bleed: int
    copies: int | None
    side_price: str
    chosen: tuple[str, ...]


@dataclass(frozen=True)
class CompleteFile:
    """`origin` and `version` are of the programme that the file was written from: see origin_of."""

    origin: str
    version: int
    settings: Settings
    chapters: tuple[Chapter, ...]
    layouts: tuple[Layout, ...]

    @property
    def commitments(self) -> tuple[Commitment, ...]:
        return tuple(row for chapter in self.chapters for row in chapter.commitments)


def dump(file: CompleteFile) -> bytes:
    """The file in UTF-8. Same content, same bytes."""
    return to_yaml(HEADER, FORMAT, CONTENT, file) + f"{END}\n".encode()


def read(content: bytes) -> CompleteFile:
    """What a file says: `read(dump(file)) == file`.

    Raises ProgrammeFileError with every problem, at its line, in French.
    """
    findings = reading.Findings(what="programme")
    try:
        if not content.rstrip().endswith(END.encode()):
            findings.add(content.count(b"\n") + 1, 1, CUT)
        value = reading.typed(content, FILE, findings)
        if not findings.problems:
            _check(value, findings)
    except reading.TooMuch:
        pass
    if findings.problems:
        raise ProgrammeFileError(findings.problems)
    return _structured(value)


Path = tuple[str | int, ...]


def _check(value: dict[str, Any], findings: reading.Findings) -> None:
    """What no single value shows: what is there twice, texts and values that no form would take."""
    chapters = [(("chapters", rank), row) for rank, row in enumerate(value["chapters"])]
    rows = [
        ((*path, "commitments", rank), row)
        for path, chapter in chapters
        for rank, row in enumerate(chapter["commitments"])
    ]
    layouts = [(("layouts", rank), row) for rank, row in enumerate(value["layouts"])]
    _refuse_twice(chapters, "number", "le numéro de chapitre {} sert deux fois", findings)
    _refuse_twice(chapters, "proposal", "la proposition « {} » a deux chapitres", findings)
    _refuse_twice(rows, "key", "la clé {} sert deux fois", findings)
    _refuse_twice(rows, "measure", "la mesure « {} » est prise deux fois", findings)
    _refuse_twice(layouts, "format", "le format « {} » est réglé deux fois", findings)
    patience = Patience(findings)
    for path, row in rows:
        patience.go_on()
        _check_texts(path, row, findings)
        _check_parameters(path, row["parameters"], findings)


class Patience:
    """Stops the check of a file made to be slow: a text alone may take half a second."""

    def __init__(self, findings: reading.Findings) -> None:
        self.findings, self.end = findings, thread_time() + SECONDS

    def go_on(self) -> None:
        """Raises reading.TooMuch when the time is spent."""
        if thread_time() > self.end:
            self.findings.add(1, 1, TOO_SLOW)
            raise reading.TooMuch


def _refuse_twice(
    rows: list[tuple[Path, dict[str, Any]]], name: str, message: str, findings: reading.Findings
) -> None:
    """`message` at every value of this name that was there before; "" and None may be."""
    seen: Counter[object] = Counter()
    for path, row in rows:
        known = row[name]
        seen[known] += 1
        if known not in ("", None) and seen[known] > 1:
            findings.add_at((*path, name), message.format(known))


def _check_texts(path: Path, row: dict[str, Any], findings: reading.Findings) -> None:
    """Each must be what a form would take: what is called the catalogue's may become the team's."""
    known = [parameter["slug"] for parameter in row["parameters"]]
    for name in FIELDS:
        for problem in problems_of(name, row[name], known):
            findings.add_at((*path, name), problem)
    base = row["catalogue"] or dict.fromkeys(FIELDS, "")
    for name in ("title", "text"):
        if not (row[name] or base[name]).strip():
            findings.add_at((*path, name), f"{name} : le texte est vide")


def problems_of(field: str, text: str, known: list[str]) -> list[str]:
    """What a form would say of a text that names these parameters."""
    found = placeholders.problems(text, known)
    return found + markdown.problems(text) if field in PROSE_FIELDS else found


def _check_parameters(path: Path, rows: list[dict[str, Any]], findings: reading.Findings) -> None:
    places = [((*path, "parameters", rank), row) for rank, row in enumerate(rows)]
    _refuse_twice(places, "slug", "le réglage « {} » est là deux fois", findings)
    for place, row in places:
        try:
            parameters.parse(
                row["value"],
                type=row["type"],
                min=decimal(row["min"]),
                max=decimal(row["max"]),
                choices=row["choices"],
            )
        except ValidationError as error:
            findings.add_at((*place, "value"), f"value : {error.messages[0]}")


def decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _structured(value: dict[str, Any]) -> CompleteFile:
    return CompleteFile(
        origin=value["origin"],
        version=value["version"],
        settings=Settings(**value["settings"]),
        chapters=tuple(
            Chapter(
                **{
                    **chapter,
                    "proposal": chapter["proposal"] or "",
                    "figures": tuple(Figure(**figure) for figure in chapter["figures"]),
                    "commitments": tuple(map(_commitment, chapter["commitments"])),
                }
            )
            for chapter in value["chapters"]
        ),
        layouts=tuple(
            Layout(**{**layout, "chosen": tuple(layout["chosen"])}) for layout in value["layouts"]
        ),
    )


def _commitment(value: dict[str, Any]) -> Commitment:
    catalogue = value["catalogue"]
    return Commitment(
        **{
            **value,
            "measure": value["measure"] or "",
            "parameters": tuple(_parameters(value["parameters"])),
            "pitches": tuple(value["pitches"]),
            "objections": tuple(Objection(**said) for said in value["objections"]),
            "catalogue": catalogue
            and Catalogue(**{**catalogue, "sizes": tuple(catalogue["sizes"])}),
        }
    )


def _parameters(rows: list[dict[str, Any]]) -> Iterator[Parameter]:
    for row in rows:
        yield Parameter(**{**row, "choices": tuple(row["choices"])})
