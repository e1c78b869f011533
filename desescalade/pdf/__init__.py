"""HTML and style sheets to PDF bytes, in a bounded process of its own.

This module imports neither WeasyPrint nor Django: WeasyPrint lives in layout.py and
fetchers.py, which only engine.py imports, and that runs as a separate process, started at the
first render and kept warm. Each render is a fork of it, in a cage: with a bound on time and
memory, no network and no file but the bundled faces, so that a hostile or hopeless document
costs its author an error message and the site nothing.

Same html, style sheets, variant, attachment and images give the same bytes, which a cache
keeps under their `fingerprint`.
"""

import contextlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desescalade.pdf import cache_key, frames, launcher

__all__ = [
    "FONTS",
    "MAX_IMAGE",
    "MAX_IMAGES",
    "SCREEN_VARIANT",
    "Attachment",
    "Placement",
    "RenderError",
    "RenderFailed",
    "RenderTooLarge",
    "RenderTooLong",
    "Rendered",
    "close",
    "fingerprint",
    "render",
]

FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts"

SCREEN_VARIANT = "pdf/a-3a+ua-1"
"""PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1) in one file: to read, and to keep.

Only RGB and grey colours and images conform: nothing in device-cmyk.
"""

MAX_IMAGE = frames.MAX_IMAGE
"""Bytes of one image."""
MAX_IMAGES = frames.MAX_IMAGES

_GRACE_SECONDS = 10
_IMAGE_NAME = re.compile(r"[a-z0-9-]+")
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"

Bookmark = tuple[int, str, int]


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF, its source: what the PDF was made from.

    `dated` is when it was made and changed, to the second: a fixed moment, as it is part of
    the bytes. `name` with its extension, `media_type` as in RFC 6838 (YAML: RFC 9512). Raises
    ValueError when `dated` has no time zone.
    """

    name: str
    description: str
    content: bytes
    dated: datetime
    media_type: str = "application/octet-stream"

    def __post_init__(self) -> None:
        if self.dated.tzinfo is None:
            raise ValueError("the date of an attachment needs a time zone")


@dataclass(frozen=True)
class Placement:
    """What of an element with an id lies on one page, from 1.

    `letters` counts the characters of the html that are laid out there and belong to this
    element and to no element with an id inside it; 0 when only its box, or a drawing, is there.
    Neither spaces nor hyphens count, as line breaks eat the ones and add the others; nor what
    style sheets generate (markers, `content`). What is repeated counts on every page.
    """

    id: str
    page: int
    letters: int


@dataclass(frozen=True)
class Rendered:
    """A laid out document."""

    pdf: bytes
    page_count: int
    bookmarks: tuple[Bookmark, ...]
    """In reading order: level of the heading from 1, label, page number from 1."""
    placements: tuple[Placement, ...]
    """Page by page, in the order of the page; nothing that stands in a page margin."""
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
    attachment: Attachment | None = None,
    images: Mapping[str, bytes] | None = None,
    seconds: float = 90,
    memory: int = 1024 * frames.MIB,
    on_page: Callable[[int], None] | None = None,
) -> Rendered:
    """Lay out `html` with `style_sheets` and write it as PDF `variant`.

    `variant` is SCREEN_VARIANT, one of WeasyPrint's ("pdf/ua-1"…) or None for a plain PDF,
    untagged, which is what takes device-cmyk colours and images.

    The html is not trusted: whatever it links to (images, sheets, attachments, `data:` too)
    is empty, its own @font-face are ignored, and every `rel` attribute is dropped. All that it
    can show is `images`, PNG or JPEG files by name, as `<img src="image:NAME" alt="…">`, and
    inline <svg>. The style sheets are trusted, but may import or load only what lies below
    `FONTS`.

    A JPEG without Exif goes into the PDF as it is, in its own colour space (RGB, CMYK or
    grey); one with Exif is turned upright and compressed again, without it. A PNG is decoded
    and packed again without loss, as RGB or grey, of 8 bits only. Of an image that cannot be
    unpacked, being damaged or too large for `memory`, the alt text is printed.

    `seconds` bounds the wall clock of the layout (not the wait for a free place), `memory`
    the bytes of address space on top of what the engine already uses.

    `on_page` is called in this thread with the number of pages laid out so far, at most four
    times a second, and not at all by a short render. Numbers rise, unless the engine died and
    the render began again; none is known for what remains. What it raises stops the render
    and is raised here.

    Blocks; thread-safe. Raises RenderTooLong, RenderTooLarge or RenderFailed; ValueError for
    more than MAX_IMAGES images, or one above MAX_IMAGE bytes, of another kind, or whose name
    is not in a-z, 0-9 and hyphens.
    """
    images = images or {}
    _check(images)
    body = html.encode("utf-8", "replace")
    if len(body) > frames.MAX_HTML:
        raise _error("too_large", seconds, f"{len(body)} bytes of html")
    parts = [body, *images.values()]
    if attachment is not None:
        if len(attachment.content) > frames.MAX_ATTACHMENT:
            raise _error("too_large", seconds, f"{len(attachment.content)} bytes attached")
        parts.append(attachment.content)
    order = {
        "style_sheets": [str(path.absolute()) for path in style_sheets],
        "variant": variant,
        "images": list(images),
        "attachment": _label(attachment) if attachment else None,
        "counts": on_page is not None,
        "seconds": seconds,
        "memory": memory,
    }
    for _ in range(2):
        try:
            return _exchange(order, parts, on_page)
        except _EngineGone as gone:
            detail = str(gone)
    raise _error("failed", seconds, f"two engines died on this document: {detail}")


def close() -> None:
    """Stop this process's engine, and its renders with it; also done when the process exits."""
    launcher.stop_engine()


def fingerprint(made_from: str, style_sheets: Sequence[Path]) -> str:
    """Name, as 64 hexadecimal digits, of a render: the key of a cache.

    Changes with `made_from`, which stands for all that `render` is given beside the style
    sheets; with any of these, any bundled font, and the versions of the libraries. Takes well
    under a millisecond once the fonts have been read. Raises OSError for a missing sheet.
    """
    return cache_key.digest(made_from, style_sheets, FONTS)


def _exchange(
    order: dict[str, Any], parts: Sequence[bytes], on_page: Callable[[int], None] | None
) -> Rendered:
    seconds = order["seconds"]
    engine = _start(seconds)
    with contextlib.ExitStack() as closing:
        with _guarded(engine, seconds):
            connection = closing.enter_context(engine.connect())
            # A job may first wait for others: hence twice the time before giving up.
            connection.settimeout(2 * seconds + _GRACE_SECONDS)
            frames.send(connection, json.dumps(order).encode())
            for part in parts:
                frames.send(connection, part)
            pdf = frames.receive(connection, frames.MAX_PDF)
        while on_page is not None and len(pdf) == frames.COUNT.size:
            on_page(*frames.COUNT.unpack(pdf))
            with _guarded(engine, seconds):
                pdf = frames.receive(connection, frames.MAX_PDF)
        with _guarded(engine, seconds):
            report = json.loads(frames.receive(connection, frames.MAX_REPORT))
    if "error" in report:
        raise _error(report["error"], seconds, report["detail"])
    return Rendered(
        pdf=pdf,
        page_count=report["page_count"],
        bookmarks=tuple((level, label, page) for level, label, page in report["bookmarks"]),
        placements=tuple(Placement(*placement) for placement in report["placements"]),
        peak_memory=report["peak_memory"],
    )


@contextlib.contextmanager
def _guarded(engine: launcher.EngineProcess, seconds: float) -> Iterator[None]:
    """Turn what goes wrong between the site and its engine into errors of this module."""
    try:
        yield
    except TimeoutError:
        raise _error("too_long", seconds, "no answer from the engine") from None
    except (OSError, frames.BrokenFrame, ValueError) as problem:
        launcher.discard(engine)
        raise _EngineGone(repr(problem)) from problem


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


def _check(images: Mapping[str, bytes]) -> None:
    """Raise ValueError for images that the engine should not be asked to read.

    The kind is judged by the first bytes: WeasyPrint would read any file as SVG in the end,
    and an SVG is a document, not an image.
    """
    if len(images) > MAX_IMAGES:
        raise ValueError(f"{len(images)} images, {MAX_IMAGES} at most")
    for name, content in images.items():
        if not _IMAGE_NAME.fullmatch(name):
            raise ValueError(f"an image cannot be named {name!r}")
        if len(content) > MAX_IMAGE:
            raise ValueError(f"image {name}: {len(content)} bytes, {MAX_IMAGE} at most")
        if not content.startswith((_PNG, _JPEG)):
            raise ValueError(f"image {name} is neither PNG nor JPEG")


def _label(attachment: Attachment) -> dict[str, str]:
    """All of an attachment but its content; the date in UTC, to the second."""
    return {
        "name": attachment.name,
        "description": attachment.description,
        "dated": attachment.dated.astimezone(UTC).isoformat(timespec="seconds"),
        "media_type": attachment.media_type,
    }
