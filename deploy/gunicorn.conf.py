"""How gunicorn serves the site; the address comes from the command line."""

import contextlib
import ctypes
import importlib
import subprocess
import sys

from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer

from desescalade import environment, logs

# A reload reads this file again in a process that has these modules as they were before, and the
# new workers inherit them.
for module in (environment, logs):
    importlib.reload(module)

with environment.refusing():
    workers = environment.number("DESESCALADE_WORKERS", 2, least=1, most=16)
    logconfig_dict = logs.configuration(environment.choice("DESESCALADE_LOGS", logs.STYLES))
# One heap for all threads, which share one interpreter anyway. glibc gives each its own, hands none
# of it to another, and a process then grows for hours by what each thread has freed. Other C
# libraries do not have this: mallopt(3), M_ARENA_MAX.
M_ARENA_MAX = -8
with contextlib.suppress(AttributeError):
    ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)

# Who waits for a print or a picture only sleeps: the others go on meanwhile.
worker_class = "desescalade.worker.Worker"
threads = 32
# The longest prints take a good part of a minute on an old machine.
timeout = 120
graceful_timeout = 30
# Nobody uses it, and it would put a file into the home directory.
control_socket_disable = True


def refusal() -> int:
    """How a process that asks for the reasons not to serve has ended; 0 where there are none.

    It has said them. Here they would leave the whole site and a connection to the database, which
    the workers would inherit and a reload would not renew. Left to the workers, they would come
    after the port was announced, and two that end together make gunicorn end with 1.
    """
    return subprocess.run([sys.executable, "-m", "desescalade.starting"], check=False).returncode


def on_starting(server: Arbiter) -> None:
    """Before the port is open."""
    if code := refusal():
        raise SystemExit(code)


def on_reload(server: Arbiter) -> None:
    """Before the new workers; those that serve end what they have begun."""
    if code := refusal():
        raise HaltServer("le site ne peut pas redémarrer, voir ci-dessus", code)


def when_ready(server: Arbiter) -> None:
    """Say where the site is, once the port is open."""
    for listener in server.LISTENERS:
        sys.stdout.write(f"Désescalade est servi sur {listener}/\n")
    sys.stdout.flush()


def post_worker_init(worker) -> None:
    """Each worker looks for releases that are due; the database lets one of them publish."""
    from proposals.desk import clock

    clock.start()
