"""What a curator saves while a file is being loaded is never lost, nor is what the file says."""

import contextlib
import json
import subprocess
import sys

import pytest
from django.conf import settings

from .. import postgres
from ..test_postgresql import outside

WRITTEN = "Écrit à l’écran"
FROM_THE_START = {
    "status": 302,
    "is told": False,
    "proposal": "Un guichet",
    "measure": "Ouvrir le guichet",
    "easy": "Le guichet est ouvert.",
}


@contextlib.contextmanager
def sqlite():
    yield ""


@pytest.mark.parametrize("server", [sqlite, postgres.server])
def test_both_are_in_the_working_copy_or_the_curator_is_asked(server, tmp_path):
    with server() as url:
        done = subprocess.run(
            [sys.executable, "-m", "tests.proposals.during_a_load"],
            cwd=settings.BASE_DIR,
            env={**outside(), "DATABASE_URL": url, "DESESCALADE_DATA": str(tmp_path)},
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stderr[-3_000:]
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "another entry": {**FROM_THE_START, "proposal": WRITTEN, "measure": "Ouvrir tard"},
        "another passage": {**FROM_THE_START, "measure": WRITTEN, "easy": "Le guichet ouvre."},
        "the same passage": {
            **FROM_THE_START,
            "status": 409,
            "is told": True,
            "measure": "Ouvrir tard",
        },
    }
