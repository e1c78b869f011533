"""Making a backup: a name that is ours is given only to a file that was read again and is right."""

import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connections

from . import archive, files, rotation, rows, schemas, stamp
from .archive import Manifest, TableSum
from .refusing import Damaged, Refused, told
from .rotation import Kept
from .snapshots import snapshot

UNFINISHED = ".desescalade-en-cours-"


@dataclass(frozen=True)
class Made:
    """A good backup, and the names of those that rotation took away."""

    path: Path
    manifest: Manifest
    removed: list[str]


def make(directory: Path, passphrase: bytes | None = None, kept: Kept | None = None) -> Made:
    """Writes a backup into the directory, and takes away those that have had their time.

    Whoever calls holds the lock. Raises Refused; there is then no new file, and all the old ones.
    """
    with told(directory), files.work_directory() as work:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in directory.glob(f"{UNFINISHED}*"):
            left.unlink()
        now = _free_moment(directory, passphrase is not None)
        path = directory / rotation.name(now, passphrase is not None)
        unfinished = directory / f"{UNFINISHED}{path.name}"
        try:
            manifest = _write(unfinished, work, now, passphrase)
            os.rename(unfinished, path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        files.sync(directory)
        # A copy made elsewhere by hand must not hide that the nightly ones have stopped.
        if directory.resolve() == settings.BACKUPS_DIR.resolve():
            stamp.record(now, path)
        removed = _rotate(directory, path.name, kept or Kept())
    return Made(path, manifest, removed)


def _free_moment(directory: Path, is_sealed: bool) -> datetime:
    """Now, or as many seconds later as names are taken."""
    now = datetime.now(UTC).replace(microsecond=0)
    while (directory / rotation.name(now, is_sealed)).exists():
        now += timedelta(seconds=1)
    return now


def _write(unfinished: Path, work: Path, now: datetime, passphrase: bytes | None) -> Manifest:
    with snapshot(work) as alias:
        heads = schemas.heads(alias)
        if not heads:
            raise Refused("La base est vide, il n’y a rien à sauvegarder.")
        models = schemas.models(heads)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:
            manifest = _sealed(
                file,
                passphrase,
                lambda sink: write(sink, work, alias, models, kept_manifest(now, alias, heads)),
            )
            file.flush()
            os.fsync(file.fileno())
        counts = {model._meta.db_table: rows.count(model, alias) for model in models}
    with files.opened(unfinished, passphrase) as source:
        found = archive.verify(source)
    if found != manifest or counts != {name: each.rows for name, each in found.tables.items()}:
        raise Damaged("La sauvegarde relue n’est pas ce qui devait être écrit : elle est ôtée.")
    return manifest


def kept_manifest(now: datetime, alias: str, heads: schemas.Heads) -> Manifest:
    """What is known before the first row."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text("utf-8"))
    return Manifest(
        application=project["project"]["version"],
        made=now.isoformat(),
        engine=connections[alias].vendor,
        migrations=heads,
    )


def _sealed(
    file: BinaryIO, passphrase: bytes | None, write_into: Callable[[BinaryIO], Manifest]
) -> Manifest:
    if passphrase is None:
        return write_into(file)
    from . import sealing

    sealer = sealing.Sealer(file, passphrase)
    manifest = write_into(sealer)
    sealer.finish()
    return manifest


def write(sink: BinaryIO, work: Path, alias: str, models: list, manifest: Manifest) -> Manifest:
    """Writes the archive of these tables; gives the manifest with its sums."""
    writer = archive.Writer(sink, work)
    for model in models:
        name = model._meta.db_table
        count, sha256 = writer.table(name, rows.read(model, alias))
        manifest.tables[name] = TableSum(count, sha256, rows.last_number(model, alias))
    for name, content in files.read_kept().items():
        manifest.files[name] = writer.file(name, content)
    writer.close(manifest)
    return manifest


def _rotate(directory: Path, made: str, kept: Kept) -> list[str]:
    gone = rotation.outdated((each.name for each in directory.iterdir()), made, kept)
    for name in gone:
        (directory / name).unlink()
    return gone
