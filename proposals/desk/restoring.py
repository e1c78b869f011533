"""Going back: on one correction, to an earlier text, or on a whole release."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from .. import models as published
from ..catalogue import entries as cut
from ..catalogue import from_rows, to_rows
from ..catalogue.entries import Entries, Key
from ..catalogue.merging import Merged, merge
from ..catalogue.soundness import inconsistencies
from ..models import Release, ReleasedEntry
from ..tables.catalogue import MAIN
from . import drafts, models
from .enums import Cause, Role
from .models import EntryChange


class CannotRestore(Exception):
    """What one would go back to does not fit what stands now; the message says why, in French."""


def without(change: EntryChange) -> Merged:
    """The entry as it stands, less this one correction; a conflict where it was corrected again."""
    key = change.kind, change.key
    present = from_rows.entry(models, *key, change.catalogue_id)
    return merge(key, change.after, present, change.before)


def undo(change: EntryChange, role: Role) -> None:
    """Takes one correction back and keeps those that came later. Raises CannotRestore."""
    merged = without(change)
    if merged.conflicts:
        raise CannotRestore(
            "Ce passage a été corrigé encore une fois depuis. Revenez plutôt à l’un des états de"
            " cette page, ou corrigez-le à la main."
        )
    _write((change.kind, change.key), merged.value, role, change.catalogue_id)


def restore(change: EntryChange, role: Role) -> None:
    """Brings the whole entry back to what it was after this change. Raises CannotRestore."""
    _write((change.kind, change.key), change.after, role, change.catalogue_id)


def restore_before(change: EntryChange, role: Role) -> None:
    """Brings the whole entry back to what it was before this change. Raises CannotRestore."""
    if change.before is None:
        raise CannotRestore("Cette entrée n’existait pas encore : il n’y a pas de texte d’avant.")
    _write((change.kind, change.key), change.before, role, change.catalogue_id)


def releases_by_text(key: Key, catalogue: str) -> dict[str, Release]:
    """The last release of each text that the public has read of an entry, by its digest."""
    kind, slug = key
    found = ReleasedEntry.objects.filter(release__catalogue=catalogue, kind=kind, key=slug)
    oldest_first = found.select_related("release").order_by("release")
    return {cut.digest(row.after): row.release for row in oldest_first}


def annulled(catalogue: str) -> set[int]:
    """The releases that another one has undone, unless that one was undone in its turn."""
    found: set[int] = set()
    releases = Release.objects.filter(catalogue=catalogue).order_by("-pk")
    for pk, undoes in releases.values_list("pk", "undoes"):
        if undoes and pk not in found:
            found.add(undoes)
    return found


def discard(key: Key, role: Role, catalogue: str = MAIN) -> None:
    """Gives a draft up: the working copy says again what is published. Raises CannotRestore."""
    _write(key, from_rows.entry(published, *key, catalogue), role, catalogue)


def _write(key: Key, value: Any, role: Role, catalogue: str) -> None:
    with transaction.atomic(), drafts.recorded(Cause.RESTORE, role, catalogue) as record:
        if value is None:
            _remove(key, catalogue)
            return
        present = record.before[catalogue]
        known = set(inconsistencies(present))
        if new := [line for line in inconsistencies({**present, key: value}) if line not in known]:
            raise CannotRestore(" ".join(new))
        to_rows.Writer(models, catalogue).write({key: value})


def _remove(key: Key, catalogue: str) -> None:
    if key[0] not in to_rows.DELETABLE:
        raise CannotRestore("Cette liste a toujours existé : corrigez-la à la main.")
    try:
        to_rows.Writer(models, catalogue).delete(key)
    except ProtectedError:
        raise CannotRestore(
            f"{cut.name(key)[:1].upper()}{cut.name(key)[1:]} sert ailleurs : retirez-la d’abord"
            " de ce qui la nomme."
        ) from None


@dataclass
class Undoing:
    """What undoing a release would do: new values of published entries, and of the working copy.

    `public` is what is published now; `kept` what stays as it is, with the reason in words.
    """

    public: Entries
    values: Entries = field(default_factory=dict)
    desk: Entries = field(default_factory=dict)
    kept: dict[Key, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The same for two that would bring the same back to the public."""
        return cut.digest([[*key, value] for key, value in self.values.items()])


def undoing(release: Release) -> Undoing:
    """Takes back what a release changed, and keeps what later ones changed elsewhere."""
    catalogue = release.catalogue_id
    public = from_rows.entries_of(published, catalogue)
    working = from_rows.entries_of(models, catalogue)
    found = Undoing(public)
    for row in release.entries.all():
        key = row.kind, row.key
        before = row.before if row.before is not None else _hidden(key, public.get(key))
        if before is None:
            found.kept[key] = "ce que cette édition a apporté reste ; retirez-le à la main"
            continue
        merged = merge(key, row.after, public.get(key), before)
        if merged.conflicts:
            found.kept[key] = "une édition plus récente l’a corrigé au même endroit"
            continue
        if cut.digest(merged.value) == cut.digest(public.get(key)):
            continue
        found.values[key] = merged.value
        own = merge(key, public.get(key), working.get(key), merged.value)
        if own.conflicts:
            found.kept[key] = "annulé pour le public ; le brouillon en cours garde son texte"
        else:
            found.desk[key] = own.value
    return found


def _hidden(key: Key, value: Any) -> Any:
    """A measure or a proposal that a release brought is no longer shown, and not forgotten."""
    if key[0] in ("measure", "proposal") and value is not None:
        return {**value, "published": False}
    return None
