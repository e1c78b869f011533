"""The minute hand of a server: publishes what is due, beside the requests."""

import logging
import threading

from django.db import close_old_connections

from . import planning

MINUTE = 60.0
logger = logging.getLogger(__name__)


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
        planning.publish_due()
    except Exception:
        logger.exception("Publishing what is due failed.")
    finally:
        close_old_connections()
