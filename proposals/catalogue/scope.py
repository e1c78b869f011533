"""Two catalogues side by side: slugs of any but the main one begin with the catalogue's name.

"ecrans-eteints" of the catalogue "2032" is `2032--ecrans-eteints` in the database, in addresses
and in programmes, and stays "ecrans-eteints" in its own file. No slug of a file holds "--".
"""

from collections.abc import Callable
from typing import Any

from ..tables.catalogue import MAIN
from . import entries as cut
from . import shape
from .entries import Entries

SEPARATOR = "--"


def prefix(catalogue: str) -> str:
    return "" if catalogue == MAIN else f"{catalogue}{SEPARATOR}"


def parted(slug: str) -> tuple[str, str]:
    """The catalogue of a slug as the rows have it, and the slug as its file has it."""
    catalogue, separator, own = slug.partition(SEPARATOR)
    return (catalogue, own) if separator else (MAIN, slug)


def joined(catalogue: str, slug: str) -> str:
    """The slug as the rows have it, of a slug as its file has it."""
    return f"{prefix(catalogue)}{slug}"


def scoped(entries: Entries, catalogue: str) -> Entries:
    """Entries as the rows name them."""
    before = prefix(catalogue)
    return _renamed(entries, lambda slug: f"{before}{slug}") if before else entries


def bare(entries: Entries, catalogue: str) -> Entries:
    """Entries as the file names them."""
    before = prefix(catalogue)
    return _renamed(entries, lambda slug: slug.removeprefix(before)) if before else entries


def _renamed(entries: Entries, rename: Callable[[str], str]) -> Entries:
    return {
        (kind, rename(key) if key else key): _walk(cut.shape_of(kind), value, rename)
        for (kind, key), value in entries.items()
    }


def _walk(kind: shape.Kind, value: Any, rename: Callable[[str], str]) -> Any:
    match kind:
        case shape.Slug() if value and (kind.to or kind.scoped):
            return rename(value)
        case shape.ListOf(item=item) if value is not None:
            return [_walk(item, entry, rename) for entry in value]
        case shape.MapOf(key=key, item=item) if value is not None:
            return {
                _walk(key, name, rename): _walk(item, entry, rename)
                for name, entry in value.items()
            }
        case shape.Record(fields=fields) if value is not None:
            return {name: _walk(fields[name], entry, rename) for name, entry in value.items()}
    return value
