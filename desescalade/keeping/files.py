"""Opening archives, and putting files in their place whole or not at all."""

import contextlib
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from .archive import SEALED
from .refusing import Refused

# Of the data directory, what nothing else can make again: prints and static files can be.
KEPT = ("secret_key",)
_WORK = "keeping-"
MIN_PASSPHRASE = 8


def read_kept() -> dict[str, bytes]:
    found = {}
    for name in KEPT:
        with contextlib.suppress(FileNotFoundError):
            found[name] = (settings.DATA_DIR / name).read_bytes()
    return found


@contextlib.contextmanager
def work_directory() -> Iterator[Path]:
    """A directory for what is unfinished, beside the base. Whoever asks holds the lock.

    What a run that was killed left there goes first.
    """
    for left in settings.DATA_DIR.glob(f"{_WORK}*/"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_WORK, dir=settings.DATA_DIR) as work:
        yield Path(work)


@contextlib.contextmanager
def opened(path: Path, passphrase: bytes | None) -> Iterator[BinaryIO]:
    """The archive as gzip. Raises Refused where a passphrase is missing, or does not fit."""
    with path.open("rb") as file:
        if file.read(len(SEALED)) != SEALED:
            file.seek(0)
            yield file
            return
        if passphrase is None:
            raise Refused(
                "La sauvegarde est chiffrée : ajouter --passphrase-file et le fichier qui contient"
                " sa phrase de passe."
            )
        # Loaded where it is needed only: 10 MB.
        from . import sealing

        yield io.BufferedReader(sealing.Opener(file, passphrase), sealing.CHUNK)


def passphrase(file: Path | None) -> bytes | None:
    """The first line of the file. Raises Refused where it is empty or too short."""
    if file is None:
        return None
    with file.open("rb") as stream:
        found = stream.readline().strip()
    if len(found) < MIN_PASSPHRASE:
        raise Refused(
            f"{file} : sa première ligne doit être une phrase de passe d’au moins"
            f" {MIN_PASSPHRASE} signes."
        )
    return found


def sync(directory: Path) -> None:
    """A name is on the disk only when its directory is."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def written(directory: Path, contents: Mapping[str, bytes]) -> Iterator[Callable[[], None]]:
    """Files that are on the disk, each readable by its owner only, but not in their place yet.

    What is given puts them there; without it they go again.
    """
    waiting: dict[str, str] = {}
    try:
        for name, content in contents.items():
            descriptor, waiting[name] = tempfile.mkstemp(dir=directory, prefix=f".{name}-")
            with open(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())

        def put_in_place() -> None:
            for name in list(waiting):
                os.replace(waiting[name], directory / name)
                del waiting[name]
            sync(directory)

        yield put_in_place
    finally:
        for name in waiting.values():
            Path(name).unlink(missing_ok=True)


def put(path: Path, content: bytes) -> None:
    """Writes a file whole, in the place of the one of before."""
    with written(path.parent, {path.name: content}) as put_in_place:
        put_in_place()
