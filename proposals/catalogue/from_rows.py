"""Rows to entries: a catalogue as the database has it, in the values of `shape.py`."""

from datetime import date
from types import ModuleType
from typing import Any

from django.db.models import Prefetch, QuerySet

from ..tables import measure as t
from ..tables import proposal as p
from ..tables import sheet as f
from ..tables.catalogue import MAIN
from . import entries as cut
from . import scope, shape
from .entries import Entries

Entry = dict[str, Any]


def entries_of(models: ModuleType, catalogue: str = MAIN) -> Entries:
    """All entries of a catalogue, as its file names them, in a fixed number of queries.

    `models` is `proposals.models` for what is published, `proposals.desk.models` for the working
    copy. Nothing at all where there is no such catalogue.
    """
    head = models.Catalogue.objects.filter(slug=catalogue).first()
    if head is None or not models.SizeClass.objects.of(catalogue).exists():
        return {}
    return scope.bare(cut.split(_whole(models, head)), catalogue)


def entry(models: ModuleType, kind: str, key: str, catalogue: str = MAIN) -> Any:
    """One entry, or None; far fewer queries than all of them for a measure or a source."""
    own = scope.joined(catalogue, key)
    match kind:
        case "measure":
            row = _measures(models.Measure).filter(pk=own).select_related("proposal").first()
            value = row and {**_measure(row), "proposal": row.proposal_id}
        case "proposal":
            rows = models.Proposal.objects.filter(pk=own)
            row = _proposals(rows, models.Measure).first()
            value = row and {k: v for k, v in _proposal(row).items() if k != "measures"}
        case "source":
            row = models.Source.objects.filter(pk=own).first()
            value = row and _source(row)
        case _:
            return entries_of(models, catalogue).get((kind, key))
    return value and scope.bare({(kind, own): value}, catalogue)[kind, key]


def _whole(models: ModuleType, head: Any) -> dict[str, Any]:
    def of_catalogue(name: str) -> QuerySet:
        return getattr(models, name).objects.filter(catalogue=head)

    return {
        "catalogue": {
            "slug": None if head.slug == MAIN else head.slug,
            "title": head.title or None,
            "release": head.release,
            "date": _day(head.date),
            "note": head.note or None,
        },
        "purposes": list(of_catalogue("Purpose").values("slug", "label")),
        "size_classes": _size_classes(list(of_catalogue("SizeClass"))),
        "signatories": [
            {"name": row.name, "kind": row.kind, "role": row.role or None}
            for row in of_catalogue("Signatory")
        ],
        "thresholds": list(
            of_catalogue("Threshold").values("population", "scope", "rule", "confidence", "source")
        ),
        "sources": {row.slug: _source(row) for row in of_catalogue("Source")},
        "proposals": [
            _proposal(row) for row in _proposals(of_catalogue("Proposal"), models.Measure)
        ],
        "reflection_sheets": [
            _sheet(row)
            for row in of_catalogue("ReflectionSheet").prefetch_related(
                *_lists("questions", "sheetproposal_set"), "read_sheetproposal_set__proposal"
            )
        ],
    }


def _day(value: date | str | None) -> str | None:
    return str(value) if value else None


def _source(row: Any) -> Entry:
    return {
        "title": row.title,
        "url": row.url or None,
        "date": row.date or None,
        "checked_on": _day(row.checked_on),
        "checked_by": row.checked_by or None,
    }


def _size_classes(rows: list[Any]) -> list[Entry]:
    uppers = [row.min_population - 1 for row in rows[1:]] + [None]
    return [
        {
            "slug": row.slug,
            "label": row.label,
            "min_population": row.min_population,
            "max_population": upper,
        }
        for row, upper in zip(rows, uppers, strict=True)
    ]


def _lists(*lookups: str) -> list[Prefetch]:
    """Related rows as the list `read_<name>`: a manager would clone a queryset for every row."""
    found = []
    for lookup in lookups:
        *owners, name = lookup.split("__")
        way = "__".join([*(f"read_{owner}" for owner in owners), name])
        found.append(Prefetch(way, to_attr=f"read_{name}"))
    return found


def _proposals(rows: QuerySet, measures: type) -> QuerySet:
    return rows.prefetch_related(
        *_lists("proposalpurpose_set", "figures", "questions", "questions__questionmeasure_set"),
        Prefetch("measures", _measures(measures), to_attr="read_measures"),
    )


def _measures(model: type) -> QuerySet:
    return model.objects.prefetch_related(
        *_lists(
            *("wordings", "wordings__sizes", "measurepurpose_set"),
            *("parameters", "parameters__by_size", "legal_bases", "pitches"),
            *("objections", "objections__objectionsource_set", "examples", "related_links"),
        )
    )


def _proposal(row: p.Proposal) -> Entry:
    return {
        "number": row.number,
        "slug": row.slug,
        "title": row.title,
        "summary": row.summary,
        "purposes": [link.purpose_id for link in row.read_proposalpurpose_set],
        "site_url": row.site_url or None,
        "figures": [
            {
                "statement": figure.statement,
                "value": figure.value or None,
                "origin": figure.origin,
                "source": figure.source_id,
                "caveat": figure.caveat or None,
            }
            for figure in row.read_figures
        ],
        "questions": [
            {
                "slug": question.slug,
                "text": question.text,
                "where_to_find": question.where_to_find or None,
                "measures": [link.measure_id for link in question.read_questionmeasure_set],
            }
            for question in row.read_questions
        ],
        "published": row.published,
        "review_by": _day(row.review_by),
        "measures": [_measure(measure) for measure in row.read_measures],
    }


def _measure(row: t.Measure) -> Entry:
    wordings = row.read_wordings
    default = next((wording for wording in wordings if wording.is_default), None)
    return {
        "slug": row.slug,
        "title": row.title,
        "line": default.line if default else "",
        "text": default.text if default else "",
        "easy": default.easy if default else "",
        "wordings": [_wording(wording) for wording in wordings if not wording.is_default],
        "decided_by": row.decided_by,
        "decided_by_note": row.decided_by_note or None,
        "horizon": row.horizon,
        "budget": row.budget,
        "budget_note": row.budget_note or None,
        "difficulty": row.difficulty,
        "purposes": [link.purpose_id for link in row.read_measurepurpose_set],
        "origin": row.origin,
        "origin_note": row.origin_note or None,
        "parameters": [_parameter(parameter) for parameter in row.read_parameters],
        "legal_bases": [_legal_basis(basis) for basis in row.read_legal_bases],
        "pitches": [pitch.text for pitch in row.read_pitches],
        "objections": [_objection(objection) for objection in row.read_objections],
        "examples": [_example(example) for example in row.read_examples],
        "related": [link.related_id for link in row.read_related_links],
        "published": row.published,
        "retired": row.retired,
        "successor": row.successor_id,
        "review_by": _day(row.review_by),
    }


def _wording(row: t.Wording) -> Entry:
    return {
        "sizes": [size.size_class_id for size in row.read_sizes],
        "line": row.line or None,
        "text": row.text,
        "easy": row.easy or None,
        "unsuitable": row.unsuitable or None,
    }


def _legal_basis(row: t.LegalBasis) -> Entry:
    return {
        "instrument": row.instrument,
        "reference": row.reference or None,
        "note": row.note or None,
        "confidence": row.confidence,
        "source": row.source_id,
    }


def _objection(row: t.Objection) -> Entry:
    return {
        "objection": row.objection,
        "answer": row.answer,
        "sources": [link.source_id for link in row.read_objectionsource_set],
    }


def _example(row: t.Example) -> Entry:
    return {
        "place": row.place,
        "fact": row.fact,
        "kind": row.kind,
        "country": row.country,
        "source": row.source_id,
    }


def _parameter(row: t.Parameter) -> Entry:
    return {
        "slug": row.slug,
        "label": row.label,
        "type": row.type,
        "unit": row.unit or None,
        "unit_one": row.unit_one or None,
        "default": row.default,
        "min": shape.plain(row.min),
        "max": shape.plain(row.max),
        "choices": row.choice_list() or None,
        "by_size": {size.size_class_id: size.value for size in row.read_by_size},
        "basis": row.basis,
        "help": row.help or None,
    }


def _sheet(row: f.ReflectionSheet) -> Entry:
    return {
        "slug": row.slug,
        "title": row.title,
        "audience": row.audience,
        "intro": row.intro,
        "how_to_use": row.how_to_use,
        "source": row.source_id,
        "proposals": [link.proposal.number for link in row.read_sheetproposal_set],
        "questions": [
            {"slug": question.slug, "text": question.text, "prompts": question.prompt_list()}
            for question in row.read_questions
        ],
    }
