"""N workers, each a process of its own: whichever dies is replaced, and its job given back."""

import logging
import os
import signal
import sys
import time
from types import FrameType

from django.db import Error, connections
from django.utils.crypto import get_random_string

from desescalade import release

from . import queue
from .worker import SIGNALS, Worker

# Seconds between the starts of workers that die at once.
PAUSE = 1.0
# nice(2) of a worker: for pages somebody waits. Little, as they wait for what it holds in the base.
NICENESS = 5
logger = logging.getLogger(__name__)


class Supervisor:
    """`lease` in seconds: see queue.LEASE; all that share a database need the same."""

    def __init__(self, count: int, lease: float = queue.LEASE) -> None:
        self._count = count
        self._lease = lease
        self._workers: dict[int, str] = {}
        self._is_stopping = False
        # Now: who replaces a dead worker is this program still, whatever lies on the disk by then.
        release.digest()

    def run(self) -> None:
        """Returns once all have finished their jobs, after SIGTERM or SIGINT."""
        for number in SIGNALS:
            signal.signal(number, self._stop)
        for _ in range(self._count):
            self._start()
        while self._workers:
            pid, status = os.waitpid(-1, 0)
            worker = self._workers.pop(pid, None)
            if worker is None or self._is_stopping:
                continue
            logger.error("A worker ended with status %s; another one starts.", status)
            _bury(worker)
            time.sleep(PAUSE)
            self._start()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._is_stopping = True
        for pid in self._workers:
            os.kill(pid, signal.SIGTERM)

    def _start(self) -> None:
        # A connection cannot be shared with the child.
        connections.close_all()
        worker = get_random_string(32)
        # Blocked until each side has its own handlers, and the parent knows its child.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        if self._is_stopping:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            return
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            _live(Worker(worker, parent, self._lease))
        self._workers[pid] = worker
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def _live(worker: Worker) -> None:
    """The whole life of a child: never returns."""
    status = 1
    try:
        os.nice(NICENESS)
        worker.run()
        status = 0
    except BaseException:
        logger.exception("A worker failed.")
    finally:
        logging.shutdown()
        sys.stderr.flush()
        os._exit(status)


def _bury(worker: str) -> None:
    """At once, without waiting for its lease to end."""
    try:
        queue.leave(worker)
    except Error as error:
        # Whoever beats finds it later.
        logger.error("The queue does not answer: %s", type(error).__name__)
