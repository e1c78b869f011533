"""R32, R33: the two benchmarks that send traffic to a real server; `--long` holds all bounds."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

BENCHMARKS = settings.BASE_DIR / "benchmarks"


@pytest.fixture
def rows_of(tmp_path, own_site):
    """Runs a benchmark to its end, which a wrong answer prevents; gives what it measured."""

    made = own_site()["DESESCALADE_DATA"]

    def rows_of(name, *options):
        to = tmp_path / "rows.jsonl"
        subprocess.run(
            [sys.executable, BENCHMARKS / name, *options], cwd=settings.BASE_DIR, check=False,
            env={**os.environ, "DATABASE_URL": "", "BENCH_ROWS": str(to), "BENCH_DATA": made},
        )  # fmt: skip
        return json.loads(to.read_text("utf-8"))["rows"]

    return rows_of


def missed(rows):
    return [row for row in rows if row["is_held"] is False]


def test_an_hour_of_mixed_traffic_leaves_the_server_as_large(rows_of, rounds, figure):
    rows = rows_of("soak.py", *rounds(("--minutes", "0.2", "--teams", "3"), ("--minutes", "60")))
    for row in rows:
        figure("R32", row["what"], row["figure"], row["bound"])
    wrong = {row["what"]: row["figure"] for row in rows}["mauvaises réponses"]
    assert wrong == "0"
    # A server that has just started still takes its place.
    assert rounds([], missed(rows)) == []


def test_fifty_teams_and_two_hundred_pages_a_second_are_served(rows_of, rounds, figure):
    few = ("--seconds", "3", "--rate", "20", "--teams", "3")
    rows = rows_of("traffic.py", *rounds(few, ()))
    for row in rows:
        figure("R33", row["what"], row["figure"], row["bound"])
    saved, *_ = [row["what"] for row in rows if "enregistrements" in row["what"]]
    assert saved.startswith(rounds("3 équipes écrivent : ", "50 équipes écrivent : "))
    assert rounds([], missed(rows)) == []
