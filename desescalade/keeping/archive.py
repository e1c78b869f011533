"""The file of a backup: a gzip tar of one JSON-lines file per table, files, and a manifest.

    tables/programmes_programme.jsonl   the rows in the order of their keys
    files/secret_key                    files of the data directory that nothing else can remake
    manifest.json                       last: without it an archive is not whole

Tables are spooled one at a time, because a tar says the size before the content.
"""

import contextlib
import gzip
import hashlib
import io
import json
import re
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

from .refusing import Damaged, Refused

# Raised when an archive of before could not be read any more by its rules.
FORMAT = 1
# The first bytes of a file under a passphrase.
SEALED = b"DESESCALADE-1\n"
MANIFEST = "manifest.json"
MAX_MANIFEST = 4 * 1024 * 1024
MAX_FILE = 64 * 1024 * 1024
_MEMBER = re.compile(r"tables/([a-z0-9_]+)\.jsonl|files/([a-z0-9_.]+)")
_BLOCK = 1 << 16
_BROKEN = (EOFError, zlib.error, gzip.BadGzipFile, tarfile.TarError, ValueError)


@dataclass(frozen=True)
class TableSum:
    """Rows, the SHA-256 of their lines, the highest number ever given (None: not numbered)."""

    rows: int
    sha256: str
    last: int | None = None


@dataclass(frozen=True)
class FileSum:
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive holds. `made`: UTC, ISO 8601; `migrations`: the heads of each app."""

    application: str
    made: str
    engine: str
    migrations: dict[str, list[str]]
    tables: dict[str, TableSum] = field(default_factory=dict)
    files: dict[str, FileSum] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    def dump(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()

    @classmethod
    def parse(cls, data: bytes) -> "Manifest":
        """Raises Damaged, and Refused for a format of later than ours."""
        with broken_is_damaged():
            raw = json.loads(data)
            if int(raw["format"]) > FORMAT:
                raise Refused(
                    "La sauvegarde est faite par une version plus récente du site. Installer cette"
                    " version, puis restaurer."
                )
            tables = {name: TableSum(**each) for name, each in raw.pop("tables").items()}
            files = {name: FileSum(**each) for name, each in raw.pop("files").items()}
            found = cls(**raw, tables=tables, files=files)
            if not all(isinstance(heads, list) for heads in found.migrations.values()):
                raise ValueError("heads are lists")
            return found


class Writer:
    """Writes an archive into a sink; `work` is a directory for what is being spooled."""

    def __init__(self, sink: BinaryIO, work: Path) -> None:
        self._work = work
        # No name and no time of the machine: the same content gives the same bytes.
        self._gzip = gzip.GzipFile("", "wb", 6, sink, mtime=0)
        self._tar = tarfile.TarFile(fileobj=self._gzip, mode="w", format=tarfile.PAX_FORMAT)

    def table(self, name: str, lines: Iterable[bytes]) -> tuple[int, str]:
        """Writes the lines; says how many they are, and their sum."""
        count, sum_ = 0, hashlib.sha256()
        with tempfile.TemporaryFile(dir=self._work) as spool:
            for line in lines:
                spool.write(line)
                sum_.update(line)
                count += 1
            size = spool.tell()
            spool.seek(0)
            self._add(f"tables/{name}.jsonl", size, spool)
        return count, sum_.hexdigest()

    def file(self, name: str, content: bytes) -> FileSum:
        self._add(f"files/{name}", len(content), io.BytesIO(content))
        return FileSum(len(content), hashlib.sha256(content).hexdigest())

    def close(self, manifest: Manifest) -> None:
        data = manifest.dump()
        self._add(MANIFEST, len(data), io.BytesIO(data))
        self._tar.close()
        self._gzip.close()

    def _add(self, name: str, size: int, content: BinaryIO) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self._tar.addfile(member, content)


@contextlib.contextmanager
def broken_is_damaged() -> Iterator[None]:
    try:
        yield
    except (*_BROKEN, TypeError, KeyError, AttributeError) as error:
        raise Damaged(
            "Le fichier n’est pas une sauvegarde entière du site : il est abîmé, coupé, ou ce"
            " n’en est pas une."
        ) from error


def members(source: BinaryIO) -> Iterator[tuple[str, BinaryIO]]:
    """The name and the content of each member, read in passing, to the last byte of the file.

    Raises Damaged. Nothing is written anywhere: names are only names.
    """
    with broken_is_damaged():
        unzipped = gzip.GzipFile(fileobj=source, mode="rb")
        with tarfile.open(fileobj=unzipped, mode="r|") as tar:
            for member in tar:
                if not member.isfile():
                    raise ValueError("only files")
                yield member.name, tar.extractfile(member)
        # The sum of gzip stands at its end.
        while unzipped.read(_BLOCK):
            pass


def verify(source: BinaryIO) -> Manifest:
    """The manifest, when all that it says is true. Raises Damaged with what is not."""
    tables: dict[str, tuple[int, str]] = {}
    files: dict[str, FileSum] = {}
    manifest: Manifest | None = None
    seen = set()
    for name, content in members(source):
        if manifest is not None or name in seen:
            raise Damaged(f"La sauvegarde contient « {name} » de trop.")
        seen.add(name)
        with broken_is_damaged():
            if name == MANIFEST:
                manifest = Manifest.parse(content.read(MAX_MANIFEST))
                continue
            if not (known := _MEMBER.fullmatch(name)):
                raise Damaged(f"La sauvegarde contient « {name} », qui n’est pas de nous.")
            table, file = known.groups()
            if table:
                tables[table] = sum_of(content)
            else:
                data = content.read(MAX_FILE)
                files[file] = FileSum(len(data), hashlib.sha256(data).hexdigest())
    if manifest is None:
        raise Damaged("La sauvegarde est incomplète : il y manque sa fin.")
    _compare(manifest, tables, files)
    return manifest


def sum_of(lines: Iterable[bytes]) -> tuple[int, str]:
    """How many lines, and their SHA-256."""
    count, sum_ = 0, hashlib.sha256()
    for line in lines:
        count += 1
        sum_.update(line)
    return count, sum_.hexdigest()


def _compare(
    manifest: Manifest, tables: dict[str, tuple[int, str]], files: dict[str, FileSum]
) -> None:
    wanted = {name: (each.rows, each.sha256) for name, each in manifest.tables.items()}
    differing = sorted(
        name
        for said, found in ((wanted, tables), (manifest.files, files))
        for name in {*said, *found}
        if said.get(name) != found.get(name)
    )
    if differing:
        raise Damaged(
            "La sauvegarde est abîmée : ne correspondent pas à ce qui avait été noté :"
            f" {', '.join(differing)}."
        )


def tables(source: BinaryIO) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The lines of each table. For an archive that was verified."""
    for name, content in members(source):
        if (known := _MEMBER.fullmatch(name)) and known[1]:
            yield known[1], content


def files(source: BinaryIO) -> dict[str, bytes]:
    """The content of each file. For an archive that was verified."""
    found = {}
    for name, content in members(source):
        if (known := _MEMBER.fullmatch(name)) and known[2]:
            found[known[2]] = content.read(MAX_FILE)
    return found
