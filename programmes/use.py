"""What all programmes together take from the catalogue, told as numbers of programmes.

Counts by measure, size of commune and horizon. What leaves this module went through `disclosure`:
no name, no id, no commune, and nothing under five. A programme counts for its population of today,
a variant of a programme as a programme of its own.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Case, CharField, Count, Value, When
from django.db.models.functions import Coalesce

from proposals.enums import Horizon
from proposals.models import Measure, Proposal, SizeClass

from . import disclosure
from .models import Commitment

_POPULATION = Coalesce("programme__own_population", "programme__commune__population", 0)


class Place(NamedTuple):
    """What a number of programmes was counted for. `size` and `horizon` are slugs."""

    measure: str
    size: str
    horizon: str
    is_adapted: bool


@dataclass(frozen=True)
class MeasureUse:
    """Rows of `table` are the sizes, smallest first; its columns the horizons, soonest first."""

    measure: Measure
    label: str
    sizes: tuple[SizeClass, ...]
    table: disclosure.Table

    @property
    def rows(self) -> list[tuple[str, tuple[disclosure.Count, ...], disclosure.Count]]:
        """Of each size: its name, its counts by horizon, its total."""
        labels = [size.label for size in self.sizes]
        return list(zip(labels, self.table.cells, self.table.by_row, strict=True))


@dataclass(frozen=True)
class ProposalUse:
    """`total` and `by_horizon` add up what is shown of the measures, and tell nothing more."""

    proposal: Proposal
    measures: tuple[MeasureUse, ...]

    @property
    def total(self) -> disclosure.Count:
        return disclosure.sum_of_shown(use.table.total for use in self.measures)

    @property
    def by_horizon(self) -> tuple[disclosure.Count, ...]:
        columns = zip(*(use.table.by_column for use in self.measures), strict=True)
        return tuple(map(disclosure.sum_of_shown, columns))


def numbers(sizes: Sequence[SizeClass], slugs: Collection[str] | None = None) -> Counter[Place]:
    """How many programmes use a measure, in one query. Not to be shown as it is."""
    found = Commitment.objects.in_use().with_adapted()
    if slugs is not None:
        found = found.filter(measure__in=slugs)
    rows = (
        found.annotate(population=_POPULATION)
        .annotate(size=_size(sizes))
        .order_by()
        .values_list("measure", "size", "horizon", "adapted")
        .annotate(Count("programme", distinct=True))
    )
    return Counter({Place(*place): number for *place, number in rows})


def _size(sizes: Sequence[SizeClass]) -> Case:
    """What SizeClassQuerySet.for_population says, asked of the database."""
    largest_first = sorted(sizes, key=lambda size: -size.min_population)
    smallest = largest_first[-1].slug if largest_first else ""
    return Case(
        *(
            When(population__gte=size.min_population, then=Value(size.slug))
            for size in largest_first
        ),
        default=Value(smallest),
        output_field=CharField(),
    )


def of_proposals(
    proposals: Collection[Proposal], sizes: Sequence[SizeClass]
) -> tuple[ProposalUse, ...]:
    """In two queries, with the measures that nobody uses. All of one catalogue, sizes included."""
    measures = list(Measure.objects.filter(proposal__in=proposals))
    counted = numbers(sizes, [measure.pk for measure in measures])

    def use_of(proposal: Proposal) -> ProposalUse:
        own = [measure for measure in measures if measure.proposal_id == proposal.pk]
        tables = [disclosure.table(_rows(counted, measure.pk, sizes)) for measure in own]
        return ProposalUse(
            proposal,
            tuple(
                MeasureUse(measure, f"{proposal.number}.{rank}", tuple(sizes), table)
                for rank, (measure, table) in enumerate(zip(own, tables, strict=True), start=1)
            ),
        )

    return tuple(map(use_of, proposals))


def _rows(counted: Counter[Place], slug: str, sizes: Sequence[SizeClass]) -> list[list[int]]:
    return [
        [
            sum(counted[Place(slug, size.slug, horizon, adapted)] for adapted in (False, True))
            for horizon in Horizon
        ]
        for size in sizes
    ]
