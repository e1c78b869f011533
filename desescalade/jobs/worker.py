"""One process that does jobs, one after another."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from django.db import Error, close_old_connections, connection
from django_tasks.base import TaskContext
from django_tasks_db.models import DBTaskResult

from desescalade import pdf

from . import queue

# Seconds between two looks for work.
POLL = 0.25
# Seconds before a database that does not answer is asked again.
PATIENCE = 2.0
# Beats in the time after which a silent worker counts as dead.
BEATS = 6

SIGNALS = {signal.SIGTERM, signal.SIGINT}
logger = logging.getLogger(__name__)


class Worker:
    """Lives until it is told to stop or its parent is gone, and finishes what it began."""

    def __init__(self, id: str, parent: int, lease: float = queue.LEASE) -> None:
        self.id = id
        self._lease = lease
        self._parent = parent
        # Not an Event: set in the handler of a signal, it could wait for its own lock for ever.
        self._is_stopping = False

    def run(self) -> None:
        for number in SIGNALS:
            signal.signal(number, self._stop)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        self._persist(lambda: queue.beat(self.id))
        threading.Thread(target=self._beat, name="beats", daemon=True).start()
        try:
            while self._goes_on():
                self._work()
        finally:
            pdf.close()
            self._persist(lambda: queue.leave(self.id))

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._is_stopping = True

    def _goes_on(self) -> bool:
        return not self._is_stopping and os.getppid() == self._parent

    def _work(self) -> None:
        try:
            close_old_connections()
            row = queue.claim(self.id)
        except Error as error:
            _tell(error)
            time.sleep(PATIENCE)
            return
        if row is None:
            time.sleep(POLL)
        else:
            ended = _do(row)
            self._persist(ended)

    def _persist(self, what: Callable[[], None]) -> None:
        """Until the database answers, or, for who has to stop, once."""
        while True:
            try:
                return what()
            except Error as error:
                _tell(error)
            if not self._goes_on():
                return None
            time.sleep(PATIENCE)

    def _beat(self) -> None:
        """Beside the work, with a connection of its own; the parent's death ends it with us."""
        watch = queue.Watch(self._lease)
        while True:
            time.sleep(self._lease / BEATS)
            try:
                queue.beat(self.id)
                watch.look()
                queue.prune()
            except Error as error:
                _tell(error)
            finally:
                connection.close()


def _do(row: DBTaskResult) -> Callable[[], None]:
    """Does the job; gives how it ended, to be written."""
    try:
        about = [TaskContext(task_result=row.task_result)] if row.task.takes_context else []
        row.task.call(*about, **row.args_kwargs["kwargs"])
    except queue.Hopeless as error:
        reason = str(error)
        return lambda: queue.fail(row, reason)
    except Exception:
        logger.exception("A job failed.")
        return lambda: queue.give_back(row)
    return lambda: queue.done(row)


def _tell(error: Error) -> None:
    logger.error("The queue does not answer: %s", type(error).__name__)
    connection.close()
