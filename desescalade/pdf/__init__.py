"""HTML and style sheets to PDF bytes, in a bounded process of its own.

This package imports neither WeasyPrint nor Django: WeasyPrint lives in engine.py, which runs
as a separate process, started at the first render and kept warm. Each render is a fork of
it, with a bound on time and memory, no network and no file but the bundled faces, so that a
hostile or hopeless document costs its author an error message and the site nothing.

Same html, style sheets and variant give the same bytes; `fingerprint` names them for a cache.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desescalade.pdf import cache_key, frames, launcher

__all__ = [
    "FONTS",
    "RenderError",
    "RenderFailed",
    "RenderTooLarge",
    "RenderTooLong",
    "Rendered",
    "close",
    "fingerprint",
    "render",
    "warm_up",
]

FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts"

_GRACE_SECONDS = 10

Bookmark = tuple[int, str, int]


@dataclass(frozen=True)
class Rendered:
    """A laid out document."""

    pdf: bytes
    page_count: int
    bookmarks: tuple[Bookmark, ...]
    """In reading order: level of the heading from 1, label, page number from 1."""
    peak_memory: int = field(default=0, compare=False)
    """Bytes of memory the render held at its highest; differs from one run to the next."""


class RenderError(Exception):
    """A document that gave no PDF. `str(error)` is for the screen, `error.detail` for the log."""

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.detail = detail


class RenderTooLong(RenderError):
    """The render was stopped at its bound of time."""


class RenderTooLarge(RenderError):
    """The render was stopped at its bound of memory, or the html or the PDF is too big."""


class RenderFailed(RenderError):
    """Anything else: nesting too deep, a missing style sheet, a crash of a library."""


class _EngineGone(Exception):
    """The engine died before it answered; the job can be given to the next one."""


def render(
    html: str,
    style_sheets: Sequence[Path],
    *,
    variant: str | None = "pdf/ua-1",
    seconds: float = 90,
    memory: int = 1024 * frames.MIB,
) -> Rendered:
    """Lay out `html` with `style_sheets` and write it as PDF `variant`.

    The html is not trusted: whatever it links to (images, sheets, attachments, `data:` too)
    is empty, its own @font-face are ignored, and every `rel` attribute is dropped. The style
    sheets are trusted, but may import or load only what lies below `FONTS`; images named by
    them are empty as well: put drawings in the html, as inline <svg>.

    `seconds` bounds the wall clock of the layout (not the wait for a free place), `memory`
    the bytes of address space on top of what the engine already uses. Blocks; thread-safe.
    Raises RenderTooLong, RenderTooLarge or RenderFailed.
    """
    body = html.encode("utf-8", "replace")
    if len(body) > frames.MAX_HTML:
        raise _error("too_large", seconds, f"{len(body)} bytes of html")
    order = {
        "style_sheets": _absolute(style_sheets),
        "variant": variant,
        "seconds": seconds,
        "memory": memory,
    }
    for _ in range(2):
        try:
            return _exchange(order, body)
        except _EngineGone as gone:
            detail = str(gone)
    raise _error("failed", seconds, f"two engines died on this document: {detail}")


def warm_up(style_sheets: Sequence[Path]) -> None:
    """Start the engine and have it parse `style_sheets`, without waiting for either.

    For the moment when a render becomes likely (the print screen opens). Never raises: if
    the engine cannot start, the render itself will say so.
    """
    try:
        connection = launcher.running_engine(FONTS).connect()
        with connection:
            frames.send(connection, _json({"style_sheets": _absolute(style_sheets)}))
    except OSError:
        return


def close() -> None:
    """Stop this process's engine, and its renders with it; also done when the process exits."""
    launcher.stop_engine()


def fingerprint(
    html: str, style_sheets: Sequence[Path], *, variant: str | None = "pdf/ua-1"
) -> str:
    """Name, as 64 hexadecimal digits, of the bytes `render` would give: the key of a cache.

    Changes with the html, any style sheet, any bundled font, the variant and the versions of
    the libraries. Takes well under a millisecond once the fonts have been read. Raises
    OSError for a missing style sheet.
    """
    return cache_key.digest(html, style_sheets, variant, FONTS)


def _exchange(order: dict[str, Any], html: bytes) -> Rendered:
    seconds = order["seconds"]
    engine = _start(seconds)
    try:
        with engine.connect() as connection:
            # A job may first wait for others: hence twice the time before giving up.
            connection.settimeout(2 * seconds + _GRACE_SECONDS)
            frames.send(connection, _json(order))
            frames.send(connection, html)
            pdf = frames.receive(connection, frames.MAX_PDF)
            report = json.loads(frames.receive(connection, frames.MAX_REPORT))
    except TimeoutError:
        raise _error("too_long", seconds, "no answer from the engine") from None
    except (OSError, frames.BrokenFrame, ValueError) as problem:
        launcher.discard(engine)
        raise _EngineGone(repr(problem)) from problem
    if "error" in report:
        raise _error(report["error"], seconds, report["detail"])
    return Rendered(
        pdf=pdf,
        page_count=report["page_count"],
        bookmarks=tuple((level, label, page) for level, label, page in report["bookmarks"]),
        peak_memory=report["peak_memory"],
    )


def _start(seconds: float) -> launcher.EngineProcess:
    try:
        return launcher.running_engine(FONTS)
    except OSError as problem:
        raise _error("failed", seconds, f"the engine did not start: {problem}") from problem


def _error(kind: str, seconds: float, detail: str) -> RenderError:
    """The error for the screen, from the word the engine uses for it."""
    if kind == "too_long":
        return RenderTooLong(
            f"La mise en page a été arrêtée au bout de {seconds:.0f} secondes. Raccourcissez les "
            "textes les plus longs ou imprimez moins d’engagements à la fois.",
            detail,
        )
    if kind == "too_large":
        return RenderTooLarge(
            "La mise en page demandait trop de mémoire et a été arrêtée. Raccourcissez les "
            "textes les plus longs ou imprimez moins d’engagements à la fois.",
            detail,
        )
    if kind == "too_deep":
        return RenderFailed(
            "La mise en page n’a pas abouti : des listes ou des citations sont imbriquées sur "
            "un trop grand nombre de niveaux. Ramenez-les à quelques niveaux.",
            detail,
        )
    return RenderFailed(
        "La mise en page n’a pas abouti. Réessayez dans un instant ; si cela se reproduit, "
        "prévenez la personne qui s’occupe du site.",
        detail,
    )


def _absolute(style_sheets: Sequence[Path]) -> list[str]:
    return [str(path.absolute()) for path in style_sheets]


def _json(value: object) -> bytes:
    return json.dumps(value).encode("utf-8")
