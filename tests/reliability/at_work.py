"""A queue with real workers, for test_jobs.py: run as a process with a database of its own.

python -m tests.reliability.at_work work COUNT LEASE    workers, without the site's checks
python -m tests.reliability.at_work ask                 asks for a print, says its digest
python -m tests.reliability.at_work play PLAN           plays scenarios one after another

PLAN is JSON, `{"many": [60, 3], …}`; what is printed has the same names.
"""

import hashlib
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desescalade.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django_tasks import task  # noqa: E402
from django_tasks_db.models import DBTaskResult  # noqa: E402

from desescalade.jobs import queue  # noqa: E402
from desescalade.jobs.models import Worker  # noqa: E402
from desescalade.jobs.supervisor import Supervisor  # noqa: E402
from programmes.enums import Fidelity, ProgrammeKind  # noqa: E402
from programmes.printing import background, prints  # noqa: E402
from programmes.printing.document import (  # noqa: E402
    Chapter,
    Commitment,
    Document,
    Imprint,
)
from programmes.printing.formats import FORMATS  # noqa: E402
from programmes.printing.prints import Print  # noqa: E402

# Seconds; the site's is a minute.
LEASE = 1.5
# Seconds after which a test gives up.
ENOUGH = 60
STARTED = []


@task(queue_name=queue.EVERY_RELEASE)
def deliver(*, number, seconds):
    """Like a mail: a file of its own for each time it is delivered."""
    time.sleep(seconds)
    (delivered() / f"{number}.{secrets.token_hex(4)}").touch()


@task(queue_name=queue.EVERY_RELEASE)
def kill_who_does_it(*, number):
    (delivered() / f"{number}.{secrets.token_hex(4)}").touch()
    os.kill(os.getpid(), signal.SIGKILL)


def delivered() -> Path:
    return settings.DATA_DIR / "delivered"


def make_tables():
    """Two tables; all migrations would take half a minute."""
    delivered().mkdir(exist_ok=True)
    with connection.schema_editor() as editor:
        for model in (DBTaskResult, Worker):
            editor.create_model(model)


def start(count, lease=LEASE):
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.reliability.at_work", "work", str(count), str(lease)],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    STARTED.append(started)
    return started


def statuses():
    return Counter(DBTaskResult.objects.values_list("status", flat=True))


def wait_until(reached):
    end = time.monotonic() + ENOUGH
    while not reached():
        if time.monotonic() > end:
            raise TimeoutError(f"{statuses()}, {Worker.objects.count()} workers")
        time.sleep(0.02)


def is_settled():
    return set(statuses()) <= {"FAILED"}


def times_delivered():
    return Counter(int(path.name.partition(".")[0]) for path in delivered().iterdir())


def workers_of(supervisor):
    children = Path(f"/proc/{supervisor.pid}/task/{supervisor.pid}/children")
    return [int(pid) for pid in children.read_text().split()]


def ends(supervisor):
    """Tells it to stop; gives its exit code."""
    supervisor.terminate()
    return supervisor.wait(timeout=ENOUGH)


def many(jobs, workers):
    """So many short jobs, each asked for twice, for so many workers."""
    for number in [*range(jobs), *range(jobs)]:
        queue.enqueue(deliver, f"job {number}", number=number, seconds=0.01)
    asked = statuses().total()
    began = time.monotonic()
    supervisor = start(workers, 30)
    wait_until(is_settled)
    seconds = time.monotonic() - began
    code = ends(supervisor)
    return {
        "delivered": times_delivered(),
        "left": statuses(),
        "code": code,
        "workers": Worker.objects.count(),
        "seconds": seconds,
        "asked": asked,
    }


def killed(jobs, kills):
    """Workers die at any moment, at last their supervisor with them."""
    chance = random.Random(jobs)
    supervisor = start(2)
    for number in range(jobs):
        # Half of them like a mail, which may not leave twice.
        attempts = 1 if number % 2 else kills + 2
        queue.enqueue(deliver, f"job {number}", attempts=attempts, number=number, seconds=0.1)
    wait_until(lambda: delivered_some(0))
    for _ in range(kills - 1):
        time.sleep(chance.uniform(0, 0.3))
        wait_until(lambda: workers_of(supervisor))
        os.kill(chance.choice(workers_of(supervisor)), signal.SIGKILL)
    os.killpg(supervisor.pid, signal.SIGKILL)
    supervisor.wait()
    supervisor = start(2)
    wait_until(is_settled)
    return {
        "delivered": times_delivered(),
        "left": statuses(),
        "code": ends(supervisor),
    }


def delivered_some(count):
    return len(times_delivered()) > count


def poisoned(jobs):
    """One that kills whoever does it, among others."""
    queue.enqueue(kill_who_does_it, "poison", number=1000)
    for number in range(jobs):
        queue.enqueue(deliver, f"job {number}", number=number, seconds=0.01)
    supervisor = start(1)
    wait_until(lambda: statuses() == {"FAILED": 1})
    told = queue.state("poison")
    row = DBTaskResult.objects.get()
    return {
        "delivered": times_delivered(),
        "reason": told.reason,
        "kept": row.args_kwargs["kwargs"],
        "code": ends(supervisor),
    }


def stopped(seconds):
    """SIGTERM in the middle of a job: it is finished, and the next is left to others."""
    supervisor = start(1)
    for number in range(2):
        queue.enqueue(deliver, f"job {number}", number=number, seconds=seconds)
    wait_until(lambda: statuses()["RUNNING"])
    (worker,) = workers_of(supervisor)
    nice = os.getpriority(os.PRIO_PROCESS, worker) - os.getpriority(os.PRIO_PROCESS, 0)
    code = ends(supervisor)
    return {"delivered": times_delivered(), "left": statuses(), "code": code, "nice": nice}


def order():
    commitment = Commitment(
        1, "Un titre", "", "Un texte.", "Le maire décide", "avant la moitié", Fidelity.OWN
    )
    document = Document(
        title="Une commune debout",
        subtitle="Sans écran",
        list_name="Bien vivre ici",
        commune="Barsac",
        department="Drôme",
        population=154,
        kind=ProgrammeKind.MANDATE,
        vote_date=None,
        chapters=(Chapter(0, "Nos engagements", "", (commitment,), ()),),
        sources=(),
        imprint=Imprint(True, "Camille Roux", "3, place de l’Église, 26150 Barsac"),
    )
    return Print.checked(document, FORMATS["affiche-a3"], now=datetime(2026, 1, 1, tzinfo=UTC))


def digest(made):
    return hashlib.sha256(made.pdf).hexdigest()


def count_prints():
    """In a worker: leaves a file for each print that is made."""
    make = prints.make

    def counting(*arguments):
        (delivered() / f"0.{secrets.token_hex(4)}").touch()
        return make(*arguments)

    prints.make = counting


def printed(askers):
    """Several machines that share the folder ask for one print at once."""
    supervisor = start(2)
    asking = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.at_work", "ask"],
            env={**os.environ, "DESESCALADE_DATA": str(mounted(number))},
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(askers)
    ]
    got = [each.communicate(timeout=ENOUGH)[0] for each in asking]
    wait_until(is_settled)
    return {
        "delivered": times_delivered(),
        "got": got,
        "here": digest(prints.make(order())),
        "left": statuses(),
        "code": ends(supervisor),
    }


def mounted(number):
    """The data directory of another machine: a folder of its own, but for what is shared."""
    machine = settings.DATA_DIR / f"machine-{number}"
    machine.mkdir()
    prints.folder().mkdir(exist_ok=True)
    (machine / "prints").symlink_to(prints.folder())
    database = settings.DATA_DIR / "desescalade.sqlite3"
    if database.exists():
        (machine / database.name).symlink_to(database)
    return machine


SCENARIOS = {each.__name__: each for each in (many, killed, poisoned, stopped, printed)}


def play(name, *numbers):
    """On an empty queue; nothing of it outlives the scenario."""
    DBTaskResult.objects.all().delete()
    Worker.objects.all().delete()
    for path in delivered().iterdir():
        path.unlink()
    try:
        return SCENARIOS[name](*numbers)
    finally:
        while STARTED:
            if (each := STARTED.pop()).poll() is None:
                os.killpg(each.pid, signal.SIGKILL)
                each.wait()


if __name__ == "__main__":
    # The tasks are known by where they are imported from, not as those of `__main__`.
    from tests.reliability import at_work

    match sys.argv[1:]:
        case ["work", count, lease]:
            at_work.count_prints()
            Supervisor(int(count), float(lease)).run()
        case ["ask"]:
            sys.stdout.write(digest(background.wait(order(), ENOUGH)))
        case ["play", plan]:
            make_tables()
            came = {name: at_work.play(name, *said) for name, said in json.loads(plan).items()}
            sys.stdout.write(json.dumps(came))
