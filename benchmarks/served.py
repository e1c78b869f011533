"""A real gunicorn with teams at work, for benchmarks that send it traffic.

`Visitor` is one person's browser: one connection kept open, her cookies, forms read and sent.
"""

import contextlib
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urljoin

import lxml.html

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.serving import Server, environment_of, free_port, prepare  # noqa: E402

SEEDING = """
import json, sys, django
django.setup()
from django.test import Client
from programmes import actions
from programmes.models import Commune
from proposals.models import Measure
measures = list(Measure.objects.published().of("principal").order_by("pk")[:8])
found = []
for commune in Commune.objects.filter(population__gt=0).order_by("pk")[: int(sys.argv[1])]:
    programme, user, _ = actions.open_programme(commune)
    rows = [actions.adopt_measure(programme, m, programme.size_class()) for m in measures]
    client = Client()
    client.force_login(user)
    texts = [row.get_absolute_url() for row in rows]
    found.append([client.session.session_key, programme.get_absolute_url(), texts])
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Team:
    """`session` lets one in; `texts` are the addresses of its commitments."""

    session: str
    address: str
    texts: list[str]


@dataclass(frozen=True)
class Site:
    server: Server
    data: Path
    teams: list[Team]

    def workers(self) -> list[int]:
        """The process ids of the web workers; the first process only watches them."""
        parent = self.server.process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        return [int(pid) for pid in children.split()]


@contextlib.contextmanager
def site(teams: int) -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="desescalade-bench-") as folder:
        data = Path(folder) / "data"
        (Path(folder) / "tmp").mkdir()
        environment = _prepare(data) | {"TMPDIR": f"{folder}/tmp", "DATABASE_URL": ""}
        said = subprocess.run(
            [sys.executable, "-c", SEEDING, str(teams)],
            cwd=ROOT, check=True, stdout=subprocess.PIPE,
            env=environment | {"DJANGO_SETTINGS_MODULE": "desescalade.settings"},
        )  # fmt: skip
        server = Server(environment, free_port())
        server.start()
        try:
            rows = json.loads(said.stdout)
            yield Site(server, data, [Team(*row) for row in rows])
        finally:
            server.stop()


def _prepare(data: Path) -> dict[str, str]:
    """Half a minute; a copy of BENCH_DATA where the tests have made such a directory already."""
    if made := os.environ.get("BENCH_DATA"):
        shutil.copytree(made, data)
        return environment_of(data)
    data.mkdir(mode=0o700)
    return prepare(data)


class Visitor:
    """One person; `seconds` of the last request, from its first byte to the last of the answer."""

    def __init__(self, port: int, session: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies = {"sessionid": session} if session else {}
        self.seconds = 0.0

    def get(self, address: str) -> tuple[int, bytes]:
        return self._ask("GET", address)

    def save(self, address: str, text: str) -> tuple[int, bytes]:
        """Opens the form of a text and sends it with these words at its end; the answer."""
        status, body = self.get(address)
        if status != 200:
            return status, body
        page = lxml.html.fromstring(body)
        form = next(f for f in page.findall(".//main//form") if "text" in f.fields)
        sent = dict(form.form_values())
        sent["text"] = f"{sent['text'].partition(' Essai')[0]} Essai {text}."
        return self._ask("POST", urljoin(address, form.get("action") or ""), urlencode(sent))

    def _ask(self, method: str, address: str, body: str | None = None) -> tuple[int, bytes]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Accept-Encoding": "identity"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        try:
            self.connection.request(method, address, body, headers)
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError, http.client.CannotSendRequest):
            # The server closes what was not used for two seconds.
            self.connection.close()
            self.connection.request(method, address, body, headers)
            response = self.connection.getresponse()
        content = response.read()
        self.seconds = time.perf_counter() - began
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response.status, content


def pss(pid: int) -> float:
    """Megabytes of a process, what it shares counted in parts."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1000
    raise ValueError(pid)


def p95(times: list[float]) -> float:
    """In milliseconds."""
    return sorted(times)[int(len(times) * 0.95)] * 1000


def load() -> str:
    """How busy the machine was, for whoever reads the figures."""
    return f"charge de la machine {os.getloadavg()[0]:.1f}".replace(".", ",")
