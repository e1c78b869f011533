"""The throw-away PostgreSQL server that `make test DATABASE=postgresql` runs the suite on."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings

from . import postgres


def outside():
    """The environment without what pytest and its workers say to one another."""
    return {name: text for name, text in os.environ.items() if not name.startswith("PYTEST")}


def test_server_stops_and_clears_up_when_the_tests_are_killed():
    wait = "import sys, tests.postgres as p\nwith p.server() as u: print(u, flush=True); input()"
    tests = subprocess.Popen(
        [sys.executable, "-c", wait],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    directory = tests.stdout.readline().strip().partition("host=")[2]
    assert os.path.exists(f"{directory}/.s.PGSQL.5432")
    tests.send_signal(signal.SIGKILL)
    tests.communicate()
    until = time.monotonic() + 20
    while os.path.exists(directory) and time.monotonic() < until:
        time.sleep(0.05)
    assert not os.path.exists(directory)


def test_missing_postgresql_is_told_with_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgres, "DEBIAN", tmp_path)
    with pytest.raises(postgres.NoPostgresql, match="PostgreSQL est introuvable : l’installer"):
        postgres.binaries()
