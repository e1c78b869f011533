"""Prints as files: found again until something that they are made from changes.

Beside each PDF lie a report, which says that it is whole or why there is none, its pictures, and
how much of it is ink. Any process reads and writes here.
"""

import contextlib
import json
import os
import secrets
import struct
import time
from collections.abc import Callable
from pathlib import Path

from desescalade.pdf import pictures

from . import prints
from .fitting import Overflow
from .formats import PICTURE_WIDTH
from .prints import Made, Print, PrintFailed, folder

# Bytes kept in the data directory: the twelve formats of some seventy programmes.
MAX_KEPT = 200 * 1024 * 1024
# Seconds for which a print that failed is not tried again.
FAILURE_HOLDS = 60


def find(order: Print) -> Made | None:
    """The print as it was made, None if it was not. Raises PrintFailed for one that just failed."""
    path = _report(order)
    try:
        report = json.loads(path.read_bytes())
        if "error" in report:
            if time.time() - path.stat().st_mtime < FAILURE_HOLDS:
                raise PrintFailed(report["error"])
            return None
        content = order.path.read_bytes()
        made = Made(
            content,
            report["page_count"],
            report["density"],
            tuple(Overflow(*each) for each in report["overflow"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        # Not there, or damaged.
        return None
    if not content:
        return None
    # What is used last is dropped last.
    with contextlib.suppress(OSError):
        os.utime(order.path)
    return made


def make_and_keep(order: Print, on_page: Callable[[int], None] | None = None) -> Made:
    """The kept print, else a new one, kept. A full disk costs the copy, not the print."""
    if found := find(order):
        return found
    made = prints.make(order, on_page)
    with contextlib.suppress(OSError):
        keep(order, made)
    return made


def is_kept(order: Print) -> bool:
    """Whether it is there and can be read: one that is damaged has to be made again."""
    try:
        return find(order) is not None
    except PrintFailed:
        return False


def keep(order: Print, made: Made) -> None:
    """Raises OSError."""
    report = {
        "page_count": made.page_count,
        "density": made.density,
        "overflow": [[each.commitment, each.letters] for each in made.overflow],
    }
    folder().mkdir(exist_ok=True)
    # The report last: it says that the PDF is there.
    write_whole(order.path, made.pdf)
    write_whole(_report(order), json.dumps(report).encode())
    drop_oldest(folder(), MAX_KEPT)


def keep_failure(order: Print, failure: PrintFailed) -> None:
    """For FAILURE_HOLDS seconds, `find` raises it again. Raises OSError."""
    write_whole(_report(order), json.dumps({"error": str(failure)}).encode())


def _report(order: Print) -> Path:
    return order.path.with_suffix(".json")


# What a picture shows: pages at most, pages beside each other, pixels they share.
PICTURES = {
    "couverture": (1, 1, PICTURE_WIDTH),
    "pages": (12, 6, 930),
    # For a narrow window, where six pages in a row are no more than stripes.
    "pages-etroites": (12, 3, 560),
}
# Pixels; beyond, a page does not get clearer.
MAX_PAGE_WIDTH = 460


def picture(order: Print, made: Made, name: str) -> bytes:
    """PNG of the pages of a print, side by side; kept beside it."""
    path = order.path.with_suffix(f".{name}.png")
    with contextlib.suppress(OSError):
        return path.read_bytes()
    at_most, columns, width = PICTURES[name]
    columns = min(columns, made.page_count)
    drawn = pictures.contact_sheet(
        made.pdf,
        width=min(width // columns, MAX_PAGE_WIDTH),
        max_pages=at_most,
        columns=columns,
    )
    with contextlib.suppress(OSError):
        write_whole(path, drawn)
    return drawn


def picture_size(order: Print, made: Made, name: str) -> tuple[int, int]:
    """Width and height in pixels (PNG, third edition, 11.2.1: they begin at byte 16)."""
    return struct.unpack(">II", picture(order, made, name)[16:24])


def coverage(order: Print, made: Made) -> tuple[float, ...]:
    """The share of each page that is ink, 0 to 1; kept beside the print."""
    path = order.path.with_suffix(".ink")
    with contextlib.suppress(OSError, ValueError):
        return tuple(json.loads(path.read_bytes()))
    found = pictures.coverage(made.pdf)
    with contextlib.suppress(OSError):
        write_whole(path, json.dumps(found).encode())
    return found


def write_whole(path: Path, content: bytes) -> None:
    """Writes whole or not at all: whoever reads never sees half a file. Raises OSError."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def owners() -> set[str]:
    """Of the prints that are kept or under way."""
    names = [path.name.strip(".") for path in _files()]
    return {name.partition(prints.OWNED)[0] for name in names if prints.OWNED in name}


def forget(owner: str) -> None:
    """Removes all prints of a programme, the unfinished too."""
    for path in _files():
        if path.name.strip(".").startswith(f"{owner}{prints.OWNED}"):
            path.unlink(missing_ok=True)


def drop_unused(days: int) -> None:
    """Removes what nobody has looked at for so long: after an upgrade nothing finds it again."""
    before = time.time() - days * 86400
    for path in _files():
        if (facts := _facts(path)) and facts.st_mtime < before:
            path.unlink(missing_ok=True)


def _files() -> list[Path]:
    try:
        return list(prints.folder().iterdir())
    except FileNotFoundError:
        return []


def drop_oldest(folder: Path, at_most: int) -> None:
    """Removes the prints used longest ago, with all that belongs to them, down to `at_most` bytes.

    The mark of a print under way stays.
    """
    prints: dict[str, list[Path]] = {}
    for path in folder.iterdir():
        if path.suffix != ".working":
            prints.setdefault(path.name.strip(".").partition(".")[0], []).append(path)
    ages = sorted(
        (max(found.st_mtime_ns for found in facts), sum(found.st_size for found in facts), name)
        for name, paths in prints.items()
        if (facts := [found for path in paths if (found := _facts(path))])
    )
    total = sum(size for _, size, _ in ages)
    for _, size, name in ages:
        if total <= at_most:
            return
        for path in prints[name]:
            path.unlink(missing_ok=True)
        total -= size


def _facts(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        # Another process drops files too.
        return None
