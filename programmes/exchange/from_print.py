"""The file of what is printed, read as a complete one: what it does not say is filled in."""

from typing import Any

from django.core.exceptions import ValidationError

from proposals import parameters as values
from proposals.catalogue import reading, scope, shape
from proposals.enums import Authority, Budget, Horizon, ParameterType
from proposals.models import Measure, Proposal
from proposals.models import Parameter as ParameterRow
from proposals.tables.catalogue import MAIN
from proposals.tables.measure import LINE_LENGTH

from ..enums import Fidelity, Status
from ..models import Commune
from ..models.programme import DEFAULT_TITLE
from . import complete_file as file
from . import tree
from .programme_file import FileChapter, FileCommitment, FileFigure, ProgrammeFile, Source

AUTHORITIES = {each.sentence: each for each in Authority}
HORIZONS = {each.phrase: each for each in Horizon}


# What the database takes of what paper says at any length.
BOUNDS = {
    "title": 90,
    "subtitle": 160,
    "list_name": 100,
    "chapter title": 120,
    "line": LINE_LENGTH,
    "values": 200,
    "source title": 300,
    "url": 600,
    "date": 80,
    "proposal": 999,
}


def check(value: dict[str, Any], findings: reading.Findings) -> None:
    """The problems of a printed file that is to become a programme: what no form would take."""
    for name in ("title", "subtitle", "list_name"):
        _bound((name,), value[name], name, findings)
    for rank, source in enumerate(value["sources"]):
        for name, bound in (("title", "source title"), ("url", "url"), ("date", "date")):
            _bound(("sources", rank, name), source[name], bound, findings)
    numbers: set[int] = set()
    patience = file.Patience(findings)
    for rank, chapter in enumerate(value["chapters"]):
        path = ("chapters", rank)
        _bound((*path, "title"), chapter["title"], "chapter title", findings)
        number = chapter["proposal"]
        if number in numbers or number > BOUNDS["proposal"]:
            findings.add_at((*path, "proposal"), f"le numéro de chapitre {number} ne convient pas")
        numbers.add(number)
        for index, row in enumerate(chapter["commitments"]):
            patience.go_on()
            _check_commitment((*path, "commitments", index), row, findings)


def _check_commitment(
    path: tuple[str | int, ...], row: dict[str, Any], findings: reading.Findings
) -> None:
    for name in ("title", "line"):
        _bound((*path, name), row[name] or "", name, findings)
    for slug, value in row["values"].items():
        _bound((*path, "values", slug), value, "values", findings)
    for name in file.FIELDS:
        for problem in file.problems_of(name, row[name] or "", [*row["values"]]):
            findings.add_at((*path, name), problem)


def _bound(path: tuple[str | int, ...], text: str, name: str, findings: reading.Findings) -> None:
    if len(text) > BOUNDS[name]:
        findings.add_at(path, f"{path[-1]} : {len(text)} signes, {BOUNDS[name]} au plus")


def complete(printed: ProgrammeFile) -> file.CompleteFile:
    """What is printed as a complete file, whose commitments are all retained.

    The catalogue of this site gives what paper does not say: budget, bounds of the parameters.
    """
    rows = [row for chapter in printed.chapters for row in chapter.commitments]
    slugs = {row.measure for row in rows if row.measure}
    # Paper names no catalogue: its measures do.
    catalogue, _ = scope.parted(min(slugs, default=""))
    public = Measure.objects.of(catalogue).filter(published=True, proposal__published=True)
    measures = public.prefetch_related("parameters").in_bulk(slugs)
    proposals = {
        (row.number, tree.one_line(row.title)): row.pk
        for row in Proposal.objects.published().of(catalogue)
    }
    sources = {source.number: source for source in printed.sources}
    return file.CompleteFile(
        origin="",
        version=0,
        settings=_settings(printed, "" if catalogue == MAIN else catalogue),
        chapters=tuple(
            _chapter(chapter, proposals, measures, sources) for chapter in printed.chapters
        ),
        layouts=(),
    )


def _settings(printed: ProgrammeFile, catalogue: str) -> file.Settings:
    code, population = printed.commune.code, printed.commune.population
    census = Commune.objects.filter(pk=code).values_list("population", flat=True).first()
    return file.Settings(
        catalogue=catalogue,
        commune_code=code,
        commune_name=printed.commune.name,
        population=None if population == census else population,
        kind=printed.kind,
        vote_date=printed.vote_date,
        list_name=printed.list_name,
        title="" if printed.title == DEFAULT_TITLE else printed.title,
        subtitle=printed.subtitle,
        variant="",
        printer="",
        printer_name="",
        printer_address="",
    )


def _chapter(
    chapter: FileChapter,
    proposals: dict[tuple[int, str], str],
    measures: dict[str, Measure],
    sources: dict[int, Source],
) -> file.Chapter:
    return file.Chapter(
        number=chapter.proposal,
        proposal=proposals.get((chapter.proposal, chapter.title), ""),
        title=chapter.title,
        summary=chapter.summary,
        figures=tuple(_figure(figure, sources.get(figure.source)) for figure in chapter.figures),
        commitments=tuple(
            _commitment(row, measures.get(row.measure)) for row in chapter.commitments
        ),
    )


def _figure(figure: FileFigure, source: Source | None) -> file.Figure:
    return file.Figure(
        statement=figure.statement,
        value="",
        caveat="",
        source_title=source.title if source else "",
        source_url=source.url if source else "",
        source_date=source.date if source else "",
        is_printed=True,
    )


def _commitment(row: FileCommitment, measure: Measure | None) -> file.Commitment:
    texts = {name: getattr(row, name) or "" for name in file.FIELDS}
    # A leaflet says neither the text nor, where the line was enough, the title.
    texts["title"] = texts["title"] or texts["line"][:LINE_LENGTH]
    known = {each.slug: each for each in measure.parameters.all()} if measure else {}
    return file.Commitment(
        key="",
        version=0,
        measure=row.measure,
        status=Status.RETAINED,
        reason="",
        **texts,
        decided_by=AUTHORITIES.get(row.decided_by, measure.decided_by if measure else "other"),
        horizon=HORIZONS.get(row.horizon, measure.horizon if measure else "term"),
        budget=measure.budget if measure else Budget.NEUTRAL,
        parameters=tuple(
            _parameter(each.slug, each.value, known.get(each.slug)) for each in row.values
        ),
        pitches=(),
        objections=(),
        catalogue=_catalogue(texts) if row.fidelity == Fidelity.AS_IS else None,
    )


def _catalogue(texts: dict[str, str]) -> file.Catalogue:
    return file.Catalogue(
        **texts, sizes=(), size_label="", taken_at_size="", release="", declined=""
    )


def _parameter(slug: str, value: str, row: ParameterRow | None) -> file.Parameter:
    """With the bounds of the catalogue where the value keeps to them, else as a plain text."""
    if row is None or not _is_fit(row, value):
        return file.Parameter(
            slug, value, slug.replace("_", " "), ParameterType.TEXT, "", "", None, None, (), "", ""
        )
    return file.Parameter(
        slug=slug,
        value=value,
        label=row.label,
        type=row.type,
        unit=row.unit,
        unit_one=row.unit_one,
        min=shape.plain(row.min),
        max=shape.plain(row.max),
        choices=tuple(row.choice_list()),
        help=row.help,
        default=row.default,
    )


def _is_fit(row: ParameterRow, value: str) -> bool:
    try:
        values.parse(value, type=row.type, min=row.min, max=row.max, choices=row.choice_list())
    except ValidationError:
        return False
    return True
