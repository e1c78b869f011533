"""Whether the process lives, and whether it can serve. No personal data, no login.

Of two kinds: what keeps the site from serving is answered with 503, so that a proxy asks another
machine. What somebody should look at soon follows the answer, a line each, and changes no status:
a machine whose backups have stopped still serves.
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import Error, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from . import keeping
from .jobs import queue
from .keeping import schemas

# Bytes: what a busy week writes, with room to act before nothing more is saved.
LITTLE_SPACE = 500 * 1024 * 1024
# One night may be missed.
BACKUP_AGE = timedelta(days=2)
# Bytes: as much as a page of a database or of a journal, so that a full disk shows.
TRIAL = 64 * 1024


@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; the database is not asked."""
    return HttpResponse("vivant\n", content_type="text/plain; charset=utf-8")


@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """The database is migrated, it and the disk can be written to; 503 with the reason when not."""
    reason = _unreadiness()
    lines = [reason] if reason else ["prêt", *(f"attention\u00a0: {each}" for each in cautions())]
    return HttpResponse(
        "".join(f"{line}\n" for line in lines),
        status=503 if reason else 200,
        content_type="text/plain; charset=utf-8",
    )


def cautions() -> Iterator[str]:
    """What does not keep the site from serving yet, in French."""
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < LITTLE_SPACE:
        yield f"il reste {free // 1024**2}\u00a0Mo sur le disque des données"
    if not _can_back_up():
        yield "le dossier des sauvegardes ne peut pas être écrit"
    made = keeping.last_backup()
    if made is None:
        yield "aucune sauvegarde n’a été faite"
    elif (age := timezone.now() - made) > BACKUP_AGE:
        yield f"la dernière sauvegarde date de {age.days}\u00a0jours"
    if settings.HAS_QUEUE:
        yield from queue.cautions()


def _can_back_up() -> bool:
    """Whether the directory of the backups, or that in which the first makes it, lets us write."""
    place = settings.BACKUPS_DIR.absolute()
    while not os.path.lexists(place) and place != place.parent:
        place = place.parent
    try:
        found = place.stat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and lets_write(found, os.geteuid(), os.getgroups())


def lets_write(found: os.stat_result, user: int, groups: list[int]) -> bool:
    """By its owner and mode alone: the caged service of the site sees that disk as read-only.

    (`ProtectSystem=strict` of deploy/systemd: only the service of the backups writes there.)
    """
    if user == 0:
        return True
    shift = 6 if found.st_uid == user else 3 if found.st_gid in groups else 0
    return (found.st_mode >> shift) & 0o3 == 0o3


def _unreadiness() -> str:
    return _of_disk() or _of_database()


def _of_disk() -> str:
    try:
        with tempfile.TemporaryFile(dir=settings.DATA_DIR) as trial:
            trial.write(bytes(TRIAL))
    except OSError:
        return "le répertoire de données ne peut pas être écrit"
    return ""


def _of_database() -> str:
    try:
        if schemas.waiting():
            return "des migrations ne sont pas appliquées"
        with transaction.atomic(), connection.cursor() as cursor:
            # Written and rolled back: a database that may only be read shows here.
            cursor.execute("CREATE TABLE essai_d_ecriture (n integer)")
            transaction.set_rollback(True)
    except Error:
        return "la base de données ne répond pas"
    return ""
