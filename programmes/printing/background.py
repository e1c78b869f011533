"""Prints made in the background: `begin` starts one, `wait` looks at it from any process.

`prepare` starts one that is likely to be asked for.

Where the site has a queue, this is queued.py. Else a thread of this process does it, and shows
it as a locked file.
"""

import contextlib
import fcntl
import threading
import time
from pathlib import Path
from typing import IO

from django.conf import settings

from desescalade.jobs import queue

from . import kept, prints, progress, queued
from .prints import Made, Print, PrintFailed

# Each print under way, or waiting for its turn, holds a thread, files and its text: more are begun
# when they are asked for again, and a site that is asked for more than it can do stays as large.
MOST_UNDER_WAY = 16

# Prints that this process could not keep.
_unkept: set[Path] = set()
_under_way: set[Path] = set()
_counting = threading.Lock()


def begin(order: Print) -> bool:
    """Starts to make the print unless it is kept, somebody is at it, or too many are; at once.

    False where nothing can be kept, so that nobody waits for a file that never comes.
    """
    if settings.HAS_QUEUE:
        queued.begin(order)
        return True
    if order.path in _unkept:
        return False
    if kept.is_kept(order) or not _take_place(order.path):
        return True
    with contextlib.ExitStack() as given_back:
        given_back.callback(_under_way.discard, order.path)
        try:
            prints.folder().mkdir(exist_ok=True)
            lock = given_back.enter_context(progress.file_of(order).open("a+"))
        except OSError:
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        threading.Thread(target=_work, args=(order, lock), daemon=True).start()
        # Place and lock are the thread's from now on.
        given_back.pop_all()
    return True


def _take_place(path: Path) -> bool:
    with _counting:
        is_free = path not in _under_way and len(_under_way) < MOST_UNDER_WAY
        if is_free:
            _under_way.add(path)
        return is_free


def prepare(order: Print) -> None:
    """Begins a print that nobody has asked for yet, where nobody waits for another."""
    somebody_waits = queue.oldest_waiting() is not None if settings.HAS_QUEUE else bool(_under_way)
    if not somebody_waits:
        begin(order)


def wait(order: Print, seconds: float) -> Made | None:
    """The print as soon as it is made, None if it takes longer. Raises PrintFailed."""
    if settings.HAS_QUEUE:
        return queued.wait(order, seconds)
    end = time.monotonic() + seconds
    while not (found := kept.find(order)):
        if not begin(order):
            return kept.make_and_keep(order)
        if time.monotonic() > end:
            return None
        time.sleep(0.02)
    return found


def pages_so_far(order: Print) -> int:
    """How many pages of a print under way are laid out."""
    return progress.pages_so_far(order)


def _work(order: Print, lock: IO[str]) -> None:
    """The whole life of the thread: whatever happens, the lock goes."""
    with lock:
        try:
            kept.keep(order, prints.make(order, lambda pages: progress.tell(lock, pages)))
        except PrintFailed as failure:
            with contextlib.suppress(OSError):
                kept.keep_failure(order, failure)
        except OSError:
            # Who waits makes it without keeping it, from now on until the next start.
            _unkept.add(order.path)
        finally:
            _under_way.discard(order.path)
            with contextlib.suppress(OSError):
                progress.file_of(order).unlink()
