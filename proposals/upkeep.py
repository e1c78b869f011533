"""What the working copy still wants: a check, a source, a new look. Read by `admin/truth.py`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import models

from desescalade import typography

from .desk.models import (
    Example,
    Figure,
    LegalBasis,
    Measure,
    Objection,
    ObjectionSource,
    Proposal,
    SheetProposal,
    Source,
    Threshold,
)
from .enums import Confidence
from .tables.catalogue import MAIN

# How a source says, in its date, that nobody is sure of it.
UNSURE = "à vérifier"
# A page on the web moves or changes: after this, one looks again.
CHECKED_FOR = timedelta(days=365)


class Need(models.TextChoices):
    TO_VERIFY = "a-verifier", "à vérifier"
    WITHOUT_SOURCE = "sans-source", "sans source"
    OVERDUE = "a-revoir", "à revoir"
    STALE_SOURCE = "source-a-relire", "source à relire"
    CAVEAT = "reserve", "chiffre avec réserve"


@dataclass(frozen=True)
class Task:
    """One thing to mend, on the page of the row `model`, `pk` of the desk.

    `proposals` are the slugs of those that it concerns, none for a legal threshold. `source` is
    the slug of the source to check, empty for other needs.
    """

    need: Need
    what: str
    text: str
    model: str
    pk: str | int
    owner: str = ""
    note: str = ""
    proposals: frozenset[str] = frozenset()
    source: str = ""


def tasks(today: date, catalogue: str = MAIN) -> list[Task]:
    """Everything that is to do in a catalogue, by need, in its order; ten queries.

    What stands under a withdrawn measure is left alone: it is not proposed any more.
    """
    found = list(_Desk(catalogue).tasks(today))
    needs = list(Need)
    return sorted(found, key=lambda task: needs.index(task.need))


class _Desk:
    """The rows that are asked for, read once, without their models: some 1,500 of them."""

    def __init__(self, catalogue: str) -> None:
        proposals = Proposal.objects.of(catalogue)
        self.proposals = _by_pk(proposals.values("slug", "number", "title", "review_by"))
        columns = ("slug", "title", "proposal_id", "review_by")
        measures = Measure.objects.of(catalogue).filter(retired=False)
        self.measures = _by_pk(measures.values(*columns))
        self.bases = _rows(LegalBasis, "instrument", "reference", "confidence", "source_id")
        self.examples = _rows(Example, "place", "source_id")
        self.objections = _rows(Objection, "objection")
        self.figures = list(
            Figure.objects.filter(proposal__catalogue=catalogue)
            .order_by("proposal__number", "position")
            .values("pk", "proposal_id", "value", "statement", "source_id", "caveat")
        )
        thresholds = Threshold.objects.filter(catalogue=catalogue)
        self.thresholds = list(thresholds.values("pk", "population", "rule", "confidence"))
        sources = Source.objects.filter(catalogue=catalogue)
        self.sources = list(sources.values("slug", "title", "date", "checked_on"))
        self.quoted = list(ObjectionSource.objects.values_list("objection_id", "source_id"))
        self.sheets = list(SheetProposal.objects.values_list("sheet__source_id", "proposal_id"))

    def tasks(self, today: date) -> Iterator[Task]:
        yield from self._reviews(today)
        yield from self._bases()
        yield from self._others_without_source()
        yield from self._figures()
        for row in self.thresholds:
            if row["confidence"] == Confidence.TO_VERIFY:
                text = f"{typography.number(row['population'])} : {row['rule']}"
                yield Task(Need.TO_VERIFY, "seuil légal", text, "threshold", row["pk"])
        yield from self._sources(today)

    def _reviews(self, today: date) -> Iterator[Task]:
        for rows, what in ((self.proposals, "proposition"), (self.measures, "mesure")):
            for slug, row in rows.items():
                due = row["review_by"]
                if due and due <= today:
                    note = f"avant le {typography.date_in_words(due)}"
                    model = {"proposition": "proposal", "mesure": "measure"}[what]
                    owner = row.get("proposal_id", slug)
                    task = Task(Need.OVERDUE, what, row["title"], model, slug, note=note)
                    yield replace(task, proposals=frozenset({owner}))

    def _bases(self) -> Iterator[Task]:
        for row in self._of_measures(self.bases):
            text = ", ".join(filter(None, (row["instrument"], row["reference"])))
            task = self._of_measure(row, "base légale", text, "legalbasis")
            if row["confidence"] == Confidence.TO_VERIFY:
                yield task
            if not row["source_id"]:
                yield replace(task, need=Need.WITHOUT_SOURCE)

    def _others_without_source(self) -> Iterator[Task]:
        with_source = {objection for objection, _ in self.quoted}
        for row in self._of_measures(self.examples):
            if not row["source_id"]:
                task = self._of_measure(row, "exemple", row["place"], "example")
                yield replace(task, need=Need.WITHOUT_SOURCE)
        for row in self._of_measures(self.objections):
            if row["pk"] not in with_source:
                task = self._of_measure(row, "objection", row["objection"], "objection")
                yield replace(task, need=Need.WITHOUT_SOURCE)

    def _figures(self) -> Iterator[Task]:
        for row in self.figures:
            proposal = self.proposals[row["proposal_id"]]
            text = " : ".join(filter(None, (row["value"], row["statement"])))
            task = Task(
                Need.WITHOUT_SOURCE,
                "chiffre",
                text,
                "figure",
                row["pk"],
                f"{proposal['number']}. {proposal['title']}",
                proposals=frozenset({row["proposal_id"]}),
            )
            if not row["source_id"]:
                yield task
            if row["caveat"]:
                yield replace(task, need=Need.CAVEAT, note=row["caveat"])

    def _sources(self, today: date) -> Iterator[Task]:
        proposals = self._proposals_of_sources()
        for row in self.sources:
            slug, checked = row["slug"], row["checked_on"]
            task = Task(
                Need.TO_VERIFY,
                "date d’une source",
                row["title"],
                "source",
                slug,
                note=row["date"],
                proposals=frozenset(proposals[slug]),
                source=slug,
            )
            if UNSURE in row["date"].lower():
                yield task
            if checked is None or checked < today - CHECKED_FOR:
                note = f"vérifiée le {typography.date_in_words(checked)}" if checked else ""
                note = note or "jamais vérifiée"
                yield replace(task, need=Need.STALE_SOURCE, what="source", note=note)

    def _proposals_of_sources(self) -> dict[str, set[str]]:
        """The proposals that each source speaks for, those of its measures included."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in (*self._of_measures(self.bases), *self._of_measures(self.examples)):
            found[row["source_id"]].add(self.measures[row["measure_id"]]["proposal_id"])
        for row in self.figures:
            found[row["source_id"]].add(row["proposal_id"])
        owners = {row["pk"]: row["measure_id"] for row in self._of_measures(self.objections)}
        for objection, source in self.quoted:
            if objection in owners:
                found[source].add(self.measures[owners[objection]]["proposal_id"])
        for source, proposal in self.sheets:
            found[source].add(proposal)
        return found

    def _of_measures(self, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row for row in rows if row["measure_id"] in self.measures]

    def _of_measure(self, row: dict[str, Any], what: str, text: str, model: str) -> Task:
        measure = self.measures[row["measure_id"]]
        return Task(
            Need.TO_VERIFY,
            what,
            text,
            model,
            row["pk"],
            measure["title"],
            proposals=frozenset({measure["proposal_id"]}),
        )


def _by_pk(rows: models.QuerySet) -> dict[str, dict[str, Any]]:
    return {row["slug"]: row for row in rows}


def _rows(model: type[models.Model], *columns: str) -> list[dict[str, Any]]:
    """The parts of measures, in the order of the catalogue."""
    ordered = model.objects.order_by(
        "measure__proposal__number", "measure__position", "position", "pk"
    )
    return list(ordered.values("pk", "measure_id", *columns))
