"""What decides the bytes of a PDF, as one digest."""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

# Raise it when layout.py starts to produce other bytes from the same html and style sheets.
ENGINE_VERSION = 2

_LIBRARIES = (
    "weasyprint",
    "pydyf",
    "tinyhtml5",
    "tinycss2",
    "cssselect2",
    "pyphen",
    "fonttools",
    "pillow",
)


def digest(made_from: str, style_sheets: Sequence[Path], fonts: Path) -> str:
    """SHA-256, in hexadecimal, over all that decides the bytes of a render.

    The order of the style sheets counts, their place on the disk does not. Every file of
    `fonts` counts by content, as style sheets may import from there. `made_from` stands for
    all else. Not covered: the system's Pango and HarfBuzz, known only once loaded. Raises
    OSError for a missing file.
    """
    parts = [
        str(ENGINE_VERSION),
        *_versions(),
        made_from,
        *(_content(path) for path in style_sheets),
        "fonts",
        *(f"{path.relative_to(fonts)} {_content(path)}" for path in bundled_files(fonts)),
    ]
    return _sha256(parts)


def bundled_files(fonts: Path) -> list[Path]:
    """Every file below `fonts`, in a fixed order."""
    return sorted(path for path in fonts.rglob("*") if path.is_file())


def stamp(paths: Iterable[Path]) -> tuple[tuple[str, int, int], ...]:
    """Name, date and size of each file: cheap, and other as soon as a file was rewritten."""
    return tuple((str(path), *_date_and_size(path)) for path in paths)


def _date_and_size(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def _sha256(parts: Iterable[str]) -> str:
    total = hashlib.sha256()
    for part in parts:
        body = part.encode("utf-8", "surrogatepass")
        # With its length, so that no two lists of parts give the same stream of bytes.
        total.update(len(body).to_bytes(8, "big"))
        total.update(body)
    return total.hexdigest()


def _content(path: Path) -> str:
    return _content_as_of(path, *_date_and_size(path))


@lru_cache(maxsize=256)
def _content_as_of(path: Path, modified: int, size: int) -> str:
    """Digest of a file; the date and size only tell the cache when to read it again."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _versions() -> tuple[str, ...]:
    """Read from the package metadata: importing WeasyPrint for it would cost 0.6 s."""
    return tuple(version(name) for name in _LIBRARIES)
