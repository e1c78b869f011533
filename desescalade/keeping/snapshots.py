"""The base as it is at one moment, while the site goes on writing."""

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

ALIAS = "snapshot"
# How long another writer may hold an SQLite file before we give up.
WAIT_SECONDS = 60


@contextlib.contextmanager
def snapshot(work: Path) -> Iterator[str]:
    """The alias to read the base of this moment with.

    SQLite: a copy in `work`, because who reads for long would stop who writes. PostgreSQL: a
    transaction that reads only what was committed before it.
    """
    live = connections[DEFAULT_DB_ALIAS]
    other = live.copy(ALIAS)
    if live.vendor == "sqlite":
        other.settings_dict["NAME"] = file = work / "snapshot.sqlite3"
        live.ensure_connection()
        with contextlib.closing(sqlite3.connect(file)) as target:
            copy(live.connection, target)
        with _named(other) as alias:
            yield alias
        file.unlink()
        return
    with _named(other) as alias, transaction.atomic(alias):
        with other.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield alias


@contextlib.contextmanager
def _named(connection: BaseDatabaseWrapper) -> Iterator[str]:
    connections[ALIAS] = connection
    try:
        yield ALIAS
    finally:
        connection.close()
        del connections[ALIAS]


def copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Copies a whole database at once; the target changes all together, or not at all.

    Raises OperationalError where another holds one of them for longer than WAIT_SECONDS.
    """
    until = time.monotonic() + WAIT_SECONDS

    def give_up(status: int, remaining: int, total: int) -> None:
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and time.monotonic() > until:
            raise OperationalError("la base est occupée depuis trop longtemps")

    try:
        source.backup(target, progress=give_up)
    except sqlite3.Error as error:
        raise OperationalError(*error.args) from error
