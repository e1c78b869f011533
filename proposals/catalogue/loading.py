"""Loading as a three-way merge: base = last loaded, theirs = the file, ours = the working copy.

What the file brings is a text that its own history (git) has reviewed: a load by command publishes
it at once. What curators drafted stays a draft, even within an entry that both have changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from .. import models as published
from .. import releases
from ..desk import drafts
from ..desk import models as desk
from ..desk.enums import Cause, Role
from ..models import Catalogue, LoadedEntry, Release
from ..tables.catalogue import MAIN
from . import entries as cut
from . import from_rows, to_rows
from .entries import Entries, Key
from .merging import Conflict, Side, merge
from .problems import CatalogueError, Problem
from .soundness import inconsistencies

Preference = Literal["", "file", "admin"]
# Who wins in an entry, or what was decided for each passage of it (`merging.Merged.resolved`).
Choices = Mapping[Key, Preference | Mapping[str, Any]]
HEAD = ("catalogue", "")
OF_RELEASE = ("release", "date", "note")
SIDES: dict[str, Side] = {"file": "theirs", "admin": "ours"}


class Fate(StrEnum):
    """What a load does with an entry."""

    SAME = "same"
    ADDED = "added"
    UPDATED = "updated"
    MERGED = "merged"
    REMOVED = "removed"
    KEPT = "kept"
    CONFLICT = "conflict"


WRITTEN = (Fate.ADDED, Fate.UPDATED, Fate.MERGED, Fate.REMOVED)


@dataclass
class LoadReport:
    """What a load did, or would do.

    `base` is what was loaded last, `before` the working copy as it was, `after` what becomes of
    the entries that are written (in a conflict: what is certain already). `passages` are what
    both sides changed in an entry, decided or not.
    `seen` is the same for loads that would do the same to the same working copy.
    """

    fates: dict[Key, Fate]
    catalogue: str = MAIN
    base: Entries = field(default_factory=dict)
    before: Entries = field(default_factory=dict)
    after: Entries = field(default_factory=dict)
    passages: dict[Key, list[Conflict]] = field(default_factory=dict)
    seen: str = ""
    is_stale: bool = False
    still_used: list[Key] = field(default_factory=list)
    unsound: list[str] = field(default_factory=list)
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
    choices: Choices | None = None,
    dry_run: bool = False,
    publish: bool = True,
    role: Role = Role.MACHINE,
    seen: str = "",
) -> LoadReport:
    """Merges a checked catalogue into the working copy and publishes it, in one transaction.

    Changed only in the file: updated. Changed only in admin: kept. Changed in both, in different
    passages: merged. A passage that both changed is a conflict: nothing is written at all unless
    `choices` for its entry, or `prefer` for all, say which side wins. Without `publish`, what the
    file brings becomes a draft. With `seen` of an earlier report, nothing is written once the
    working copy has changed (`is_stale`). Raises CatalogueError when a slug that was loaded before
    has vanished from the file, and when what admin changed still needs something that the file
    takes away.
    """
    name = catalogue["catalogue"].get("slug") or MAIN
    theirs = cut.split(catalogue)
    with transaction.atomic():
        drafts.keep_others_from_writing()
        base = {(row.kind, row.key): row for row in LoadedEntry.objects.filter(catalogue=name)}
        _refuse_vanished(base, theirs)
        ours = from_rows.entries_of(desk, name)
        if not publish and HEAD in ours:
            # The head names what is out, and nothing goes out.
            theirs[HEAD] = {**theirs[HEAD], **{key: ours[HEAD][key] for key in OF_RELEASE}}
        report = _report(name, base, theirs, ours, prefer, choices or {})
        report.is_stale = bool(seen) and seen != report.seen
        if dry_run or report.conflicts or report.is_stale:
            return report
        try:
            with transaction.atomic(), drafts.recorded(Cause.LOAD, role, name) as record:
                _apply(report)
        except (IntegrityError, ProtectedError) as error:
            raise CatalogueError([Problem(1, 1, _IN_THE_WAY.format(error.args[0]))]) from error
        # A catalogue that is a draft as a whole has a name already.
        Catalogue.objects.get_or_create(slug=name)
        _remember(name, base, theirs)
        if report.keys(Fate.MERGED):
            report.unsound = inconsistencies(record.after[name])
        if publish:
            report.release = _publish(report, theirs)
    return report


# The database has the last word on what two sides may not say together.
_IN_THE_WAY = (
    "une correction faite dans l’administration empêche ce chargement (une source effacée, une"
    " finalité, une strate ou un numéro encore utilisés) : la défaire, ou la reporter dans le"
    " fichier. Détail : {}"
)


def _refuse_vanished(base: dict[Key, LoadedEntry], theirs: Entries) -> None:
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


def _report(
    name: str,
    base: dict[Key, LoadedEntry],
    theirs: Entries,
    ours: Entries,
    prefer: Preference,
    choices: Choices,
) -> LoadReport:
    values = {key: row.value for key, row in base.items()}
    report = LoadReport({}, name, values, ours)
    states = {key: row.digest for key, row in base.items()}, cut.digests(theirs), cut.digests(ours)
    for key in dict.fromkeys([*theirs, *base, *ours]):
        fate = _fate(*(digests.get(key, "") for digests in states))
        if fate is Fate.CONFLICT and key == HEAD:
            # Two releases were named: that of the desk is out already, and stays.
            fate = Fate.KEPT
        report.fates[key] = fate
        if fate in WRITTEN:
            report.after[key] = theirs.get(key)
        elif fate is Fate.CONFLICT:
            choice = choices.get(key, prefer)
            _bring_together(report, key, base.get(key), theirs.get(key), choice)
    known = [[kind, key, *(d.get((kind, key)) for d in states)] for kind, key in report.fates]
    report.seen = cut.digest(known)
    return report


def _fate(base: str, theirs: str, ours: str) -> Fate:
    """An empty digest means that the side does not have the entry."""
    if theirs == ours:
        return Fate.SAME
    if theirs == base:
        return Fate.KEPT
    if ours != base:
        return Fate.CONFLICT
    if not theirs:
        return Fate.REMOVED
    return Fate.UPDATED if ours else Fate.ADDED


def _bring_together(
    report: LoadReport,
    key: Key,
    row: LoadedEntry | None,
    theirs: Any,
    choice: Preference | Mapping[str, Any],
) -> None:
    """Merges an entry that both sides changed, unless a passage of it is still to be decided."""
    ours = report.before.get(key)
    if row and row.value is None:
        # Nobody knows any more which passage was changed on which side.
        passages = [Conflict((), None, ours, theirs, cut.shape_of(key[0]))]
    else:
        merged = merge(key, row and row.value, ours, theirs)
        passages = merged.conflicts
        report.after[key] = merged.value
    report.passages[key] = passages
    if isinstance(choice, str):
        choice = {passage.name: SIDES[choice] for passage in passages} if choice else {}
    if {passage.name for passage in passages} != {*choice}:
        return
    if row and row.value is None:
        value = ours if choice[""] == "ours" else theirs
    else:
        value = merged.resolved(choice)
    if value == ours:
        report.fates[key] = Fate.KEPT
        report.after.pop(key, None)
        return
    report.after[key] = value
    if value == theirs:
        report.fates[key] = Fate.REMOVED if value is None else Fate.UPDATED
    else:
        report.fates[key] = Fate.MERGED


def _apply(report: LoadReport) -> None:
    writer = to_rows.Writer(desk, report.catalogue)
    values = {key: value for key, value in report.after.items() if value is not None}
    if any(kind == "proposal" for kind, _ in values):
        # A sheet names proposals by number, and a number may now be another's.
        sheets = [key for key in report.keys(Fate.SAME) if key[0] == "sheet"]
        values |= {key: report.before[key] for key in sheets}
    writer.write(values)
    for key in report.keys(Fate.REMOVED):
        try:
            # A savepoint: an entry that is still in use stays, and is listed.
            with transaction.atomic():
                writer.delete(key)
        except ProtectedError:
            report.still_used.append(key)


def _publish(report: LoadReport, theirs: Entries) -> Release | None:
    """Publishes what the file says and the desk too, be it from this load or from an upload."""
    public = from_rows.entries_of(published, report.catalogue)
    working = cut.digests(from_rows.entries_of(desk, report.catalogue))
    said = {key: value for key, value in theirs.items() if cut.digest(value) == working.get(key)}
    brought = {
        key: _in_public(report, key, public.get(key), theirs)
        for key in report.written
        if key not in report.still_used
    }
    values = {**said, **brought}
    values.pop(HEAD, None)
    try:
        return releases.publish_load(values, theirs[HEAD], report.catalogue)
    except releases.NotPublishable as error:
        raise CatalogueError([Problem(1, 1, sentence) for sentence in error.sentences]) from error


def _in_public(report: LoadReport, key: Key, public: Any, theirs: Entries) -> Any:
    """What a load makes of a published entry: the change that it makes to the draft, no more."""
    if report.fates[key] is not Fate.MERGED:
        return report.after[key]
    if public is None:
        return theirs[key]
    merged = merge(key, report.before[key], public, report.after[key])
    return merged.resolved({conflict.name: "theirs" for conflict in merged.conflicts})


def _remember(catalogue: str, base: dict[Key, LoadedEntry], theirs: Entries) -> None:
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
            if (kind, key) not in base or _is_other(base[kind, key], digest)
        ],
        update_conflicts=True,
        unique_fields=["catalogue", "kind", "key"],
        update_fields=["digest", "value"],
    )


def _is_other(row: LoadedEntry, digest: str) -> bool:
    """One that was loaded before values were kept gets its value now."""
    return row.digest != digest or row.value is None
