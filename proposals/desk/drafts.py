"""Changing the working copy: whatever changes an entry is recorded, and never lost to another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from .. import models as published
from ..catalogue import entries as cut
from ..catalogue import from_rows, to_rows
from ..catalogue.entries import Entries, Key
from ..tables.catalogue import MAIN
from . import models, signals
from .enums import Cause, Role, Verb
from .models import EntryChange, JournalEntry

# What belongs to every edit and says nothing by itself.
HEAD = "catalogue"


def keep_others_from_writing() -> None:
    """What another saved between our reading and our writing would be lost; reading goes on.

    First thing in a transaction: who has written a row of the desk before and then waits for the
    others, while one of them waits for that row, waits for ever. SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        every = [
            *apps.get_app_config("desk").get_models(include_auto_created=True),
            *apps.get_app_config("proposals").get_models(include_auto_created=True),
        ]
        tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in every)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")


def _tables_of_the_catalogue() -> list[str]:
    """Without the history: what is only added to grows for years, and names no other row."""
    every = apps.get_app_config("desk").get_models()
    return [row._meta.db_table for row in every if row.__module__ == models.catalogue.__name__]


@dataclass
class Record:
    """The entries of each catalogue that is watched; `after` is filled when the work is done."""

    before: dict[str, Entries]
    after: dict[str, Entries] = field(default_factory=dict)


@contextmanager
def recorded(cause: Cause, role: Role, catalogue: str = "") -> Iterator[Record]:
    """Records each entry that changes within, and a line of the journal for it.

    Within a transaction; others wait. Without `catalogue`, all catalogues are watched. Raises
    IntegrityError when a row is left that names what is not there: databases ask at the commit
    only, when nobody can say a sentence any more.
    """
    keep_others_from_writing()
    names = [catalogue] if catalogue else _catalogues()
    record = Record({name: from_rows.entries_of(models, name) for name in names})
    yield record
    connection.check_constraints(_tables_of_the_catalogue())
    for name in dict.fromkeys([*names, *([] if catalogue else _catalogues())]):
        record.after[name] = from_rows.entries_of(models, name)
        _record(cause, role, name, record.before.get(name, {}), record.after[name])


def _catalogues() -> list[str]:
    return list(models.Catalogue.objects.values_list("slug", flat=True))


def _record(cause: Cause, role: Role, catalogue: str, before: Entries, after: Entries) -> None:
    changed = [
        # A release names itself in the head of the file.
        key
        for key in changed_keys(before, after)
        if key[0] != HEAD or cause is not Cause.UNDO
    ]
    # A catalogue that is loaded for the first time has no history yet.
    told = changed if before else []
    EntryChange.objects.bulk_create(
        EntryChange(
            role=role,
            catalogue_id=catalogue,
            kind=kind,
            key=key,
            before=before.get((kind, key)),
            after=after.get((kind, key)),
            cause=cause,
        )
        for kind, key in told
    )
    if cause is not Cause.LOAD:
        JournalEntry.objects.bulk_create(
            JournalEntry(role=role, verb=Verb.CHANGED, subject=_subject(key, catalogue))
            for key in changed
        )
    elif changed:
        JournalEntry.objects.create(role=role, verb=Verb.LOADED, subject=f"catalogue {catalogue}")
    values = {key: after.get(key) for key in changed}
    signals.drafts_changed.send(EntryChange, catalogue=catalogue, values=values)


def _subject(key: Key, catalogue: str) -> str:
    where = "" if catalogue == MAIN else f" ({catalogue})"
    return f"{cut.name(key)[:260]}{where}"


def changed_keys(before: Entries, after: Entries) -> list[Key]:
    """The entries that differ, in the order of the catalogue."""
    pairs = {key: (before.get(key), after.get(key)) for key in [*after, *before]}
    # Most are equal, which is told far sooner than their digests.
    return [
        key
        for key, (old, new) in pairs.items()
        if old != new and cut.digest(old) != cut.digest(new)
    ]


def unpublished(catalogue: str = MAIN) -> dict[Key, tuple[Any, Any]]:
    """What the working copy says otherwise than the public pages: (published, draft) by entry."""
    public = from_rows.entries_of(published, catalogue)
    drafts = from_rows.entries_of(models, catalogue)
    return {
        key: (public.get(key), drafts.get(key))
        for key in changed_keys(public, drafts)
        if key[0] != HEAD
    }


def edit(
    kind: str,
    key: str,
    change: Callable[[Any], Any],
    *,
    cause: Cause,
    role: Role,
    catalogue: str = MAIN,
) -> None:
    """Writes what `change` makes of an entry of the working copy.

    Raises IntegrityError or ProtectedError when the rows cannot say it: nothing is then written.
    """
    with transaction.atomic(), recorded(cause, role, catalogue):
        present = from_rows.entry(models, kind, key, catalogue)
        to_rows.Writer(models, catalogue).write({(kind, key): change(present)})
