"""The promises of docs/fiabilite.md: tried briefly by `make test`, at length by `make endurance`.

A test says which promise it tries, how often (`rounds`), and what it measured (`figure`).
"""

import shutil

import pytest

from tests.serving import Server, free_port, prepared


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
