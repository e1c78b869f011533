"""Three machines for one site, as docs/grandir.md has them, on ports of their own.

Each has a data directory of its own and shares with the others only what that page names: the
database, the prints, the collected files and the secret key. nginx with deploy/nginx.conf stands
before them; two `manage.py work` run beside two of them.

`python -m tests.reliability.machines` makes the database and the teams.
"""

import contextlib
import http.client
import json
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests import postgres
from tests.deploy import NAME
from tests.deploy.proxies import of_nginx
from tests.serving import ROOT, Server, free_ports

from . import teams
from .visitors import SECONDS, Answer, Visitor, Writer

CATALOGUE = ROOT / "tests/data/small.yaml"
# What docs/grandir.md has all machines set alike.
SETTINGS = {
    "DESESCALADE_DEBUG": "0",
    "DESESCALADE_HOSTS": NAME,
    "DESESCALADE_ADDRESS": f"https://{NAME}",
    "DESESCALADE_HTTPS": "1",
    "DESESCALADE_BEHIND_PROXY": "1",
    "DESESCALADE_PROXIES": "1",
    "DESESCALADE_JOBS": "file",
    "DESESCALADE_SECRET_KEY": "une clé tirée au hasard, et la même sur les trois machines",
    # Tells below which machine has answered.
    "DESESCALADE_LOGS": "json",
    # Half the processes: the machine that runs the tests is one.
    "GUNICORN_CMD_ARGS": "--workers 1",
}
SHARED = ("prints", "static")
# Counts how often each job was begun: its row is deleted when it is done.
TALLY = """
CREATE TABLE begun (job uuid, worker text);
CREATE FUNCTION tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO begun VALUES (NEW.id, NEW.worker_ids->>-1); RETURN NEW; END $$;
CREATE TRIGGER tally AFTER UPDATE ON django_tasks_database_dbtaskresult FOR EACH ROW
WHEN (NEW.status = 'RUNNING' AND OLD.status <> 'RUNNING') EXECUTE FUNCTION tally();
"""
LATER = """
UPDATE jobs_worker SET beat_at = beat_at - interval '2 minutes';
UPDATE django_tasks_database_dbtaskresult SET enqueued_at = enqueued_at - interval '2 minutes';
"""


class Machine(Server):
    """One of the web machines."""

    def start(self) -> None:
        self.launch()
        asked = {"LISTEN": f"127.0.0.1:{self.port}", "DESESCALADE_HOSTS": NAME}
        subprocess.run(
            [sys.executable, "deploy/ready.py", "--wait", "60"],
            cwd=ROOT, env={**os.environ, **asked}, check=True,
        )  # fmt: skip


@dataclass
class FromOutside(Visitor):
    """Comes by nginx, from an address of its own among those of this machine."""

    place: str = "127.0.0.1"

    def __post_init__(self) -> None:
        self.headers = {"host": NAME, "referer": f"https://{NAME}/", **self.headers}

    def connection(self) -> http.client.HTTPConnection:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return http.client.HTTPSConnection(
            urlsplit(self.address).netloc, timeout=SECONDS, context=context,
            source_address=(self.place, 0),
        )  # fmt: skip


@dataclass
class Site:
    machines: list[Machine]
    workers: list[subprocess.Popen]
    teams: list[teams.Team]
    address: str = ""

    def visitor(self, session: str = "", **more) -> FromOutside:
        return FromOutside(self.address, session, **more)

    def writer(self, team: teams.Team, name: str, session: str = "") -> Writer:
        writer = Writer(self.address, team, name)
        writer.visitor = self.visitor(session or team.session)
        return writer

    def who(self, *answers: Answer) -> set[int]:
        """Which machines gave these answers, 0 to 2, by their logs."""
        logs = [machine.log.read_text() for machine in self.machines]
        names = [f'"request": "{answer.headers["X-Request-ID"]}"' for answer in answers]
        return {n for name in names for n, log in enumerate(logs) if name in log}

    def work(self, machine: int) -> None:
        """A `manage.py work` beside one of the machines; returns once it follows the queue."""
        environment = self.machines[machine].environment
        started = subprocess.Popen(
            [sys.executable, "manage.py", "work", "--jobs", "1"],
            cwd=ROOT, env=environment, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self.workers.append(started)
        assert started.stdout.readline().startswith("La file est suivie")

    def kill_workers(self) -> None:
        for each in self.workers:
            kill(each)
        self.workers.clear()

    def publish(self, machine: int, old: str, new: str) -> None:
        """Has one machine load its catalogue with other words."""
        environment = self.machines[machine].environment
        file = Path(environment["DESESCALADE_DATA"]) / "catalogue.yaml"
        file.write_text(CATALOGUE.read_text("utf-8").replace(old, new), "utf-8")
        subprocess.run(
            [sys.executable, "manage.py", "load_catalogue", file],
            cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def two_minutes_pass(self) -> None:
        """For the queue, which knows the time of the database only."""
        self.query(LATER)

    def times_begun(self) -> list[int]:
        """How often each job so far was begun."""
        rows = self.query("SELECT count(*) FROM begun GROUP BY job ORDER BY 1")
        return [count for (count,) in rows]

    def query(self, sql: str) -> list[tuple]:
        import psycopg

        with psycopg.connect(self.machines[0].environment["DATABASE_URL"]) as connection:
            found = connection.execute(sql)
            return found.fetchall() if found.description else []


def kill(process: subprocess.Popen) -> None:
    """With all its children, and nothing is said to them."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, 9)
    process.wait(timeout=20)
    if process.stdout:
        process.stdout.close()


@contextlib.contextmanager
def three_machines(folder: Path) -> Iterator[Site]:
    with database() as url:
        machines = [
            Machine(environment_of(folder, n, url), port, folder / f"journal-{n}")
            for n, port in enumerate(free_ports(3))
        ]
        site = Site(machines, [], prepare(machines[0].environment))
        nginx = None
        try:
            with ThreadPoolExecutor(5) as pool:
                going = [pool.submit(machine.start) for machine in machines]
                going += [pool.submit(site.work, n) for n in (0, 1)]
            for each in going:
                each.result()
            (folder / "nginx").mkdir()
            nginx = of_nginx(folder / "nginx", *(machine.port for machine in machines))
            site.address = f"https://127.0.0.1:{nginx.ports[1]}"
            yield site
        finally:
            site.kill_workers()
            for machine in machines:
                if machine.process:
                    kill(machine.process)
            if nginx:
                nginx.stop()


@contextlib.contextmanager
def database() -> Iterator[str]:
    """An empty one, on the PostgreSQL of the tests or on one of its own."""
    if known := os.environ.get("DATABASE_URL", ""):
        yield postgres.new_database(known)
        return
    with postgres.server() as url:
        yield url


def environment_of(folder: Path, number: int, url: str) -> dict[str, str]:
    """Of a machine whose data directory is made, with what it shares mounted in it."""
    data = folder / f"machine-{number}"
    data.mkdir(mode=0o700)
    for name in SHARED:
        (folder / "partage" / name).mkdir(parents=True, exist_ok=True)
        (data / name).symlink_to(folder / "partage" / name)
    return {**os.environ, **SETTINGS, "DATABASE_URL": url, "DESESCALADE_DATA": str(data)}


def prepare(environment: dict[str, str]) -> list[teams.Team]:
    """Once, from one machine; the files beside the database, to save some seconds."""
    collecting = subprocess.Popen(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"],
        cwd=ROOT, env=environment,
    )  # fmt: skip
    said = subprocess.run(
        [sys.executable, "-m", "tests.reliability.machines"],
        cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert collecting.wait() == 0
    return [teams.Team(**row) for row in json.loads(said.stdout)]


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desescalade.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from programmes.models import Commune, Department
    from proposals import catalogue

    call_command("migrate", verbosity=0)
    catalogue.load(catalogue.read(CATALOGUE.read_bytes()))
    drome = Department.objects.create(code="26", name="Drôme")
    Commune.objects.create(
        insee_code=teams.COMMUNE, name="Barsac", department=drome, population=154
    )
    with connection.cursor() as cursor:
        cursor.execute(TALLY)
    json.dump([asdict(team) for team in teams.opened(8)], sys.stdout)


if __name__ == "__main__":
    main()
