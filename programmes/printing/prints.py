"""A print: made once, kept until something that it is made from changes, shared by all.

`make` is what a render costs; `kept` what a file costs. In between, `begin` makes a print in the
background and `wait` looks at it from any process: the work shows as a locked file.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import struct
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils import timezone

from desescalade import pdf
from desescalade.pdf import pictures, prepress

from ..enums import Output
from ..exchange import programme_file
from . import fitting, imposition, logos, print_rules, rendering
from .document import Commitment, Document
from .fitting import Overflow
from .formats import PICTURE_WIDTH, Format
from .print_rules import Problem

# Bytes kept in the data directory: the twelve formats of some seventy programmes.
MAX_KEPT = 200 * 1024 * 1024
# Seconds for which a print that failed is not tried again.
FAILURE_HOLDS = 60
# Seconds; the bound of a render, and of each piece of one that failed.
SECONDS = 90
SECONDS_PER_PIECE = 10
# What the search for the culprit may take in all.
MAX_PIECES = 12


@dataclass(frozen=True)
class Print:
    """What is to be printed. `document` is arranged for the format already; `bleed` is in mm.

    `errors` are those of the rules, without the overflow, which only a layout can tell.
    """

    document: Document
    format: Format
    output: Output = Output.ECRAN
    bleed: int = 0
    errors: tuple[Problem, ...] = ()
    logo: bytes = field(default=b"", repr=False, compare=False)

    @classmethod
    def checked(
        cls,
        document: Document,
        format: Format,
        output: Output = Output.ECRAN,
        *,
        bleed: int = 0,
        logo: bytes = b"",
        now: datetime | None = None,
        judged: Document | None = None,
    ) -> "Print":
        """A print with the errors that the rules find in it at that moment.

        `judged` is what the rules look at where it is not quite the document: the day of the vote
        may be another since the text was frozen.
        """
        found = print_rules.problems(judged or document, format, now=now or timezone.now())
        return cls(
            document=document,
            format=format,
            output=output,
            bleed=bleed if output is Output.IMPRIMEUR else 0,
            errors=tuple(problem for problem in found if problem.is_error),
            logo=logo,
        )

    @cached_property
    def path(self) -> Path:
        """Where the PDF is kept: named by all that decides its bytes.

        The name comes from the document and our code, not from the HTML: to make the HTML of 70
        commitments takes longer than the 50 ms that an unchanged print may take.
        """
        made_from = "\0".join([repr(self), hashlib.sha256(self.logo).hexdigest(), _our_code()])
        return folder() / f"{pdf.fingerprint(made_from, self.format.style_sheets)}.pdf"


@cache
def _our_code() -> str:
    """Digest of the whole program, its templates and its list of libraries, as they started.

    More than what a print is made from; a list of that would be forgotten one day.
    """
    digest = hashlib.sha256()
    rooms = [settings.BASE_DIR / room for room in ("desescalade", "proposals", "programmes")]
    files = [path for room in rooms for path in room.rglob("*.py")]
    files += (settings.BASE_DIR / "templates" / "print").rglob("*.html")
    for path in (settings.BASE_DIR / "requirements.txt", *sorted(files)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class Made:
    """A print that was made: `page_count` counts single pages, before any imposition."""

    pdf: bytes
    page_count: int
    density: str
    overflow: tuple[Overflow, ...]


class PrintFailed(Exception):
    """No PDF came of it; `str(error)` says why and what to do, in French."""


def folder() -> Path:
    return settings.DATA_DIR / "prints"


def make(order: Print, on_page: Callable[[int], None] | None = None) -> Made:
    """Lays the print out, whatever is kept. Raises PrintFailed, naming the commitment at fault."""
    try:
        return _made(order, on_page)
    except pdf.RenderError as error:
        raise PrintFailed(_explained(order, error)) from error


def _made(order: Print, on_page: Callable[[int], None] | None) -> Made:
    rendered, density, overflow = lay_out(order, on_page)
    content = rendered.pdf
    match order.output:
        case Output.COPIEUR:
            content = imposition.impose(
                content, order.format.imposition, page_size=order.format.size
            )
        case Output.IMPRIMEUR:
            stamp = order.document.stamp
            made_on = stamp.made_on if stamp else prepress.SOME_DAY
            content = prepress.to_pdf_x4(content, title=order.document.title, made=made_on)
    return Made(content, rendered.page_count, density, overflow)


def lay_out(
    order: Print, on_page: Callable[[int], None] | None = None
) -> tuple[pdf.Rendered, str, tuple[Overflow, ...]]:
    """The pages, the density and what does not fit.

    At the roomiest density that fits; at the densest, marked as a draft, where none does. Raises
    pdf.RenderError.
    """
    for density in order.format.densities:
        rendered = _rendered(order, density, order.errors, on_page)
        if not fitting.overflows(rendered.page_count, order.format):
            return rendered, density, ()
    overflow = fitting.overflow(rendered.placements, order.document, order.format)
    errors = (*order.errors, fitting.problem(overflow, order.format))
    return _rendered(order, density, errors, on_page), density, overflow


def _rendered(
    order: Print,
    density: str,
    errors: tuple[Problem, ...],
    on_page: Callable[[int], None] | None,
    *,
    seconds: float | None = None,
) -> pdf.Rendered:
    html = rendering.html_of(
        order.document,
        order.format,
        order.output,
        density=density,
        bleed=order.bleed,
        problems=errors,
    )
    is_for_reading = order.output is Output.ECRAN
    return pdf.render(
        html,
        order.format.style_sheets,
        variant=pdf.SCREEN_VARIANT if is_for_reading else None,
        images={"logo": logos.for_output(order.logo, order.output)} if order.logo else {},
        attachment=_attachment(order) if is_for_reading else None,
        on_page=on_page,
        seconds=seconds or SECONDS,
    )


def _attachment(order: Print) -> pdf.Attachment:
    """The programme's file, with what this format prints of it: from it, the PDF imports again."""
    stamp = order.document.stamp
    day = stamp.made_on if stamp else prepress.SOME_DAY
    return pdf.Attachment(
        name="programme.yaml",
        description="Le texte de ce programme, à reprendre dans Désescalade",
        content=programme_file.dump(order.document, order.format.fields),
        dated=datetime.combine(day, datetime.min.time(), UTC),
        media_type="application/yaml",
    )


def _explained(order: Print, error: pdf.RenderError) -> str:
    """The error, and the commitment without which the rest prints, where there is one."""
    culprit = _culprit(order)
    if culprit is None:
        return str(error)
    return f"{error} L’engagement en cause est « {culprit} »."


def _culprit(order: Print) -> str | None:
    """The title of the one commitment without which all the others print, found by halves."""
    everything = order.document.commitments
    suspects = list(everything)
    for _ in range(MAX_PIECES):
        if len(suspects) < 2:
            break
        half = len(suspects) // 2
        suspects = suspects[half:] if _prints(order, suspects[:half]) else suspects[:half]
    if len(suspects) != 1:
        return None
    (suspect,) = suspects
    others = [commitment for commitment in everything if commitment is not suspect]
    is_at_fault = _prints(order, others) and not _prints(order, suspects)
    return suspect.title if is_at_fault else None


def _prints(order: Print, commitments: Sequence[Commitment]) -> bool:
    kept = {commitment.id for commitment in commitments}
    chapters = tuple(
        replace(chapter, commitments=tuple(c for c in chapter.commitments if c.id in kept))
        for chapter in order.document.chapters
    )
    part = replace(order, document=replace(order.document, chapters=chapters))
    try:
        _rendered(part, order.format.densities[-1], (), None, seconds=SECONDS_PER_PIECE)
    except pdf.RenderError:
        return False
    return True


# Kept files


def kept(order: Print) -> Made | None:
    """The print as it was made, None if it was not. Raises PrintFailed for one that just failed."""
    path = _report(order)
    try:
        report = json.loads(path.read_bytes())
        if "error" in report:
            if time.time() - path.stat().st_mtime < FAILURE_HOLDS:
                raise PrintFailed(report["error"])
            return None
        content = order.path.read_bytes()
        # What is used last is dropped last.
        os.utime(order.path)
    except (OSError, ValueError):
        return None
    return Made(
        content,
        report["page_count"],
        report["density"],
        tuple(Overflow(*each) for each in report["overflow"]),
    )


def make_and_keep(order: Print, on_page: Callable[[int], None] | None = None) -> Made:
    """The kept print, else a new one, kept. A full disk costs the copy, not the print."""
    if found := kept(order):
        return found
    made = make(order, on_page)
    with contextlib.suppress(OSError):
        _keep(order, made)
    return made


def _report(order: Print) -> Path:
    return order.path.with_suffix(".json")


def _keep(order: Print, made: Made) -> None:
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


# What a picture shows: pages at most, pages beside each other, pixels they share.
PICTURES = {"couverture": (1, 1, PICTURE_WIDTH), "pages": (12, 6, 930)}
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


# In the background

# Prints that this process could not keep.
_unkept: set[Path] = set()


def begin(order: Print) -> bool:
    """Starts to make the print unless it is kept or somebody is at it; returns at once.

    False where nothing can be kept, so that nobody waits for a file that never comes.
    """
    if order.path in _unkept:
        return False
    if order.path.exists() and _report(order).exists():
        return True
    try:
        folder().mkdir(exist_ok=True)
        lock = _lock_file(order).open("a+")
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return True
    threading.Thread(target=_work, args=(order, lock), daemon=True).start()
    return True


def wait(order: Print, seconds: float) -> Made | None:
    """The print as soon as it is made, None if it takes longer. Raises PrintFailed."""
    end = time.monotonic() + seconds
    while not (found := kept(order)):
        if not begin(order):
            return make_and_keep(order)
        if time.monotonic() > end:
            return None
        time.sleep(0.02)
    return found


def pages_so_far(order: Print) -> int:
    """How many pages of a print under way are laid out."""
    try:
        return int(_lock_file(order).read_text() or 0)
    except (OSError, ValueError):
        return 0


def _lock_file(order: Print) -> Path:
    return order.path.with_suffix(".working")


def _work(order: Print, lock: IO[str]) -> None:
    """The whole life of the thread: whatever happens, the lock goes."""
    with lock:
        try:
            _keep(order, make(order, lambda pages: _tell(lock, pages)))
        except PrintFailed as failure:
            with contextlib.suppress(OSError):
                write_whole(_report(order), json.dumps({"error": str(failure)}).encode())
        except OSError:
            # Who waits makes it without keeping it, from now on until the next start.
            _unkept.add(order.path)
        finally:
            _lock_file(order).unlink(missing_ok=True)


def _tell(lock: IO[str], pages: int) -> None:
    lock.seek(0)
    lock.truncate()
    lock.write(str(pages))
    lock.flush()
