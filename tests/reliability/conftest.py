"""The promises of docs/fiabilite.md: tried briefly by `make test`, at length by `make endurance`.

A test says which promise it tries, how often (`rounds`), and what it measured (`figure`).
"""

import json
from pathlib import Path

import pytest

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
