"""The site's side of the engine: start it, reach it, notice that it died, stop it."""

import atexit
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

from desescalade.pdf.workplace import open_workplace

_PROJECT = Path(__file__).resolve().parents[2]
_SECONDS_TO_LEAVE = 5


class EngineProcess:
    """One engine, started by and for this process.

    The control socket has two uses: each job is a fresh socket sent through it, and its
    end of file tells the engine that the site is gone.
    """

    def __init__(self, fonts: Path) -> None:
        """Start the engine and return at once; OSError when the machine refuses."""
        self._workplace, lock = open_workplace(fonts)
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        arguments = [str(theirs.fileno()), str(fonts), str(self._workplace)]
        try:
            self._process = subprocess.Popen(  # noqa: S603  nothing here comes from a user
                [sys.executable, "-m", "desescalade.pdf.engine", *arguments],
                cwd=_PROJECT,
                env=_environment(self._workplace),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(), lock),
                # Ctrl-C in a terminal is for the site, which closes its engine in good order.
                # Not a session: two of them share the processor evenly, whatever nice(2) was told
                # (autogroup, sched(7)).
                process_group=0,
            )
        finally:
            theirs.close()
            os.close(lock)

    @property
    def pid(self) -> int:
        """The process id of the engine."""
        return self._process.pid

    def is_running(self) -> bool:
        """False once the engine has died; it is then also reaped."""
        return self._process.poll() is None

    def connect(self) -> socket.socket:
        """A fresh connection for one job; OSError when the engine is gone."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [b"+"], [theirs.fileno()])
            except OSError:
                ours.close()
                raise
        return ours

    def stop(self) -> None:
        """Stop the engine and its renders, within a few seconds; harmless when already dead."""
        self._control.close()
        try:
            self._process.wait(_SECONDS_TO_LEAVE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._workplace, ignore_errors=True)

    def abandon(self) -> None:
        """In a forked child: let go of the parent's engine without touching it."""
        self._control.close()
        # It is not our child: without this, Popen would warn that it still runs.
        self._process.returncode = 0


def _environment(workplace: Path) -> dict[str, str]:
    """Nothing of the site's own environment (keys, time zone, proxies) reaches the engine."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        # Memory set aside for threads would count as used, and the bound as not reached.
        "MALLOC_ARENA_MAX": "1",
        "TMPDIR": str(workplace),
        "FONTCONFIG_FILE": str(workplace / "fonts.conf"),
    }


_lock = threading.Lock()
_engine: EngineProcess | None = None


def running_engine(fonts: Path) -> EngineProcess:
    """This process's engine, started when there is none or when it died; thread-safe."""
    global _engine
    with _lock:
        if _engine is not None and not _engine.is_running():
            _engine.stop()
            _engine = None
        if _engine is None:
            _engine = EngineProcess(fonts)
        return _engine


def discard(engine: EngineProcess) -> None:
    """Stop an engine that no longer answers, unless another thread did so already."""
    global _engine
    with _lock:
        if _engine is engine:
            _engine = None
            engine.stop()


def stop_engine() -> None:
    """Stop this process's engine, if any; the next render starts another one."""
    global _engine
    with _lock:
        engine, _engine = _engine, None
    if engine is not None:
        engine.stop()


def _forget_in_child() -> None:
    """After os.fork: the engine is the parent's, and the lock may be held by no one alive.

    Keeping a copy of the control socket open would hide the parent's death from its engine.
    """
    global _engine, _lock
    _lock = threading.Lock()
    engine, _engine = _engine, None
    if engine is not None:
        with contextlib.suppress(OSError):
            engine.abandon()


os.register_at_fork(after_in_child=_forget_in_child)
atexit.register(stop_engine)
