"""What a release changed, for everybody: of what the public may read only."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from desescalade.merging import Piece

from . import parameters, placeholders
from .catalogue import entries as cut
from .catalogue import scope
from .catalogue.differences import differences
from .models import Proposal, Release, ReleasedEntry
from .placeholders import Setting

# The head of the file names the release itself.
UNTOLD = {"catalogue", "order", "sheets"}
# What people look for comes first.
FIRST = ("proposal", "measure", "sheet")


@dataclass(frozen=True)
class Told:
    """A difference as anybody reads it: settings by their default values, not by their slugs."""

    place: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class News:
    """An entry that a release brought, changed, or took from the public pages."""

    name: str
    title: str
    url: str
    what: str
    differences: list[Told]


def news(release: Release) -> list[News]:
    """Proposals and measures first, each in the order of the catalogue; in two queries.

    A source that comes along with a text is no news by itself.
    """
    before = scope.prefix(release.catalogue_id)
    shown = {
        slug.removeprefix(before)
        for slug in Proposal.objects.of(release.catalogue_id)
        .published()
        .values_list("slug", flat=True)
    }
    rows = [row for row in release.entries.all() if row.kind not in UNTOLD]
    rows = [row for row in rows if row.kind != "source" or (row.before and row.after)]
    rows.sort(key=lambda row: FIRST.index(row.kind) if row.kind in FIRST else len(FIRST))
    told = (_news(row, release, shown) for row in rows)
    return [item for item in told if item]


def _news(row: ReleasedEntry, release: Release, shown: Collection[str]) -> News | None:
    was, is_now = _is_shown(row.kind, row.before, shown), _is_shown(row.kind, row.after, shown)
    if not was and not is_now:
        return None
    value = row.after if is_now else row.before
    return News(
        name=cut.NAMES[row.kind],
        title=value["title"] if isinstance(value, dict) else cut.NAMES[row.kind].capitalize(),
        url=_url(row, release) if is_now else "",
        what="changement" if was and is_now else "retrait" if was else "ajout",
        differences=list(_told(row)) if was and is_now else [],
    )


def _told(row: ReleasedEntry) -> Iterator[Told]:
    before, after = _settings(row.before), _settings(row.after)

    def named(match: re.Match[str]) -> str:
        setting = after.get(match[1]) or before.get(match[1])
        return f"« {setting.label} »" if setting else match[0]

    for found in differences((row.kind, row.key), row.before, row.after):
        place = placeholders.BRACES.sub(named, found.place)
        yield Told(place, placeholders.read(found.pieces, before, after))


def _settings(value: Any) -> Mapping[str, Setting]:
    """The parameters of a measure as its entry has them; none for what is no measure."""
    rows = value.get("parameters", ()) if isinstance(value, dict) else ()
    return {
        row["slug"]: Setting(
            parameters.display(
                str(row["default"]),
                type=row["type"],
                unit=row.get("unit") or "",
                unit_one=row.get("unit_one") or "",
            ),
            row["label"],
        )
        for row in rows
    }


def _is_shown(kind: str, value: Any, shown: Collection[str]) -> bool:
    match kind:
        case "measure" if value is not None:
            return value["published"] and not value["retired"] and value["proposal"] in shown
        case "proposal" if value is not None:
            return value["published"]
    return value is not None


def _url(row: ReleasedEntry, release: Release) -> str:
    if row.kind not in cut.LASTING:
        return ""
    slug = scope.joined(release.catalogue_id, row.key)
    return reverse(f"proposals:{row.kind}", args=[slug])
