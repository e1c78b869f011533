"""The minute hand of a server: publishes what is due, and erases it, beside the requests."""

import logging
import threading
from collections.abc import Callable

from django.db import close_old_connections

from . import planning

MINUTE = 60.0
logger = logging.getLogger(__name__)
# What other rooms do each minute.
_others: list[Callable[[], object]] = []


def also(work: Callable[[], object]) -> None:
    """Has this done each minute too."""
    if work not in _others:
        _others.append(work)


def start() -> threading.Thread:
    """Looks once a minute, in a thread that ends with its process."""
    thread = threading.Thread(target=_run, name="publish-due", daemon=True)
    thread.start()
    return thread


def _run() -> None:
    pause = threading.Event()
    while not pause.wait(MINUTE):
        tick()


def tick() -> None:
    """A fault of one minute is told, and the next minute tries again."""
    try:
        _try(planning.publish_due, "Publishing what is due failed.")
        for work in _others:
            _try(work, f"{work.__module__}.{work.__qualname__} failed.")
    finally:
        close_old_connections()


def _try(work: Callable[[], object], otherwise: str) -> None:
    try:
        work()
    except Exception:
        logger.exception(otherwise)
