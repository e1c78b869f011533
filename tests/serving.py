"""The real thing: gunicorn on a fresh data directory, for a browser to visit."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import postgres

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@dataclass
class Server:
    """A gunicorn that can be killed and started again at the same address; it writes to `log`."""

    environment: dict[str, str]
    port: int
    log: Path = Path(os.devnull)
    process: subprocess.Popen | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.launch()
        wait_until_ready(f"{self.address}/sante/pret", self.process)

    def launch(self) -> None:
        """Does not wait until it answers."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "desescalade.wsgi", "--bind",
                 f"127.0.0.1:{self.port}", "--config", "deploy/gunicorn.conf.py"],
                cwd=ROOT, env=self.environment, process_group=0,
                stdout=subprocess.DEVNULL, stderr=log,
            )  # fmt: skip

    def kill(self) -> None:
        """As when the power goes: the workers too, and nothing is said to them."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=20)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


def prepared(tmp_path_factory, **more: str) -> dict[str, str]:
    """The environment of a data directory as `prepare` makes it, for one's own.

    A copy of one that is made once for all tests, and all workers of xdist.
    """
    if more.get("DATABASE_URL") == os.environ.get("DATABASE_URL", ""):
        del more["DATABASE_URL"]
    with shared(tmp_path_factory, "-".join(["donnees", *more]).lower()) as data:
        url = data.with_suffix(".url")
        if not url.exists():
            shutil.rmtree(data, ignore_errors=True)
            url.write_text(prepare(data, **more)["DATABASE_URL"])
        known = environment_of(data, **{**more, "DATABASE_URL": url.read_text()})
        return copied(known, tmp_path_factory.mktemp("copie") / "donnees")


@contextmanager
def shared(tmp_path_factory, name: str) -> Iterator[Path]:
    """Where something is made once for all workers of xdist, by the one that comes first."""
    base = tmp_path_factory.getbasetemp()
    path = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield path


def prepare(data: Path, **more: str) -> dict[str, str]:
    """Makes a data directory with the catalogue and the communes; gives the environment.

    Where the tests run on PostgreSQL it has a database of its own there, unless it is given one.
    """
    known = os.environ.get("DATABASE_URL", "")
    if known and "DATABASE_URL" not in more:
        more["DATABASE_URL"] = postgres.new_database(known)
    environment = environment_of(data, **more)
    for command in (
        ["upgrade"],
        ["createsuperuser", "--noinput", "--username=admin", "--email="],
    ):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    return environment


def environment_of(data: Path, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": "",
        "DESESCALADE_DATA": str(data),
        "DESESCALADE_DEBUG": "0",
        # Each window says where it comes from: see `chromium` of tests/browser.
        "DESESCALADE_PROXIES": "1",
        # Nothing is sent: the pages with their e-mail parts are the ones to look at.
        "DESESCALADE_EMAIL_URL": "smtp://127.0.0.1:9/",
        "DJANGO_SUPERUSER_PASSWORD": "password",
        **more,
    }


def copied(environment: dict[str, str], to: Path) -> dict[str, str]:
    """The environment of a copy of these data; no server may be using them."""
    shutil.copytree(environment["DESESCALADE_DATA"], to)
    url = environment["DATABASE_URL"]
    return {
        **environment,
        "DESESCALADE_DATA": str(to),
        "DATABASE_URL": url and postgres.copy_database(url),
    }


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(number: int) -> list[int]:
    """Held together for a moment, so that no two are the same."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(number)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def wait_until_ready(address: str, process: subprocess.Popen) -> None:
    """Asks until the server answers; it has no other way to say that it listens."""
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")
