"""A part of the suite once more, on PostgreSQL (`make test DATABASE=postgresql` runs it all)."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection

from . import postgres

# What asks the database most, or asks it in another way than Django's own tests cover.
FILES = [
    "tests/desescalade/test_middleware.py",
    "tests/desescalade/test_postgresql.py::test_database_that_lacks_french_signs_is_told",
    "tests/desescalade/test_postgresql.py::test_search_keys_are_compared_by_bytes",
    "tests/programmes/test_access.py",
    "tests/programmes/test_actions.py",
    "tests/programmes/test_communes.py",
    "tests/programmes/test_composing.py",
    "tests/programmes/test_concurrency.py",
    "tests/programmes/test_start.py",
    "tests/programmes/test_updates.py",
    "tests/programmes/test_workshop_states.py",
    "tests/proposals/desk/test_history.py",
    "tests/proposals/desk/test_releases.py",
    "tests/proposals/desk/test_versions.py",
    "tests/proposals/test_catalogue_loading.py",
    "tests/proposals/test_models.py",
    "tests/proposals/test_views.py::test_ten_propositions_are_listed_in_order",
]


# They load all communes again: for the whole suite only.
LEFT_OUT = [
    "tests/programmes/test_communes.py::test_merged_commune_goes_unless_a_programme_is_made_for_it",
    "tests/programmes/test_concurrency.py::test_communes_loaded_twice_at_once_are_there_once",
]


@pytest.mark.skipif(connection.vendor == "postgresql", reason="the whole suite runs on it already")
def test_these_files_hold_on_postgresql(tmp_path):
    try:
        with postgres.server() as url:
            done = subprocess.run(
                [
                    *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
                    *(f"--deselect={test}" for test in LEFT_OUT),
                    *FILES,
                ],
                cwd=settings.BASE_DIR,
                env={**outside(), "DATABASE_URL": url, "DESESCALADE_DATA": str(tmp_path)},
                capture_output=True,
                text=True,
            )
    except postgres.NoPostgresql as reason:
        pytest.fail(str(reason), pytrace=False)
    if done.returncode or "skipped" in done.stdout.splitlines()[-1]:
        pytest.fail(f"{done.stdout[-20_000:]}\n{done.stderr[-2_000:]}", pytrace=False)


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
