"""The promises of docs/fiabilite.md: tried briefly by `make test`, at length by `make endurance`.

A test says which promise it tries, how often (`rounds`), and what it measured (`figure`).
"""

import json
import shutil
from pathlib import Path

import pytest

from tests.serving import Server, free_port, prepared

FIGURES = pytest.StashKey[list]()


def pytest_configure(config):
    config.stash[FIGURES] = []


def pytest_sessionfinish(session):
    if to := session.config.getoption("figures"):
        found = session.config.stash[FIGURES]
        Path(to).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")


@pytest.fixture(scope="session")
def rounds(pytestconfig):
    """How often: `rounds(20, 1000)` is 20 in `make test`, 1,000 in `make endurance`."""

    def choose(short, long):
        return long if pytestconfig.getoption("long") else short

    return choose


@pytest.fixture
def figure(request):
    """Notes what was measured: `figure("R16", "la plus lente de 20 sauvegardes", "0,21 s")`."""

    def note(promise, what, value):
        request.config.stash[FIGURES].append(
            {"promise": promise, "what": what, "value": value, "test": request.node.nodeid}
        )

    return note


@pytest.fixture(scope="package")
def own_site(tmp_path_factory):
    """Gives the environment of a fresh data directory, with catalogue and communes, on SQLite."""
    kept = prepared(tmp_path_factory, DATABASE_URL="")

    def copy(**more) -> dict[str, str]:
        own = tmp_path_factory.mktemp("site") / "donnees"
        shutil.copytree(kept["DESESCALADE_DATA"], own)
        return {**kept, "DESESCALADE_DATA": str(own), **more}

    return copy


@pytest.fixture
def serve():
    """Serves an environment until the test ends."""
    servers = []

    def serve(environment, port=None) -> Server:
        server = Server(environment, port or free_port())
        servers.append(server)
        server.start()
        return server

    yield serve
    for server in servers:
        if server.process and server.process.poll() is None:
            server.kill()
