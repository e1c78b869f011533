"""R12 to R14: jobs are done once or told to have failed, whatever dies meanwhile."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from desescalade.jobs import queue
from desescalade.jobs.supervisor import NICENESS
from tests import postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@pytest.fixture(scope="module", params=[SQLITE, POSTGRESQL])
def came(request, tmp_path_factory, rounds):
    """The plan, and what came of each scenario of at_work.py with real processes."""
    data = tmp_path_factory.mktemp("jobs")
    plan = {
        "many": [rounds(60, 200), 3],
        "killed": [rounds(20, 60), rounds(6, 20)],
        "poisoned": [5],
        "stopped": [1],
        "printed": [2],
    }
    if request.param == SQLITE:
        return plan, play(plan, data, "")
    try:
        with postgres.server() as url:
            return plan, play(plan, data, url)
    except postgres.NoPostgresql as reason:
        pytest.fail(str(reason), pytrace=False)


def play(plan, data, database_url):
    outside = {
        "DATABASE_URL": database_url,
        "DESESCALADE_DATA": str(data),
        "DESESCALADE_DEBUG": "1",
        "DESESCALADE_JOBS": "file",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.reliability.at_work", "play", json.dumps(plan)],
        cwd=settings.BASE_DIR,
        env={**os.environ, **outside},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    for each in found.values():
        each["delivered"] = {int(number): n for number, n in each["delivered"].items()}
    return found


def test_three_workers_do_each_job_once(came, figure):
    plan, found = came
    many, jobs = found["many"], plan["many"][0]
    assert many["asked"] == jobs
    assert many["delivered"] == dict.fromkeys(range(jobs), 1)
    assert (many["left"], many["workers"], many["code"]) == ({}, 0, 0)
    seconds = f"{many['seconds']:.1f} s".replace(".", ",")
    figure("R14", f"{jobs} travaux pour trois processus", f"{seconds}, 0 en double, 0 perdu")


def test_killed_workers_lose_no_job_and_deliver_none_twice(came, figure):
    plan, found = came
    jobs, kills = plan["killed"]
    killed = found["killed"]
    failed = killed["left"].get("FAILED", 0)
    assert (set(killed["left"]) <= {"FAILED"}, killed["code"]) == (True, 0)
    # What may be tried again is done; what may not is delivered once, or told to have failed.
    again, once = ([n for n in range(jobs) if n % 2 == odd] for odd in (0, 1))
    assert [n for n in again if n not in killed["delivered"]] == []
    assert [n for n in once if killed["delivered"].get(n, 0) > 1] == []
    assert sum(n not in killed["delivered"] for n in once) <= failed <= kills + 1
    figure("R13", f"{kills} arrêts brutaux pendant {jobs} travaux", "0 perdu, 0 reçu deux fois")


def test_job_that_kills_its_worker_is_given_up_and_the_others_are_done(came, figure):
    poisoned = came[1]["poisoned"]
    assert poisoned["delivered"] == {**dict.fromkeys(range(5), 1), 1000: queue.ATTEMPTS}
    assert (poisoned["reason"], poisoned["kept"], poisoned["code"]) == (queue.DIED, {}, 0)
    figure("R12", "essais d’un travail qui tue qui le fait", str(queue.ATTEMPTS), "3 essais")


def test_worker_that_is_told_to_stop_finishes_what_it_does(came):
    stopped = came[1]["stopped"]
    assert (stopped["delivered"], stopped["left"], stopped["code"]) == ({0: 1}, {"READY": 1}, 0)


def test_worker_gives_way_to_pages(came):
    assert came[1]["stopped"]["nice"] == NICENESS


def test_print_that_two_machines_ask_for_is_made_once_and_is_the_one_made_here(came):
    printed = came[1]["printed"]
    assert printed["got"] == [printed["here"]] * 2
    assert (printed["delivered"], printed["left"], printed["code"]) == ({0: 1}, {}, 0)
