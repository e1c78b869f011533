"""The programme's own file: YAML that holds what is printed, and that imports again.

Every text is quoted or a block, so that `01004`, `no` and `12:30` stay texts whatever reads them.
Reading is as strict as the catalogue's, and by the same reader.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from proposals import placeholders
from proposals.catalogue import reading, shape
from proposals.catalogue.dumping import FOLD, Emitter
from proposals.catalogue.problems import Problem

from ..enums import Fidelity, ProgrammeKind
from ..printing.document import Commitment, Document, Source, Value, Written
from . import tree

FORMAT = "desescalade-programme/1"
FIELDS = ("title", "line", "text", "easy")
# Those that are Markdown, of several lines.
PROSE_FIELDS = ("text", "easy")
HEADER = """\
# Un programme composé avec Désescalade : ce qui est imprimé, et rien d’autre.
# Ce fichier se relit ici ou sur un autre site Désescalade.
"""
ADDRESS = r"https?://[^\s<>\"]+"
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
# A shorter text stands in quotes on one line.
FOLDED_FROM = 60


class ProgrammeFileError(Exception):
    """All the problems of a file, in the order of its lines."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__(f"{len(self.problems)} problème(s) dans le fichier du programme")


@dataclass(frozen=True)
class FileFigure:
    statement: str
    source: int | None


@dataclass(frozen=True)
class FileCommitment:
    """The texts as they were written, placeholders and all; None for those not in the file.

    `measure` is "" for one of the team's own. `decided_by` and `horizon` are in words, as
    printed. `values` are those that the texts name.
    """

    measure: str
    fidelity: Fidelity
    decided_by: str
    horizon: str
    title: str | None
    line: str | None
    text: str | None
    easy: str | None
    values: tuple[Value, ...]


@dataclass(frozen=True)
class FileChapter:
    """`proposal` is the number of the proposal, 0 for the team's own chapter."""

    proposal: int
    title: str
    summary: str
    commitments: tuple[FileCommitment, ...]
    figures: tuple[FileFigure, ...]


@dataclass(frozen=True)
class FileCommune:
    code: str
    name: str
    population: int | None


@dataclass(frozen=True)
class FileEdition:
    number: int
    code: str
    date: date


@dataclass(frozen=True)
class ProgrammeFile:
    """What a file says. `edition` is None for what does not come from one."""

    commune: FileCommune
    kind: ProgrammeKind
    vote_date: date | None
    title: str
    subtitle: str
    list_name: str
    edition: FileEdition | None
    chapters: tuple[FileChapter, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Words:
    """A text kept as it is, "" included; `pattern` is what it must look like.

    The bounds keep a file readable. Those of the forms are for whoever imports it.
    """

    max: int = 1_000
    pattern: str = "(?s:.*)"
    expected: str = ""

    def value(self, raw: str) -> str:
        if len(raw) > self.max:
            raise ValueError(f"{len(raw)} signes, {self.max} au plus")
        if found := INVISIBLE.search(raw):
            raise ValueError(f"signe invisible interdit (U+{ord(found[0]):04X})")
        if not re.fullmatch(self.pattern, raw):
            raise ValueError(f"« {raw[:60]} » ; attendu : {self.expected}")
        return raw


@dataclass(frozen=True)
class Day:
    """A date, or null where there may be none."""

    optional: bool = False

    def value(self, raw: str) -> date | None:
        if self.optional and raw == "":
            return None
        return date.fromisoformat(shape.Day().value(raw))


WORDS = Words()
PROSE = Words(max=100_000)
FIGURE = shape.Record(
    {"statement": PROSE, "source": shape.Whole(optional=True)}, defaults={"source": None}
)
COMMITMENT = shape.Record(
    {
        # What is another catalogue's begins with its name (`catalogue/scope.py`).
        "measure": shape.Slug(pattern=f"{shape.Slug.pattern}(?:--{shape.Slug.pattern})?", max=110),
        "fidelity": shape.Choice(Fidelity),
        "decided_by": WORDS,
        "horizon": WORDS,
        **{field: PROSE if field in PROSE_FIELDS else WORDS for field in FIELDS},
        "values": shape.MapOf(shape.PARAMETER_SLUG, WORDS),
    },
    defaults={"measure": "", **dict.fromkeys(FIELDS), "values": {}},
)
CHAPTER = shape.Record(
    {
        "proposal": shape.Whole(),
        "title": WORDS,
        "summary": PROSE,
        "commitments": shape.ListOf(COMMITMENT),
        "figures": shape.ListOf(FIGURE),
    },
    defaults={"proposal": 0, "figures": []},
)
SOURCE = shape.Record(
    {
        "number": shape.Whole(),
        "title": WORDS,
        "date": WORDS,
        "url": Words(pattern=f"({ADDRESS})?", expected="une adresse (https://…)"),
    },
    defaults={"date": "", "url": ""},
)
CONTENT = shape.Record(
    {
        "commune": shape.Record(
            {
                "code": Words(pattern="([0-9][0-9AB][0-9]{3})?", expected="un code INSEE"),
                "name": WORDS,
                "population": shape.Whole(optional=True),
            }
        ),
        "kind": shape.Choice(ProgrammeKind),
        "vote_date": Day(optional=True),
        "title": WORDS,
        "subtitle": WORDS,
        "list_name": WORDS,
        "edition": shape.Record({"number": shape.Whole(), "code": WORDS, "date": Day()}),
        "chapters": shape.ListOf(CHAPTER),
        "sources": shape.ListOf(SOURCE),
    },
    defaults={"edition": None, "sources": []},
)
FILE = shape.Record(
    {"format": Words(pattern=re.escape(FORMAT), expected=FORMAT), **CONTENT.fields},
    CONTENT.defaults,
)


def dump(document: Document, fields: Collection[str] = FIELDS) -> bytes:
    """The file of a document: `contents`, in UTF-8. Same document, same bytes."""
    return to_yaml(HEADER, FORMAT, CONTENT, contents(document, fields))


def contents(document: Document, fields: Collection[str] = FIELDS) -> ProgrammeFile:
    """What the file of a document says: what is printed, and nothing of the team's work.

    `fields` are the texts that are printed: ("title", "line") for a leaflet.
    """
    stamp = document.stamp
    return ProgrammeFile(
        commune=FileCommune(
            document.commune_code, tree.one_line(document.commune), document.population
        ),
        kind=document.kind,
        vote_date=document.vote_date,
        title=tree.one_line(document.title),
        subtitle=tree.one_line(document.subtitle),
        list_name=tree.one_line(document.list_name),
        edition=stamp and FileEdition(stamp.number, stamp.code, stamp.made_on),
        chapters=tuple(
            FileChapter(
                proposal=chapter.proposal,
                title=tree.one_line(chapter.title),
                summary=tree.clean(chapter.summary),
                commitments=tuple(_commitment(each, fields) for each in chapter.commitments),
                figures=tuple(
                    FileFigure(tree.clean(figure.statement), figure.source)
                    for figure in chapter.figures
                ),
            )
            for chapter in document.chapters
        ),
        sources=tuple(
            Source(
                source.number,
                tree.one_line(source.title),
                tree.one_line(source.date),
                source.url if re.fullmatch(ADDRESS, source.url) else "",
            )
            for source in document.sources
        ),
    )


Check = Callable[[dict[str, Any], reading.Findings], None]


def read(content: bytes, check: Check | None = None) -> ProgrammeFile:
    """What a file says: `read(dump(document, fields)) == contents(document, fields)`.

    `check` adds the problems of whoever imports it. Raises ProgrammeFileError with every problem,
    at its line, in French.
    """
    findings = reading.Findings(what="programme")
    try:
        value = reading.typed(content, FILE, findings)
        if not findings.problems:
            _check(value, findings)
            if check:
                check(value, findings)
    except reading.TooMuch:
        pass
    if findings.problems:
        raise ProgrammeFileError(findings.problems)
    return _structured(value)


def _commitment(commitment: Commitment, fields: Collection[str]) -> FileCommitment:
    written = commitment.written or Written(
        commitment.title, commitment.line, commitment.text, commitment.easy, ()
    )
    texts = {
        field: (tree.clean if field in PROSE_FIELDS else tree.one_line)(getattr(written, field))
        for field in FIELDS
        if field in fields
    }
    named = {name for text in texts.values() for name in placeholders.names_in(text)}
    return FileCommitment(
        measure=commitment.measure,
        fidelity=commitment.fidelity,
        decided_by=commitment.decided_by,
        horizon=commitment.horizon,
        **{field: texts.get(field) for field in FIELDS},
        values=tuple(
            Value(each.slug, tree.one_line(each.value))
            for each in written.values
            if each.slug in named
        ),
    )


def _check(value: dict[str, Any], findings: reading.Findings) -> None:
    """What no single value shows: sources that are not there, what is there twice."""
    numbers = Counter(source["number"] for source in value["sources"])
    for index, source in enumerate(value["sources"]):
        if numbers[source["number"]] > 1:
            path = ("sources", index, "number")
            findings.add_at(path, f"deux sources portent le numéro {source['number']}")
    measures: Counter[str] = Counter()
    for rank, chapter in enumerate(value["chapters"]):
        for index, figure in enumerate(chapter["figures"]):
            if figure["source"] is not None and not numbers[figure["source"]]:
                path = ("chapters", rank, "figures", index, "source")
                findings.add_at(path, f"la source {figure['source']} n’est pas dans le fichier")
        for index, commitment in enumerate(chapter["commitments"]):
            measures[commitment["measure"]] += 1
            if commitment["measure"] and measures[commitment["measure"]] > 1:
                path = ("chapters", rank, "commitments", index, "measure")
                findings.add_at(path, f"la mesure « {commitment['measure']} » est prise deux fois")


def _structured(value: dict[str, Any]) -> ProgrammeFile:
    return ProgrammeFile(
        commune=FileCommune(**value["commune"]),
        kind=ProgrammeKind(value["kind"]),
        vote_date=value["vote_date"],
        title=value["title"],
        subtitle=value["subtitle"],
        list_name=value["list_name"],
        edition=value["edition"] and FileEdition(**value["edition"]),
        chapters=tuple(map(_chapter, value["chapters"])),
        sources=tuple(Source(**source) for source in value["sources"]),
    )


def _chapter(value: dict[str, Any]) -> FileChapter:
    commitments = [
        FileCommitment(
            **{
                **each,
                "fidelity": Fidelity(each["fidelity"]),
                "values": tuple(Value(*pair) for pair in each["values"].items()),
            }
        )
        for each in value["commitments"]
    ]
    figures = tuple(FileFigure(**figure) for figure in value["figures"])
    return FileChapter(**{**value, "commitments": tuple(commitments), "figures": figures})


def to_yaml(header: str, format: str, kind: shape.Record, value: object) -> bytes:
    """A record as a file, its format named first; attributes of the value are its keys."""
    content = {Key("format"): format, **_plain(kind, value)}
    text = yaml.dump(content, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=FOLD)
    return (header + text).encode()


class Key(str):
    """A key of a mapping: it stands without quotes where it can."""


class Dumper(Emitter):
    def ignore_aliases(self, data: object) -> bool:
        return True


def _represent_text(dumper: Dumper, text: str) -> yaml.ScalarNode:
    # Folding would lose the second of two spaces.
    is_folded = len(text) > FOLDED_FROM and "  " not in text
    style = "|" if "\n" in text else ">" if is_folded else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _represent_key(dumper: Dumper, key: Key) -> yaml.ScalarNode:
    # PyYAML quotes what it would not read as text; it knows nothing of y and n.
    style = '"' if len(key) == 1 else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(key), style=style)


Dumper.add_representer(str, _represent_text)
Dumper.add_representer(Key, _represent_key)


def _plain(kind: shape.Kind, value: Any) -> Any:
    """The value in the order of its shape, less what is as the shape takes it to be."""
    match kind:
        case shape.Record() if value is not None:
            pairs = [
                (name, _plain(each, getattr(value, name))) for name, each in kind.fields.items()
            ]
            return {
                Key(name): plain
                for name, plain in pairs
                if name not in kind.defaults or plain != kind.defaults[name]
            }
        case shape.ListOf():
            return [_plain(kind.item, each) for each in value]
        case shape.MapOf():
            return {Key(each.slug): each.value for each in value}
        case shape.Choice():
            return str(value)
        case Day() if value is not None:
            return value.isoformat()
    return value
