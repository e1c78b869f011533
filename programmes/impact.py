"""Whom a change of the catalogue would concern, told before it is published.

Like `use`, it tells of no programme: no name, no id, no commune, nothing under five.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from proposals.catalogue import scope
from proposals.models import SizeClass

from . import disclosure, use
from .disclosure import Count
from .models import Edition

# As printing.freezing writes it. Nobody's words match: within a text of JSON quotes are escaped.
# Parsing a thousand editions instead takes seconds.
_MEASURE = re.compile(r'(?<!\\)"measure": ?"([^"\\]+)"')


@dataclass(frozen=True)
class Impact:
    """What programmes did with a measure.

    `uses` is all of them; `kept` and `adapted` are its parts, and so are those of `by_size`, by
    the label of the size. `prints` are numbered editions with this measure in them: they tell
    nothing where fewer than five programmes made them.
    """

    uses: Count
    kept: Count
    adapted: Count
    by_size: tuple[tuple[str, Count], ...]
    prints: Count


def of(slugs: Collection[str]) -> dict[str, Impact]:
    """By the slug of the measure, each by the sizes of its own catalogue; unknown: no use.

    In three queries for measures of one catalogue. The editions of all programmes are read, one
    after the other.
    """
    sizes: defaultdict[str, list[SizeClass]] = defaultdict(list)
    for size in SizeClass.objects.all():
        sizes[size.catalogue_id].append(size)
    of_catalogue: defaultdict[str, list[str]] = defaultdict(list)
    for slug in slugs:
        of_catalogue[scope.parted(slug)[0]].append(slug)
    printed = _printed(set(slugs))
    found = {}
    for catalogue, own in of_catalogue.items():
        counted = use.numbers(sizes[catalogue], own)
        for slug in own:
            found[slug] = _impact(slug, sizes[catalogue], counted, printed[slug])
    return found


def _impact(
    slug: str, sizes: list[SizeClass], counted: Counter[use.Place], printed: Counter[str]
) -> Impact:
    mine = [(place, number) for place, number in counted.items() if place.measure == slug]

    def total(**wanted: Any) -> int:
        return sum(
            number
            for place, number in mine
            if all(getattr(place, name) == value for name, value in wanted.items())
        )

    kept, adapted = disclosure.parts([total(is_adapted=False), total(is_adapted=True)])
    by_size = disclosure.parts([total(size=size.slug) for size in sizes])
    labels = [size.label for size in sizes]
    return Impact(
        disclosure.of(total()),
        kept,
        adapted,
        tuple(zip(labels, by_size, strict=True)),
        _prints(printed),
    )


def _prints(printed: Counter[str]) -> Count:
    """Ten editions of one programme would still be those of one."""
    few = 0 < len(printed) < disclosure.LEAST
    if few:
        return Count(f"de {disclosure.FEW} programmes")
    return disclosure.of(printed.total())


def _printed(slugs: set[str]) -> defaultdict[str, Counter[str]]:
    """For each measure, the number of editions by programme. Those in the bin do not count."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    editions = Edition.objects.filter(programme__dropped_at=None).order_by()
    states = editions.annotate(json=Cast("state", TextField())).values_list("programme", "json")
    for programme, json in states.iterator(chunk_size=100):
        for slug in slugs.intersection(_MEASURE.findall(json)):
            found[slug][programme] += 1
    return found
