"""A new base beside the one in use, which it replaces at one stroke or not at all."""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import ConnectionHandler

from desescalade import sqlite

from .snapshots import copy

SCHEMA = "desescalade_beside"


def is_used() -> bool:
    """Whether the base in use holds what somebody wrote: all of it hangs on an account.

    A base that cannot be read any more counts as used.
    """
    users = get_user_model()
    try:
        names = connections[DEFAULT_DB_ALIAS].introspection.table_names()
        return users._meta.db_table in names and users._base_manager.exists()
    except DatabaseError:
        return True


@contextlib.contextmanager
def base(work: Path) -> Iterator[Callable[[], None]]:
    """An empty base, which is the default one within; what is given puts it in place of that.

    The default one, because migrations and signals ask for it without a word. Nothing may be
    asked after it is in place, before the end. `work`: a directory on the disk of the database.
    """
    live = connections[DEFAULT_DB_ALIAS]
    make = _sqlite if live.vendor == "sqlite" else _postgresql
    with make(live, work) as (new, replace), _as_default(new):
        yield replace


@contextlib.contextmanager
def trial_base(work: Path) -> Iterator[None]:
    """An empty SQLite base in `work`, the default one within, which takes the place of none."""
    wanted = {DEFAULT_DB_ALIAS: sqlite.configuration(work / "trial.sqlite3")}
    with _as_default(ConnectionHandler(wanted)[DEFAULT_DB_ALIAS]):
        yield


@contextlib.contextmanager
def _as_default(new: BaseDatabaseWrapper) -> Iterator[None]:
    live = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = new
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        new.close()
        connections[DEFAULT_DB_ALIAS] = live
        ContentType.objects.clear_cache()


Making = Iterator[tuple[BaseDatabaseWrapper, Callable[[], None]]]


@contextlib.contextmanager
def _sqlite(live: BaseDatabaseWrapper, work: Path) -> Making:
    new = live.copy()
    new.settings_dict["NAME"] = file = work / "beside.sqlite3"

    def replace() -> None:
        # Not a renaming: a request that is being answered would go on in the file of before, and
        # its journal be taken for ours. SQLite copies in one transaction, which a death undoes.
        new.close()
        _set_unreadable_aside(live)
        live.ensure_connection()
        with contextlib.closing(sqlite3.connect(file)) as source:
            copy(source, live.connection)

    yield new, replace


def _set_unreadable_aside(live: BaseDatabaseWrapper) -> None:
    """A file that is no sound database any more cannot be copied over: it gets another name.

    Raises OperationalError for one that somebody holds for too long.
    """
    try:
        with live.cursor() as cursor:
            is_sound = cursor.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    except DatabaseError as error:
        if sqlite.is_busy(error):
            raise
        is_sound = False
    if is_sound:
        return
    live.close()
    file = live.settings_dict["NAME"]
    mark = f"illisible-{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}"
    for end in ("-journal", "-wal", "-shm", ""):
        with contextlib.suppress(FileNotFoundError):
            os.rename(f"{file}{end}", f"{file}.{mark}{end}")


@contextlib.contextmanager
def _postgresql(live: BaseDatabaseWrapper, work: Path) -> Making:
    """Tables in a schema of their own, which one transaction moves into that of the site."""
    new = live.copy()
    options = new.settings_dict["OPTIONS"]
    options["options"] = f"{options.get('options', '')} -c search_path={SCHEMA}".strip()

    def replace() -> None:
        names = new.introspection.table_names()
        new.close()
        _move(live, names)

    _execute(live, f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE", f"CREATE SCHEMA {SCHEMA}")
    try:
        yield new, replace
    finally:
        new.close()
        # The next one drops what this one could not; what is in its place by now stays there.
        with contextlib.suppress(DatabaseError):
            _execute(live, f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def _move(live: BaseDatabaseWrapper, names: list[str]) -> None:
    quote = live.ops.quote_name
    with live.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema = quote(cursor.fetchone()[0])
    gone = [f"DROP TABLE {schema}.{quote(name)} CASCADE" for name in _of_the_site(live, names)]
    come = [f"ALTER TABLE {SCHEMA}.{quote(name)} SET SCHEMA {schema}" for name in names]
    # `transaction.atomic` would take the default connection, which is the new one.
    live.set_autocommit(False)
    try:
        _execute(live, *gone, *come)
        live.commit()
    finally:
        # What was not committed goes.
        live.close()


def _of_the_site(live: BaseDatabaseWrapper, names: list[str]) -> list[str]:
    """Tables in use now, also of a later version; none that another program may have there."""
    apps = {app for app, _ in MigrationRecorder(live).applied_migrations()}
    return [
        name
        for name in live.introspection.table_names()
        if name in names or any(name.startswith(f"{app}_") for app in apps)
    ]


def _execute(live: BaseDatabaseWrapper, *statements: str) -> None:
    with live.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
