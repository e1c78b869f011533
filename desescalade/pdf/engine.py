"""The engine, run as `python -m desescalade.pdf.engine`.

One process per process of the site. It imports WeasyPrint and parses the style sheets once,
then forks for each job; the fork bounds itself, renders, answers and ends. What a document
breaks, it breaks in a process that was about to end anyway.

A job is some frames: an order (JSON), the html, the images that the order names, then the
content of the attachment if it has one. The answer is two frames, the PDF and a report (JSON),
in this order: when a fork is killed in the middle of its PDF, the engine's own answer then
lands inside the missing bytes and the whole cannot be read as one. Where the order asks for
counts, frames of `frames.COUNT` come first, the pages laid out so far; no PDF is that short.
"""

import gc
import json
import logging
import os
import resource
import select
import shutil
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from desescalade.pdf import cage, frames, layout
from desescalade.pdf.cache_key import bundled_files, stamp
from desescalade.pdf.fetchers import BundledFetcher
from desescalade.pdf.layout import Style

LOGGER = logging.getLogger("desescalade.pdf")

SECONDS_FOR_AN_ORDER = 5
SECONDS_FOR_AN_ANSWER = 30
SECONDS_BETWEEN_COUNTS = 0.25
MAX_STYLES = 32


@dataclass(frozen=True)
class Job:
    """A running fork: `life` is a pipe that ends when the fork does."""

    pid: int
    life: int
    connection: socket.socket
    memory: int


class Engine:
    """The parent of all renders. Single thread: a fork then copies no lock held elsewhere."""

    def __init__(self, control: socket.socket, fonts: Path) -> None:
        self._control = control
        self._fonts = fonts
        self._bundled = BundledFetcher(fonts)
        self._styles: dict[object, Style] = {}
        self._jobs: dict[int, Job] = {}
        self._places = max(2, len(os.sched_getaffinity(0)))
        self._poller = select.poll()

    def serve(self) -> None:
        """Answer jobs until the site is gone (end of file on the control socket)."""
        while True:
            # Without a free place jobs wait in the socket, but its end is always noticed.
            free = len(self._jobs) < self._places
            self._poller.register(self._control, select.POLLIN if free else 0)
            for descriptor, events in self._poller.poll():
                if descriptor in self._jobs:
                    self._bury(self._jobs.pop(descriptor))
                elif events & (select.POLLHUP | select.POLLERR):
                    return
                else:
                    self._admit()

    def stop(self) -> None:
        """Kill the renders that nobody waits for any more."""
        for job in self._jobs.values():
            os.kill(job.pid, signal.SIGKILL)

    def _admit(self) -> None:
        """Take one connection; whatever is wrong with it stays its own problem."""
        _, descriptors, _, _ = socket.recv_fds(self._control, 1, 1)
        for descriptor in descriptors:
            connection = socket.socket(fileno=descriptor)
            try:
                self._begin(connection)
            except Exception as problem:
                _refuse(connection, "failed", f"{type(problem).__name__}: {problem}")

    def _begin(self, connection: socket.socket) -> None:
        """Read the order, parse its style sheets if they are new, and fork."""
        connection.settimeout(SECONDS_FOR_AN_ORDER)
        order = json.loads(frames.receive(connection, frames.MAX_ORDER))
        style = self._style([Path(path) for path in order["style_sheets"]])
        life, alive = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(life)
            self._render_and_exit(connection, order, style)
        os.close(alive)
        self._jobs[life] = Job(pid, life, connection, order["memory"])
        self._poller.register(life, 0)

    def _style(self, paths: list[Path]) -> Style:
        """The parsed sheets; parsed again when one of them, or a bundled file, has changed."""
        key = stamp(paths), stamp(bundled_files(self._fonts))
        if key not in self._styles:
            if len(self._styles) >= MAX_STYLES:
                self._styles.clear()
            style = Style()
            style.parse(paths, self._bundled)
            if not self._styles:
                layout.rehearse(style)
            self._styles[key] = style
            # What a fork never frees should not be walked by its collector, nor copied.
            gc.collect()
            gc.freeze()
        return self._styles[key]

    def _bury(self, job: Job) -> None:
        """Reap a fork; if it ended without an answer, give the answer in its place."""
        self._poller.unregister(job.life)
        os.close(job.life)
        _, status, usage = os.wait4(job.pid, 0)
        if status == 0:
            job.connection.close()
            return
        grown = usage.ru_maxrss * 1024 - cage.memory_in_use().resident
        _refuse(job.connection, *cage.verdict(status, grown > job.memory / 2))

    def _render_and_exit(self, connection: socket.socket, order: dict, style: Style) -> NoReturn:
        """The life of a fork. It never returns into the engine's loop, whatever happens."""
        status = cage.EXIT_FAILED
        try:
            self._control.close()
            for job in self._jobs.values():
                os.close(job.life)
                job.connection.close()
            cage.enter(order["seconds"], order["memory"])
            connection.settimeout(None)
            html = frames.receive(connection, frames.MAX_HTML).decode("utf-8")
            images = {
                name: frames.receive(connection, frames.MAX_IMAGE) for name in order["images"]
            }
            attachments = []
            if order["attachment"]:
                content = frames.receive(connection, frames.MAX_ATTACHMENT)
                attachments.append(layout.attached(content, **order["attachment"]))
            style.renew_after_fork()
            if order["counts"]:
                _send_counts(connection)
            pdf, report = layout.lay_out(html, images, style, order["variant"], attachments)
            status = _answer(connection, pdf, report)
        except MemoryError:
            status = cage.EXIT_TOO_LARGE
        except RecursionError:
            status = cage.EXIT_TOO_DEEP
        except BaseException as problem:
            # The place only: the message of an exception may quote what a team wrote.
            os.write(2, f"desescalade.pdf: {_place(problem)}\n".encode())
        finally:
            os._exit(status)


def _send_counts(connection: socket.socket) -> None:
    """From now on, send the number of pages laid out, now and then.

    When the site is gone this raises, which ends the render.
    """
    known, due = 0, time.monotonic() + SECONDS_BETWEEN_COUNTS

    def hear(done: int) -> None:
        nonlocal known, due
        if done > known and time.monotonic() >= due:
            frames.send_if_room(connection, frames.COUNT.pack(done))
            known, due = done, time.monotonic() + SECONDS_BETWEEN_COUNTS

    layout.listen(hear)


def _answer(connection: socket.socket, pdf: bytes, report: dict) -> int:
    """Send the result; return the exit status that goes with it."""
    # The layout is done: from here on only a site that stopped reading can hold us up.
    signal.setitimer(signal.ITIMER_REAL, SECONDS_FOR_AN_ANSWER)
    report["peak_memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    body = json.dumps(report).encode("utf-8")
    if len(pdf) > frames.MAX_PDF or len(body) > frames.MAX_REPORT:
        return cage.EXIT_TOO_LARGE
    frames.send(connection, pdf)
    frames.send(connection, body)
    return 0


def _refuse(connection: socket.socket, kind: str, detail: str) -> None:
    """Answer with an error; the site may have stopped listening, which is its right."""
    with connection:
        try:
            connection.settimeout(SECONDS_FOR_AN_ORDER)
            frames.send(connection, b"")
            frames.send(connection, json.dumps({"error": kind, "detail": detail}).encode())
        except OSError:
            return


def _place(problem: BaseException) -> str:
    """Kind and place of an exception, without its message."""
    frame = traceback.extract_tb(problem.__traceback__)[-1]
    return f"{type(problem).__name__} at {frame.filename}:{frame.lineno}"


def _settle_signals() -> None:
    """Undo what the site may have passed on through exec; outlive a stop of the whole group.

    The life of the engine is that of the site, which may need it until its own last request.
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def main() -> None:
    """Run the engine; arguments: descriptor of the control socket, fonts, workplace."""
    descriptor, fonts, workplace = sys.argv[1:]
    logging.basicConfig(format="%(name)s: %(message)s", level=logging.WARNING)
    # A warning for every variable that the rehearsal leaves unset.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    _settle_signals()
    cage.cut_network()
    engine = Engine(socket.socket(fileno=int(descriptor)), Path(fonts))
    try:
        engine.serve()
    except Exception:
        LOGGER.exception("the engine stops")
    finally:
        engine.stop()
        shutil.rmtree(workplace, ignore_errors=True)
        os._exit(0)


if __name__ == "__main__":
    main()
