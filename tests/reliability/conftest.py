"""The promises of docs/fiabilite.md: tried briefly by `make test`, at length by `make endurance`.

A test says which promise it tries, how often (`rounds`), and what it measured (`figure`).
"""

import shutil

import pytest

from tests.serving import Server, free_port, prepared

# Of what the servers of a failed test wrote, in characters.
LAST_WORDS = 8_000


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
def serve(tmp_path_factory):
    """Serves an environment until the test ends; what the servers said is shown if it fails."""
    log = tmp_path_factory.mktemp("serveurs") / "journal"
    servers = []

    def serve(environment, port=None) -> Server:
        server = Server(environment, port or free_port(), log)
        servers.append(server)
        server.start()
        return server

    yield serve
    for server in servers:
        if server.process and server.process.poll() is None:
            server.kill()
    if servers:
        print(log.read_text("utf-8", "replace")[-LAST_WORDS:])  # noqa: T201
