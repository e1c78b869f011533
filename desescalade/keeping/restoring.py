"""Restoring: read all of it first, build beside, then replace at one stroke."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.models import Model

from . import archive, beside, files, rows, schemas
from .archive import Manifest, TableSum
from .refusing import Damaged, Refused, told


@dataclass(frozen=True)
class Restored:
    """What was restored; `migrations`: how many were applied to come to this version."""

    manifest: Manifest
    migrations: int


def check(path: Path, passphrase: bytes | None = None) -> Manifest:
    """Reads a whole archive and compares it with its manifest. Raises Refused, Damaged."""
    with told(path), files.opened(path, passphrase) as source:
        return archive.verify(source)


def restore(path: Path, passphrase: bytes | None = None, replace: bool = False) -> Restored:
    """Puts the base and the files of an archive in the place of those in use.

    Whoever calls holds the lock. Raises Refused, Damaged; nothing has then changed. An archive
    of an older version gets the tables of that version, then the migrations since, as its site
    would have.
    """
    manifest = check(path, passphrase)
    schemas.refuse_unknown(manifest.migrations)
    if not replace and beside.is_used():
        raise Refused(
            "Le site contient déjà des données, ou sa base ne se lit plus. Pour les remplacer par"
            " la sauvegarde, ajouter --replace : ce qui a été écrit depuis elle sera perdu."
        )
    with told(settings.DATA_DIR), files.work_directory() as work, beside.base(work) as put_in_place:
        _fill(manifest, path, passphrase)
        if migrations := schemas.waiting():
            schemas.migrate_to_now()
        with files.opened(path, passphrase) as source:
            found = archive.files(source)
        kept = {name: found[name] for name in files.KEPT if name in found}
        # All that may fail for want of room comes before.
        with files.written(settings.DATA_DIR, kept) as put_files_in_place:
            put_in_place()
            put_files_in_place()
    return Restored(manifest, migrations)


def try_out(path: Path, passphrase: bytes | None = None) -> Restored:
    """Restores an archive into a base of its own, which goes again; the site stays as it is.

    On SQLite, whatever the site uses. Whoever calls holds the lock: what a killed trial left is
    taken away by the next of those who hold it. Raises Refused, Damaged.
    """
    manifest = check(path, passphrase)
    schemas.refuse_unknown(manifest.migrations)
    with told(settings.DATA_DIR), files.work_directory() as work, beside.trial_base(work):
        _fill(manifest, path, passphrase)
        if migrations := schemas.waiting():
            schemas.migrate_to_now()
            connection.check_constraints()
    return Restored(manifest, migrations)


def _fill(manifest: Manifest, path: Path, passphrase: bytes | None) -> None:
    """The tables of the manifest with its rows, read again to be sure."""
    models = {model._meta.db_table: model for model in schemas.models(manifest.migrations)}
    # An archive of before may hold a table that is left out since.
    wanted = manifest.tables.keys() - schemas.LEFT_OUT
    if models.keys() != wanted:
        differing = ", ".join(sorted(models.keys() ^ wanted))
        raise Refused(f"La sauvegarde n’a pas les tables que sa version demande : {differing}.")
    schemas.migrate_to(manifest.migrations)
    with transaction.atomic(), files.opened(path, passphrase) as source:
        # Migrations write rows too: those of the archive take their place.
        rows.clear(models.values())
        for name, lines in archive.tables(source):
            if name in models:
                _load(models[name], lines)
        for name, model in models.items():
            if (last := manifest.tables[name].last) is not None:
                rows.set_last_number(model, last)
        connection.check_constraints()
    if differing := [name for name in models if _sum(models[name]) != manifest.tables[name]]:
        raise Damaged(f"Ce qui est restauré diffère de la sauvegarde : {', '.join(differing)}.")


def _load(model: type[Model], lines: Iterator[bytes]) -> None:
    try:
        rows.write(model, lines)
    except ValueError as error:
        raise Damaged(f"La table {model._meta.db_table} de la sauvegarde ne se lit pas.") from error


def _sum(model: type[Model]) -> TableSum:
    count, sha256 = archive.sum_of(rows.read(model, DEFAULT_DB_ALIAS))
    return TableSum(count, sha256, rows.last_number(model, DEFAULT_DB_ALIAS))
