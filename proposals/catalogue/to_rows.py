"""Entries to rows: what a load and a release write."""

from datetime import date
from decimal import Decimal
from types import ModuleType
from typing import Any

from django.db.models import Model, QuerySet

from ..tables.catalogue import MAIN
from . import scope
from .entries import Entries, Key

Entry = dict[str, Any]

DELETABLE = {
    "source": "Source",
    "measure": "Measure",
    "proposal": "Proposal",
    "sheet": "ReflectionSheet",
}


class Writer:
    """Writes entries of one catalogue to the rows of `models`.

    `models` is `proposals.models` for what is published, `proposals.desk.models` for the working
    copy. Call it within a transaction.
    """

    def __init__(self, models: ModuleType, catalogue: str = MAIN) -> None:
        self.models = models
        self.catalogue = catalogue

    def write(self, changes: Entries) -> None:
        """Writes new and changed entries, in an order that lets them refer to one another.

        Rows that have a name of their own keep their primary key; short lists are written anew.
        """
        changes = scope.scoped(changes, self.catalogue)
        self.models.Catalogue.objects.get_or_create(slug=self.catalogue)
        self._in_turn(changes, ("purposes", "size_classes", "source", "signatories", "thresholds"))
        self._make_room(changes)
        self._in_turn(changes, ("proposal", "measure", "order", "sheet", "sheets", "catalogue"))
        self._drop_unused(changes)

    def _in_turn(self, changes: Entries, kinds: tuple[str, ...]) -> None:
        for kind in kinds:
            for (entry_kind, key), value in changes.items():
                if entry_kind == kind:
                    getattr(self, f"_write_{kind}")(key, value)

    def _drop_unused(self, changes: Entries) -> None:
        """Purposes and sizes that left the file go last, when no measure of it names them any more.

        Raises ProtectedError when one is still used by what was changed in admin.
        """
        for kind, name in (("purposes", "Purpose"), ("size_classes", "SizeClass")):
            if kept := changes.get((kind, "")):
                self._rows(name).exclude(slug__in=[entry["slug"] for entry in kept]).delete()

    def _rows(self, name: str) -> QuerySet:
        """Those of a model that are this catalogue's."""
        return getattr(self.models, name).objects.filter(catalogue=self.catalogue)

    def _make_room(self, changes: Entries) -> None:
        """Bare rows for new proposals and measures, so that all others may refer to them."""
        numbers = {
            key: value["number"] for (kind, key), value in changes.items() if kind == "proposal"
        }
        # Numbers are unique: those that change hands go through values that nobody uses.
        proposals = self.models.Proposal.objects
        for row in proposals.filter(slug__in=numbers):
            proposals.filter(pk=row.pk).update(number=10_000 + row.number)
        for slug, number in numbers.items():
            proposals.update_or_create(
                slug=slug, defaults={"number": number, "catalogue_id": self.catalogue}
            )
        for (kind, key), value in changes.items():
            if kind == "measure":
                self.models.Measure.objects.get_or_create(
                    slug=key, defaults={"proposal_id": value["proposal"], "title": value["title"]}
                )

    def delete(self, key: Key) -> None:
        """Deletes an entry that has a slug. Raises ProtectedError when it is still in use."""
        kind, slug = key
        model = getattr(self.models, DELETABLE[kind])
        model.objects.filter(slug=scope.joined(self.catalogue, slug)).delete()

    def _write_catalogue(self, _: str, value: Entry) -> None:
        self.models.Catalogue.objects.filter(slug=self.catalogue).update(
            **_filled(value, "title", "release", "note"), date=date.fromisoformat(value["date"])
        )

    def _write_purposes(self, _: str, value: list[Entry]) -> None:
        for position, entry in enumerate(value):
            self.models.Purpose.objects.update_or_create(
                slug=entry["slug"],
                defaults={
                    "label": entry["label"],
                    "position": position,
                    "catalogue_id": self.catalogue,
                },
            )

    def _write_size_classes(self, _: str, value: list[Entry]) -> None:
        # Lower bounds are unique: they move away before they take their new place.
        for index, row in enumerate(self._rows("SizeClass")):
            self._rows("SizeClass").filter(pk=row.pk).update(min_population=2_000_000_000 + index)
        for row in value:
            self.models.SizeClass.objects.update_or_create(
                slug=row["slug"],
                defaults={
                    "label": row["label"],
                    "min_population": row["min_population"],
                    "catalogue_id": self.catalogue,
                },
            )

    def _write_signatories(self, _: str, value: list[Entry]) -> None:
        _keep(
            self.models.Signatory,
            "name",
            {"catalogue_id": self.catalogue},
            [_filled(row, "name", "kind", "role") for row in value],
        )

    def _write_thresholds(self, _: str, value: list[Entry]) -> None:
        self._rows("Threshold").delete()
        self.models.Threshold.objects.bulk_create(
            self.models.Threshold(
                position=i,
                catalogue_id=self.catalogue,
                source_id=row["source"],
                **{k: row[k] for k in row if k != "source"},
            )
            for i, row in enumerate(value)
        )

    def _write_source(self, slug: str, value: Entry) -> None:
        self.models.Source.objects.update_or_create(
            slug=slug,
            defaults={
                **_filled(value, "title", "url", "date", "checked_by"),
                "checked_on": value["checked_on"],
                "catalogue_id": self.catalogue,
            },
        )

    def _write_proposal(self, slug: str, value: Entry) -> None:
        row, _ = self.models.Proposal.objects.update_or_create(
            slug=slug,
            defaults={
                **_filled(value, "number", "title", "summary", "site_url"),
                "published": value["published"],
                "review_by": value["review_by"],
                "catalogue_id": self.catalogue,
            },
        )
        _rewrite(
            row.proposalpurpose_set, [{"purpose_id": purpose} for purpose in value["purposes"]]
        )
        _rewrite(
            row.figures,
            [
                {**_filled(f, "statement", "value", "origin", "caveat"), "source_id": f["source"]}
                for f in value["figures"]
            ],
        )
        # A question that comes from another proposal leaves it first: its slug stands once.
        moving = [question["slug"] for question in value["questions"]]
        self.models.Question.objects.filter(slug__in=moving).exclude(proposal=row).delete()
        questions = _keep(
            self.models.Question,
            "slug",
            {"proposal": row},
            [_filled(question, "slug", "text", "where_to_find") for question in value["questions"]],
        )
        for question, entry in zip(questions, value["questions"], strict=True):
            _rewrite(
                question.questionmeasure_set, [{"measure_id": slug} for slug in entry["measures"]]
            )

    def _write_measure(self, slug: str, value: Entry) -> None:
        row, _ = self.models.Measure.objects.update_or_create(
            slug=slug,
            defaults={
                **_filled(
                    value,
                    *("title", "decided_by", "decided_by_note", "horizon", "budget", "budget_note"),
                    *("difficulty", "origin", "origin_note"),
                ),
                "proposal_id": value["proposal"],
                "published": value["published"],
                "retired": value["retired"],
                "successor_id": value["successor"],
                "review_by": value["review_by"],
            },
        )
        self._write_wordings(row, value)
        self._write_parameters(row, value["parameters"])
        _rewrite(row.measurepurpose_set, [{"purpose_id": purpose} for purpose in value["purposes"]])
        _rewrite(
            row.legal_bases,
            [
                {
                    **_filled(basis, "instrument", "reference", "note", "confidence"),
                    "source_id": basis["source"],
                }
                for basis in value["legal_bases"]
            ],
        )
        _rewrite(row.pitches, [{"text": text} for text in value["pitches"]])
        objections = _rewrite(
            row.objections, [_filled(entry, "objection", "answer") for entry in value["objections"]]
        )
        for objection, entry in zip(objections, value["objections"], strict=True):
            _rewrite(objection.objectionsource_set, [{"source_id": s} for s in entry["sources"]])
        _rewrite(
            row.examples,
            [
                {**_filled(e, "place", "fact", "kind", "country"), "source_id": e["source"]}
                for e in value["examples"]
            ],
        )
        _rewrite(row.related_links, [{"related_id": slug} for slug in value["related"]])

    def _write_wordings(self, row: Model, value: Entry) -> None:
        """The default wording first, then one for each group of sizes; rows are reused in order."""
        entries = [{**value, "sizes": [], "unsuitable": None}, *value["wordings"]]
        known = list(row.wordings.order_by("-is_default", "position", "pk"))
        self.models.WordingSize.objects.filter(measure=row).delete()
        row.wordings.filter(pk__in=[wording.pk for wording in known[len(entries) :]]).delete()
        for index, entry in enumerate(entries):
            wording = known[index] if index < len(known) else self.models.Wording(measure=row)
            wording.position, wording.is_default = index, index == 0
            for name, text in _filled(entry, "line", "text", "easy", "unsuitable").items():
                setattr(wording, name, text)
            wording.save()
            self.models.WordingSize.objects.bulk_create(
                self.models.WordingSize(wording=wording, measure=row, size_class_id=size)
                for size in entry["sizes"]
            )

    def _write_parameters(self, row: Model, entries: list[Entry]) -> None:
        # Old values by size go first: they may be out of the new bounds.
        self.models.ParameterDefault.objects.filter(parameter__measure=row).delete()
        parameters = _keep(
            self.models.Parameter,
            "slug",
            {"measure": row},
            [
                {
                    **_filled(e, "slug", "label", "type", "unit", "unit_one", "default", "basis"),
                    "min": None if e["min"] is None else Decimal(e["min"]),
                    "max": None if e["max"] is None else Decimal(e["max"]),
                    "choices": "\n".join(e["choices"] or []),
                    "help": _empty(e["help"]),
                }
                for e in entries
            ],
        )
        for parameter, entry in zip(parameters, entries, strict=True):
            self.models.ParameterDefault.objects.bulk_create(
                self.models.ParameterDefault(
                    parameter=parameter,
                    size_class_id=size,
                    value=value,
                    type=parameter.type,
                    min=parameter.min,
                    max=parameter.max,
                )
                for size, value in entry["by_size"].items()
            )

    def _write_order(self, _: str, value: list[str]) -> None:
        """Measures that the list does not name (made in admin) come after those that it does."""
        for position, slug in enumerate(value):
            self.models.Measure.objects.filter(slug=slug).update(position=position)

    def _write_sheets(self, _: str, value: list[str]) -> None:
        for position, slug in enumerate(value):
            self.models.ReflectionSheet.objects.filter(slug=slug).update(position=position)

    def _write_sheet(self, slug: str, value: Entry) -> None:
        row, _ = self.models.ReflectionSheet.objects.update_or_create(
            slug=slug,
            defaults={
                **_filled(value, "title", "audience", "intro", "how_to_use"),
                "source_id": value["source"],
                "catalogue_id": self.catalogue,
            },
        )
        numbers = dict(self._rows("Proposal").values_list("number", "slug"))
        _rewrite(row.sheetproposal_set, [{"proposal_id": numbers[n]} for n in value["proposals"]])
        _keep(
            self.models.SheetQuestion,
            "slug",
            {"sheet": row},
            [
                {"slug": q["slug"], "text": q["text"], "prompts": "\n".join(q["prompts"])}
                for q in value["questions"]
            ],
        )


def _empty(value: Any) -> Any:
    return "" if value is None else value


def _filled(entry: Entry, *names: str) -> Entry:
    """The named texts of an entry, null as the empty text that the database keeps."""
    return {name: _empty(entry[name]) for name in names}


def _rewrite(rows: QuerySet, entries: list[Entry]) -> list[Any]:
    """Puts a list of rows in the place of what a related manager holds, in order.

    Rows are reused from the first on: a form that somebody has open still finds them.
    """
    known = list(rows.all())
    keys = [row.pk for row in known]
    if rows.model._meta.constraints:
        # A pair that stands once cannot change hands row by row: all go, their keys come back.
        known = []
        rows.all().delete()
    rows.filter(pk__in=[row.pk for row in known[len(entries) :]]).delete()
    written = []
    for position, entry in enumerate(entries):
        key = keys[position] if position < len(keys) else None
        row = known[position] if position < len(known) else rows.model(pk=key)
        values = {rows.field.attname: rows.instance.pk, "position": position, **entry}
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
        written.append(row)
    return written


def _keep(model: type[Model], by: str, owner: Entry, entries: list[Entry]) -> list[Any]:
    """Like `_rewrite`, but a row with the same name keeps its primary key."""
    model.objects.filter(**owner).exclude(**{f"{by}__in": [e[by] for e in entries]}).delete()
    return [
        model.objects.update_or_create(
            **owner,
            **{by: entry[by]},
            defaults={"position": i, **{k: v for k, v in entry.items() if k != by}},
        )[0]
        for i, entry in enumerate(entries)
    ]
