"""How far a print under way is: a number of pages in a file beside where it will be kept."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from .prints import Print, folder


def file_of(order: Print) -> Path:
    return order.path.with_suffix(".working")


def pages_so_far(order: Print) -> int:
    """How many pages are laid out; 0 where nobody is at it."""
    try:
        return int(file_of(order).read_text() or 0)
    except (OSError, ValueError):
        return 0


def tell(file: IO[str], pages: int) -> None:
    file.seek(0)
    file.truncate()
    file.write(str(pages))
    file.flush()


@contextlib.contextmanager
def told(order: Print) -> Iterator[Callable[[int], None]]:
    """What to call with the number of pages while it is made. Raises OSError."""
    folder().mkdir(exist_ok=True)
    try:
        with file_of(order).open("w") as file:
            yield lambda pages: tell(file, pages)
    finally:
        file_of(order).unlink(missing_ok=True)
