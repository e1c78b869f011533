"""How a worker of gunicorn ends."""

from gunicorn.workers.gthread import ThreadWorker


class Worker(ThreadWorker):
    """Answers all who were let in before it was told to stop, and lets nobody in afterwards.

    Gunicorn's own leaves the door open while it finishes: whoever comes meanwhile waits in the
    queue of the system, and is cut off when the worker has gone.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if not self.alive:
            self._close_the_door()

    def _close_the_door(self) -> None:
        for listener in self.sockets:
            known = -1
            while known != self.nr_conns:
                known = self.nr_conns
                self.accept(listener)
            # Other workers have the same socket open: after a reload, it stays open for them.
            listener.close()
        self.sockets = []
