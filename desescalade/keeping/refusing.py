"""Why nothing was done, in French."""

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from django.db import DatabaseError

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REASONS = {
    errno.ENOENT: "ce fichier n’existe pas.",
    errno.EACCES: "l’accès est refusé à cet utilisateur.",
    errno.EPERM: "l’accès est refusé à cet utilisateur.",
    errno.EROFS: "ce disque ne se laisse que lire.",
    errno.EISDIR: "c’est un dossier, il faut un fichier.",
    errno.ENOTDIR: "c’est un fichier, il faut un dossier.",
    errno.EEXIST: "c’est un fichier, il faut un dossier.",
}


class Refused(Exception):
    """The reason, in French, and what to do; whatever was there before is as it was."""


class Damaged(Refused):
    """The archive is not what was written."""


@contextlib.contextmanager
def told(directory: Path) -> Iterator[None]:
    """Says in French what the disk or the database refuses, with the directory it concerns."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise Refused(no_room(directory)) from error
        reason = _REASONS.get(error.errno, f"{error.strerror or error}.")
        raise Refused(f"{error.filename or directory} : {reason}") from error
    except DatabaseError as error:
        if is_for_want_of_room(error):
            raise Refused(no_room(directory)) from error
        raise Refused(f"La base de données a répondu : {error}") from error


def no_room(directory: Path) -> str:
    return (
        f"Il n’y a plus de place pour écrire dans {directory}. Rien n’a été changé : faire de"
        " la place, puis recommencer."
    )


def is_for_want_of_room(error: DatabaseError) -> bool:
    cause = error.__cause__
    # SQLite calls a file that may not grow any more an I/O error of a write.
    if getattr(cause, "sqlite_errorname", "") in {"SQLITE_FULL", "SQLITE_IOERR_WRITE"}:
        return True
    # PostgreSQL: disk_full.
    return getattr(cause, "sqlstate", "") == "53100"
