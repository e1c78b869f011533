"""One backup, restoring or upgrade at a time: the next one waits for the one before."""

import contextlib
import fcntl
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

NAME = "keeping.lock"
# Of nothing else in the base: "désescalade" in digits.
_KEY = 0xDE5E5CA1ADE


@contextlib.contextmanager
def one_at_a_time(tell: Callable[[str], None]) -> Iterator[None]:
    """Held until the end, or the death, of the process: on this machine, and in the database.

    The database is asked through a connection of its own: that of the migrations may be closed.
    """
    with (settings.DATA_DIR / NAME).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("Une autre sauvegarde, restauration ou mise à jour est en cours : on l’attend.")
            fcntl.flock(file, fcntl.LOCK_EX)
        with _in_database():
            yield


@contextlib.contextmanager
def _in_database() -> Iterator[None]:
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "postgresql":
        yield
        return
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_KEY])
        yield
    finally:
        other.close()
