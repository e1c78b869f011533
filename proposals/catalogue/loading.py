"""Loading as a three-way merge: base = last loaded, theirs = the file, ours = the database."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from .. import releases
from ..models import LoadedEntry, Proposal, Purpose, Source
from . import entries as cut
from . import from_rows, to_rows
from .entries import Entries, Key
from .problems import CatalogueError, Problem

Preference = Literal["", "file", "admin"]


class Fate(StrEnum):
    """What a load does with an entry."""

    SAME = "same"
    ADDED = "added"
    UPDATED = "updated"
    REMOVED = "removed"
    KEPT = "kept"
    CONFLICT = "conflict"


@dataclass
class LoadReport:
    """What a load did, or would do."""

    fates: dict[Key, Fate]
    still_used: list[Key] = field(default_factory=list)
    revisions: int = 0

    def keys(self, fate: Fate) -> list[Key]:
        return [key for key, found in self.fates.items() if found is fate]

    @property
    def conflicts(self) -> list[Key]:
        return self.keys(Fate.CONFLICT)

    @property
    def changes_nothing(self) -> bool:
        return not any(self.keys(fate) for fate in (Fate.ADDED, Fate.UPDATED, Fate.REMOVED))


def load(
    catalogue: dict[str, Any], *, prefer: Preference = "", dry_run: bool = False
) -> LoadReport:
    """Merges a checked catalogue into the database, in one transaction.

    Changed only in the file: updated. Changed only in admin: kept. Changed in both: conflict,
    and nothing is written at all unless `prefer` says which side wins. Raises CatalogueError
    when a slug that was loaded before has vanished from the file, and when what admin changed
    still needs something that the file takes away.
    """
    theirs = cut.split(catalogue)
    with transaction.atomic():
        _keep_others_from_writing()
        base = {(row.kind, row.key): row.digest for row in LoadedEntry.objects.all()}
        _refuse_vanished(base, theirs)
        ours = cut.split(from_rows.from_database()) if base or _has_rows() else {}
        report = LoadReport(_fates(base, cut.digests(theirs), cut.digests(ours), prefer))
        if dry_run or report.conflicts:
            return report
        try:
            with transaction.atomic():
                _apply(report, theirs)
        except (IntegrityError, ProtectedError) as error:
            raise CatalogueError([Problem(1, 1, _IN_THE_WAY.format(error.args[0]))]) from error
        _remember(base, cut.digests(theirs))
        report.revisions = releases.record_revisions()
    return report


def _keep_others_from_writing() -> None:
    """What admin saved between our reading and our writing would be lost; reading goes on.

    SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        models = apps.get_app_config("proposals").get_models(include_auto_created=True)
        tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")


# The database has the last word on what two sides may not say together.
_IN_THE_WAY = (
    "une correction faite dans l’administration empêche ce chargement (une finalité, une strate ou"
    " un numéro encore utilisés) : la défaire, ou la reporter dans le fichier. Détail : {}"
)


def _has_rows() -> bool:
    return any(model.objects.exists() for model in (Proposal, Purpose, Source))


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
    return {
        key: _fate(base.get(key, ""), theirs.get(key, ""), ours.get(key, ""), prefer)
        for key in keys
    }


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
    written = {*report.keys(Fate.ADDED), *report.keys(Fate.UPDATED)}
    if any(kind == "proposal" for kind, _ in written):
        # A sheet names proposals by number, and a number may now be another's.
        written |= {key for key in report.keys(Fate.SAME) if key[0] == "sheet"}
    to_rows.write({key: value for key, value in theirs.items() if key in written})
    for key in report.keys(Fate.REMOVED):
        try:
            # A savepoint: an entry that is still in use stays, and is listed.
            with transaction.atomic():
                to_rows.delete(key)
        except ProtectedError:
            report.still_used.append(key)


def _remember(base: dict[Key, str], theirs: dict[Key, str]) -> None:
    """The file becomes the base. What admin changed stays seen as changed by admin."""
    gone = [key for key in base if key not in theirs]
    for kind, key in gone:
        LoadedEntry.objects.filter(kind=kind, key=key).delete()
    LoadedEntry.objects.bulk_create(
        [
            LoadedEntry(kind=kind, key=key, digest=digest)
            for (kind, key), digest in theirs.items()
            if base.get((kind, key)) != digest
        ],
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=["digest"],
    )
