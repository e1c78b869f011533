"""Loading as a three-way merge: base = last loaded, theirs = the file, ours = the working copy.

What the file brings is a text that its own history (git) has reviewed: a load by command publishes
it at once. What curators drafted stays a draft.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from .. import releases
from ..desk import drafts
from ..desk import models as desk
from ..desk.enums import Cause, Role
from ..models import Catalogue, LoadedEntry, Release
from ..tables.catalogue import MAIN
from . import entries as cut
from . import from_rows, to_rows
from .entries import Entries, Key
from .problems import CatalogueError, Problem

Preference = Literal["", "file", "admin"]
HEAD = ("catalogue", "")


class Fate(StrEnum):
    """What a load does with an entry."""

    SAME = "same"
    ADDED = "added"
    UPDATED = "updated"
    REMOVED = "removed"
    KEPT = "kept"
    CONFLICT = "conflict"


WRITTEN = (Fate.ADDED, Fate.UPDATED, Fate.REMOVED)


@dataclass
class LoadReport:
    """What a load did, or would do."""

    fates: dict[Key, Fate]
    catalogue: str = MAIN
    still_used: list[Key] = field(default_factory=list)
    release: Release | None = None

    def keys(self, fate: Fate) -> list[Key]:
        return [key for key, found in self.fates.items() if found is fate]

    @property
    def conflicts(self) -> list[Key]:
        return self.keys(Fate.CONFLICT)

    @property
    def written(self) -> list[Key]:
        return [key for fate in WRITTEN for key in self.keys(fate)]

    @property
    def changes_nothing(self) -> bool:
        return not self.written

    @property
    def revisions(self) -> int:
        return self.release.revisions.count() if self.release else 0


def load(
    catalogue: dict[str, Any],
    *,
    prefer: Preference = "",
    dry_run: bool = False,
    publish: bool = True,
    role: Role = Role.MACHINE,
) -> LoadReport:
    """Merges a checked catalogue into the working copy and publishes it, in one transaction.

    Changed only in the file: updated. Changed only in admin: kept. Changed in both: conflict,
    and nothing is written at all unless `prefer` says which side wins. Without `publish`, what
    the file brings becomes a draft. Raises CatalogueError when a slug that was loaded before has
    vanished from the file, and when what admin changed still needs something that the file takes
    away.
    """
    name = catalogue["catalogue"].get("slug") or MAIN
    theirs = cut.split(catalogue)
    with transaction.atomic():
        drafts.keep_others_from_writing()
        rows = LoadedEntry.objects.filter(catalogue=name)
        base = {(row.kind, row.key): row.digest for row in rows}
        _refuse_vanished(base, theirs)
        ours = from_rows.entries_of(desk, name)
        fates = _fates(base, cut.digests(theirs), cut.digests(ours), prefer)
        report = LoadReport(fates, name)
        if dry_run or report.conflicts:
            return report
        try:
            with transaction.atomic(), drafts.recorded(Cause.LOAD, role, name):
                _apply(report, theirs)
        except (IntegrityError, ProtectedError) as error:
            raise CatalogueError([Problem(1, 1, _IN_THE_WAY.format(error.args[0]))]) from error
        # A catalogue that is a draft as a whole has a name already.
        Catalogue.objects.get_or_create(slug=name)
        _remember(name, base, theirs)
        if publish:
            report.release = _publish(report, theirs[HEAD])
    return report


# The database has the last word on what two sides may not say together.
_IN_THE_WAY = (
    "une correction faite dans l’administration empêche ce chargement (une finalité, une strate ou"
    " un numéro encore utilisés) : la défaire, ou la reporter dans le fichier. Détail : {}"
)


def _refuse_vanished(base: dict[Key, str], theirs: Entries) -> None:
    vanished = [key for key in base if key[0] in cut.LASTING and key not in theirs]
    if vanished:
        raise CatalogueError(
            [
                Problem(
                    1,
                    1,
                    f"{cut.name(key)} a disparu du fichier : la remettre"
                    + (
                        ", avec « retired: true » si elle est retirée"
                        if key[0] == "measure"
                        else ""
                    ),
                )
                for key in vanished
            ]
        )


def _fates(
    base: dict[Key, str], theirs: dict[Key, str], ours: dict[Key, str], prefer: Preference
) -> dict[Key, Fate]:
    keys = dict.fromkeys([*theirs, *base, *ours])
    fates = {
        key: _fate(base.get(key, ""), theirs.get(key, ""), ours.get(key, ""), prefer)
        for key in keys
    }
    if fates[HEAD] is Fate.CONFLICT:
        # Two releases were named: that of the desk is out already, and stays.
        fates[HEAD] = Fate.KEPT
    return fates


def _fate(base: str, theirs: str, ours: str, prefer: Preference) -> Fate:
    """An empty digest means that the side does not have the entry."""
    if theirs == ours:
        return Fate.SAME
    if theirs == base:
        return Fate.KEPT
    if ours == base or prefer == "file":
        if not theirs:
            return Fate.REMOVED
        return Fate.UPDATED if ours else Fate.ADDED
    return Fate.KEPT if prefer == "admin" else Fate.CONFLICT


def _apply(report: LoadReport, theirs: Entries) -> None:
    writer = to_rows.Writer(desk, report.catalogue)
    written = {*report.keys(Fate.ADDED), *report.keys(Fate.UPDATED)}
    if any(kind == "proposal" for kind, _ in written):
        # A sheet names proposals by number, and a number may now be another's.
        written |= {key for key in report.keys(Fate.SAME) if key[0] == "sheet"}
    writer.write({key: value for key, value in theirs.items() if key in written})
    for key in report.keys(Fate.REMOVED):
        try:
            # A savepoint: an entry that is still in use stays, and is listed.
            with transaction.atomic():
                writer.delete(key)
        except ProtectedError:
            report.still_used.append(key)


def _publish(report: LoadReport, head: dict[str, Any]) -> Release | None:
    try:
        return releases.publish_load(report.written, head, report.catalogue)
    except releases.NotPublishable as error:
        raise CatalogueError([Problem(1, 1, sentence) for sentence in error.sentences]) from error


def _remember(catalogue: str, base: dict[Key, str], theirs: Entries) -> None:
    """The file becomes the base. What admin changed stays seen as changed by admin."""
    rows = LoadedEntry.objects.filter(catalogue=catalogue)
    for kind, key in (key for key in base if key not in theirs):
        rows.filter(kind=kind, key=key).delete()
    LoadedEntry.objects.bulk_create(
        [
            LoadedEntry(
                catalogue_id=catalogue, kind=kind, key=key, digest=digest, value=theirs[kind, key]
            )
            for (kind, key), digest in cut.digests(theirs).items()
            if base.get((kind, key)) != digest
        ],
        update_conflicts=True,
        unique_fields=["catalogue", "kind", "key"],
        update_fields=["digest", "value"],
    )
