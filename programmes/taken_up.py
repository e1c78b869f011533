"""What becomes of a contribution once it is in a draft: published, given up, taken up again.

Told by what the entries say and not by who did what: a draft is given up, a correction undone, a
release taken back or a file loaded, and the words of the team are there or are not.
"""

from collections.abc import Iterator
from typing import Any

from proposals.catalogue import from_rows, scope
from proposals.catalogue.entries import Entries
from proposals.desk import models as desk
from proposals.models import Release

from .contributions import stands_in
from .enums import ContributionStatus as Status
from .models import Contribution


def follow_drafts(catalogue: str, values: Entries, **_: Any) -> None:
    """The working copy says other things now. What readers read already is not concerned."""
    for row, value in _of(catalogue, values):
        stands = stands_in(row, value)
        if row.status == Status.DRAFTED and stands is False:
            _becomes(row, Status.GIVEN_UP)
        elif row.status == Status.GIVEN_UP and stands:
            _becomes(row, Status.DRAFTED, release=None)


def follow_release(release: Release, values: Entries, **_: Any) -> None:
    """The public reads other things now.

    A sentence that curators wrote anew after they had taken it up is published with their draft.
    """
    for row, value in _of(release.catalogue_id, values):
        stands = stands_in(row, value)
        if stands is None:
            stands = row.status != Status.GIVEN_UP
        if stands and row.status != Status.PUBLISHED:
            _becomes(row, Status.PUBLISHED, release=release)
        elif not stands and row.status == Status.PUBLISHED:
            if stands_in(row, _drafted(row)) is False:
                _becomes(row, Status.GIVEN_UP)
            else:
                _becomes(row, Status.DRAFTED, release=None)


def _of(catalogue: str, values: Entries) -> Iterator[tuple[Contribution, Any]]:
    """The contributions to these entries that were taken up, each with its entry."""
    measures = {
        scope.joined(catalogue, slug): value
        for (kind, slug), value in values.items()
        if kind == "measure"
    }
    if not measures:
        return
    rows = Contribution.objects.taken_up().filter(measure_slug__in=measures).defer("programme")
    # In one order, so that no two who follow wait for each other.
    for row in rows.select_for_update().order_by("pk"):
        yield row, measures[row.measure_slug]


def _drafted(row: Contribution) -> Any:
    catalogue, slug = scope.parted(row.measure_slug)
    return from_rows.entry(desk, "measure", slug, catalogue)


def _becomes(row: Contribution, status: Status, **changes: Any) -> None:
    """News for the team."""
    Contribution.objects.filter(pk=row.pk).update(status=status, is_read=False, **changes)
