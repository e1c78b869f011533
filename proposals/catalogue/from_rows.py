"""Rows to entries: the catalogue as the database has it, in the values of `shape.py`."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from .. import models as m
from . import shape

Entry = dict[str, Any]


def from_database() -> dict[str, Any]:
    """The whole catalogue, in a fixed number of queries."""
    release = m.Release.objects.first()
    return {
        "catalogue": {
            "release": release.number if release else "0.0.0",
            "date": (release.date if release else date(1970, 1, 1)).isoformat(),
            "note": release.note or None if release else None,
        },
        "purposes": list(m.Purpose.objects.values("slug", "label")),
        "size_classes": _size_classes(),
        "signatories": [
            {"name": row.name, "kind": row.kind, "role": row.role or None}
            for row in m.Signatory.objects.all()
        ],
        "thresholds": list(
            m.Threshold.objects.values("population", "scope", "rule", "confidence", "source")
        ),
        "sources": {
            row.slug: {"title": row.title, "url": row.url or None, "date": row.date or None}
            for row in m.Source.objects.all()
        },
        "proposals": [_proposal(row) for row in _proposals()],
        "reflection_sheets": [
            _sheet(row)
            for row in m.ReflectionSheet.objects.prefetch_related(
                "questions", "sheetproposal_set__proposal"
            )
        ],
    }


def _size_classes() -> list[Entry]:
    rows = list(m.SizeClass.objects.all())
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


def _proposals() -> QuerySet[m.Proposal]:
    return m.Proposal.objects.prefetch_related(
        "proposalpurpose_set",
        "figures",
        "questions__questionmeasure_set",
        "measures__wordings__sizes",
        "measures__measurepurpose_set",
        "measures__parameters__by_size",
        "measures__legal_bases",
        "measures__pitches",
        "measures__objections__objectionsource_set",
        "measures__examples",
        "measures__related_links",
    )


def _proposal(row: m.Proposal) -> Entry:
    return {
        "number": row.number,
        "slug": row.slug,
        "title": row.title,
        "summary": row.summary,
        "purposes": [link.purpose_id for link in row.proposalpurpose_set.all()],
        "site_url": row.site_url or None,
        "figures": [
            {
                "statement": figure.statement,
                "value": figure.value or None,
                "origin": figure.origin,
                "source": figure.source_id,
                "caveat": figure.caveat or None,
            }
            for figure in row.figures.all()
        ],
        "questions": [
            {
                "slug": question.slug,
                "text": question.text,
                "where_to_find": question.where_to_find or None,
                "measures": [link.measure_id for link in question.questionmeasure_set.all()],
            }
            for question in row.questions.all()
        ],
        "published": row.published,
        "measures": [_measure(measure) for measure in row.measures.all()],
    }


def _measure(row: m.Measure) -> Entry:
    wordings = row.wordings.all()
    default = next((wording for wording in wordings if wording.is_default), m.Wording())
    return {
        "slug": row.slug,
        "title": row.title,
        "line": default.line,
        "text": default.text,
        "easy": default.easy,
        "wordings": [_wording(wording) for wording in wordings if not wording.is_default],
        "decided_by": row.decided_by,
        "decided_by_note": row.decided_by_note or None,
        "horizon": row.horizon,
        "budget": row.budget,
        "budget_note": row.budget_note or None,
        "difficulty": row.difficulty,
        "purposes": [link.purpose_id for link in row.measurepurpose_set.all()],
        "origin": row.origin,
        "origin_note": row.origin_note or None,
        "parameters": [_parameter(parameter) for parameter in row.parameters.all()],
        "legal_bases": [_legal_basis(basis) for basis in row.legal_bases.all()],
        "pitches": [pitch.text for pitch in row.pitches.all()],
        "objections": [_objection(objection) for objection in row.objections.all()],
        "examples": [_example(example) for example in row.examples.all()],
        "related": [link.related_id for link in row.related_links.all()],
        "published": row.published,
        "retired": row.retired,
        "successor": row.successor_id,
    }


def _wording(row: m.Wording) -> Entry:
    return {
        "sizes": [size.size_class_id for size in row.sizes.all()],
        "line": row.line or None,
        "text": row.text,
        "easy": row.easy or None,
        "unsuitable": row.unsuitable or None,
    }


def _legal_basis(row: m.LegalBasis) -> Entry:
    return {
        "instrument": row.instrument,
        "reference": row.reference or None,
        "note": row.note or None,
        "confidence": row.confidence,
        "source": row.source_id,
    }


def _objection(row: m.Objection) -> Entry:
    return {
        "objection": row.objection,
        "answer": row.answer,
        "sources": [link.source_id for link in row.objectionsource_set.all()],
    }


def _example(row: m.Example) -> Entry:
    return {
        "place": row.place,
        "fact": row.fact,
        "kind": row.kind,
        "country": row.country,
        "source": row.source_id,
    }


def _parameter(row: m.Parameter) -> Entry:
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
        "by_size": {size.size_class_id: size.value for size in row.by_size.all()},
        "basis": row.basis,
        "help": row.help or None,
    }


def _sheet(row: m.ReflectionSheet) -> Entry:
    return {
        "slug": row.slug,
        "title": row.title,
        "audience": row.audience,
        "intro": row.intro,
        "how_to_use": row.how_to_use,
        "source": row.source_id,
        "proposals": [link.proposal.number for link in row.sheetproposal_set.all()],
        "questions": [
            {"slug": question.slug, "text": question.text, "prompts": question.prompt_list()}
            for question in row.questions.all()
        ],
    }
