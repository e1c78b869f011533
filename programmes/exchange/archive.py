"""Zip archives whose bytes depend on nothing but what they hold."""

import io
from collections.abc import Iterable
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

# The first day that a zip archive can name.
EPOCH = (1980, 1, 1, 0, 0, 0)
# What an OpenDocument begins with, not compressed: programs tell its kind by it.
KIND = "mimetype"


def pack(files: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive of these names and contents, in this order, without the hour it was made."""
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, content in files:
            entry = ZipInfo(name, EPOCH)
            entry.compress_type = ZIP_STORED if name == KIND else ZIP_DEFLATED
            # As on Unix, whatever this machine is.
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def repack(content: bytes) -> bytes:
    """An archive that another library made, without the hour it was made."""
    with ZipFile(io.BytesIO(content)) as archive:
        return pack([(name, archive.read(name)) for name in archive.namelist()])
