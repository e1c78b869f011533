"""What an SQLite database needs to be safe under Django."""

import sqlite3
from pathlib import Path
from typing import Any

from django.db import DatabaseError

# Seconds that a writer waits for another before it gives up.
BUSY_SECONDS = 20

# What SQLite says while another holds the database; the exact reason may follow.
BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")


def is_busy(error: DatabaseError) -> bool:
    return getattr(error.__cause__, "sqlite_errorname", "").startswith(BUSY)


def has_safe_wal(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite is free of the WAL-reset fault.

    From 3.7.0 to 3.51.2 a commit that lands while a checkpoint starts can be lost; mended in
    3.51.3, 3.50.7 and 3.44.6. Source: https://www.sqlite.org/wal.html#the_wal_reset_bug
    """
    if version >= (3, 51, 3):
        return True
    return (
        version[:2] in {(3, 50), (3, 44)}
        and version >= {50: (3, 50, 7), 44: (3, 44, 6)}[version[1]]
    )


def journal_mode(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> str:
    return "wal" if has_safe_wal(version) else "delete"


def configuration(path: Path) -> dict[str, Any]:
    """The entry of DATABASES for an SQLite file.

    IMMEDIATE, because a transaction that reads and then writes fails at once with "database is
    locked" when it begins deferred. FULL, because what was acknowledged has to survive a power
    cut. secure_delete, because what a team erased must not be found in the file: the places of
    deleted rows are written over with zeros. Options written beside OPTIONS instead of inside are
    ignored by Django without a word: a test asserts them on a live connection.
    """
    return {
        "ENGINE": "desescalade.sqlite",
        "NAME": path,
        "OPTIONS": {
            "timeout": BUSY_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": f"PRAGMA journal_mode={journal_mode()}; PRAGMA synchronous=FULL;"
            " PRAGMA secure_delete=ON;",
        },
        # Django's own choice; pytest-django makes it only for an engine of Django's own name.
        "TEST": {"NAME": ":memory:"},
    }
