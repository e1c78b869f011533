"""The cage of one render: its bounds of time and memory, no network, no file, no program.

And what the end of a caged process means.
"""

import ctypes
import gc
import logging
import os
import resource
import signal
import sys
from pathlib import Path
from typing import NamedTuple

# WeasyPrint takes about ten Python calls per level of nesting; more levels than that leaves
# room for would come near the end of an 8 MiB stack.
RECURSION_LIMIT = 5000

EXIT_FAILED, EXIT_TOO_LARGE, EXIT_TOO_DEEP = 1, 2, 3
# GLib aborts or traps when it gets no memory; SIGKILL comes from the kernel short of memory.
_VERDICT_OF_SIGNAL = {
    signal.SIGALRM: "too_long",
    signal.SIGXCPU: "too_long",
    signal.SIGABRT: "too_large",
    signal.SIGTRAP: "too_large",
    signal.SIGKILL: "too_large",
}
_VERDICT_OF_EXIT = {EXIT_TOO_LARGE: "too_large", EXIT_TOO_DEEP: "too_deep"}

_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def enter(seconds: float, memory: int) -> None:
    """Put this process in its cage: time, memory, files, network, life of the engine.

    The alarm keeps its default action, death: WeasyPrint swallows exceptions of any kind
    while it draws SVG, so an alarm that raises could be lost.
    """
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    _limit(resource.RLIMIT_AS, memory_in_use().addresses + memory)
    _limit(resource.RLIMIT_CPU, int(seconds) + 2)
    _limit(resource.RLIMIT_NOFILE, 64)
    _limit(resource.RLIMIT_CORE, 0)
    # It answers through its socket and needs to write no file at all.
    _limit(resource.RLIMIT_FSIZE, 0)
    sys.addaudithook(_forbid)
    logging.disable(logging.CRITICAL)
    sys.setrecursionlimit(RECURSION_LIMIT)
    # Pages come first: somebody waits for each, and for a print one waits anyway.
    os.nice(15)
    gc.disable()


class MemoryInUse(NamedTuple):
    """Of this process, in bytes: the addresses it reserved, and what stands in memory."""

    addresses: int
    resident: int


def memory_in_use() -> MemoryInUse:
    """Read from /proc (proc(5), statm), which counts in pages."""
    counts = Path("/proc/self/statm").read_text(encoding="ascii").split()
    page = resource.getpagesize()
    return MemoryInUse(int(counts[0]) * page, int(counts[1]) * page)


def _limit(what: int, soft: int) -> None:
    """Lower the soft bound only: the hard one may already be lower than what we ask."""
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(what, (soft, hard))


_FORBIDDEN = frozenset({"os.exec", "os.fork", "os.posix_spawn", "os.system", "subprocess.Popen"})
_PROJECT = Path(__file__).parents[2]
# What a render may still read: modules that are imported late, hyphenation, the bundled faces.
# Not the whole project: its data directory may lie in it, with the key and the database.
_FOLDERS = {_PROJECT / "desescalade", _PROJECT / "static", sys.prefix, sys.base_prefix}
_FOLDERS |= {each for each in sys.path if each and Path(each).resolve() != _PROJECT.resolve()}
READABLE = tuple(os.path.join(os.path.abspath(folder), "") for folder in _FOLDERS)


def _forbid(event: str, arguments: tuple) -> None:
    """Audit hook: no new socket, no name looked up, no other program, no file but ours.

    It cannot be removed. Files that C libraries open by themselves, such as the system's font
    list, do not come by here: they are bounded by what `fetchers` hands to them.
    """
    if event in _FORBIDDEN or event.startswith("socket."):
        raise PermissionError(f"{event} in a render")
    if event == "open" and not _is_readable(arguments[0]):
        raise PermissionError("a foreign file in a render")


def _is_readable(path: object) -> bool:
    """An open descriptor is no path: it was opened before the cage shut."""
    if isinstance(path, int):
        return True
    return os.path.abspath(os.fsdecode(path)).startswith(READABLE)


def cut_network() -> None:
    """Leave this process no network; only root may, for others `enter` is the guard."""
    _LIBC.unshare(_CLONE_NEWNET)


def verdict(status: int, was_growing: bool) -> tuple[str, str]:
    """What the end of a fork means, and how it ended.

    A library that gets no memory and does not look ends in SIGSEGV, like any other bug:
    `was_growing` tells the two apart, roughly.
    """
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        name = signal.Signals(number).name
        if number in (signal.SIGSEGV, signal.SIGBUS) and was_growing:
            return "too_large", name
        return _VERDICT_OF_SIGNAL.get(number, "failed"), name
    code = os.WEXITSTATUS(status)
    return _VERDICT_OF_EXIT.get(code, "failed"), f"exit status {code}"
