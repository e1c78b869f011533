"""The queue: what waits, who holds what, how it ends.

A job is a row of django-tasks-db. Its id comes from its key, so that the same work asked for by
ten machines is one row; it is deleted when it is done. Whoever ends or gives back a job names the
claim that it holds: after another took the job over, that says nothing.

All times are the database's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import transaction
from django.db.models import DateTimeField, F, QuerySet
from django.db.models.functions import Now
from django_tasks.base import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from desescalade import environment, release

from .models import Worker

# Seconds after which a worker that does not beat counts as dead.
LEASE = 60.0
# How often a job is begun, at most, by workers that die of it.
ATTEMPTS = 3
# Seconds for which a failure is told instead of trying again.
FAILURE_HOLDS = 60
# Seconds after which a job that nobody has begun shows that there are too few workers.
LONG = 120
# Seconds after which nobody waits any more for what concerns one release: pages ask again.
FORGOTTEN = 3600
# What workers of any release do alike.
EVERY_RELEASE = "toute-version"
_ONE_RELEASE = "version-"

DIED = (
    "Ce travail s’est arrêté plusieurs fois sans finir. Réessayez dans quelques minutes ; si cela"
    " se reproduit, prévenez la personne qui s’occupe du site."
)


class Hopeless(Exception):
    """A job that another try would not mend; `str(error)` says why, in French."""


@dataclass(frozen=True)
class State:
    """Of a job that is not done. `waited` in seconds; `reason` only for one that failed."""

    is_running: bool
    waited: float
    reason: str = ""


def of_this_release() -> str:
    """The queue of what only the same program does alike."""
    return _ONE_RELEASE + release.digest()[:16]


def enqueue(task: Task, key: str, *, attempts: int = ATTEMPTS, **said: Any) -> None:
    """Has `task` done with these JSON values, once for a key until it is done or has failed.

    The values stand in the database until then: no secrets.
    """
    prune()
    row = DBTaskResult(
        id=_id(key),
        args_kwargs={"args": [], "kwargs": said, "attempts": attempts},
        task_path=task.module_path,
        queue_name=task.queue_name,
        backend_name=task.backend,
        priority=task.priority,
        run_after=get_date_max(),
    )
    DBTaskResult.objects.bulk_create([row], ignore_conflicts=True)


def state(key: str) -> State | None:
    """None for a job that is done, was never asked for, or failed long ago."""
    facts = (
        DBTaskResult.objects.filter(pk=_id(key))
        .annotate(now=_now())
        .values_list("status", "enqueued_at", "finished_at", "return_value", "now")
        .first()
    )
    if facts is None:
        return None
    status, since, ended, said, now = facts
    if status == TaskResultStatus.FAILED:
        is_over = (now - ended).total_seconds() > FAILURE_HOLDS
        return None if is_over else State(False, 0, said["reason"])
    return State(status == TaskResultStatus.RUNNING, max(0, (now - since).total_seconds()))


def claim(worker: str) -> DBTaskResult | None:
    """The next job, which this worker holds from now on."""
    queues = [EVERY_RELEASE, of_this_release()]
    waiting = DBTaskResult.objects.ready().filter(queue_name__in=queues)
    # Without a lock first: on SQLite, those that only look would keep writers waiting.
    if not waiting.exists():
        return None
    with transaction.atomic():
        # SQLite has one writer at a time; PostgreSQL hands each its own row.
        row = waiting.select_for_update(skip_locked=True).first()
        if row is None:
            return None
        row.claim(worker)
    return row


def is_held(row: DBTaskResult) -> bool:
    """Whether the job is still this claim's: neither withdrawn nor given to another."""
    return _held(row).exists()


def done(row: DBTaskResult) -> None:
    _held(row).delete()


def fail(row: DBTaskResult, reason: str) -> None:
    """Keeps the reason for FAILURE_HOLDS seconds, and nothing of what the job was about."""
    _held(row).update(
        status=TaskResultStatus.FAILED,
        finished_at=Now(),
        args_kwargs={"args": [], "kwargs": {}},
        return_value={"reason": reason},
    )


def give_back(row: DBTaskResult) -> None:
    """For another try, or the last word after so many."""
    if len(row.worker_ids) >= row.args_kwargs.get("attempts", ATTEMPTS):
        fail(row, DIED)
    else:
        _held(row).update(status=TaskResultStatus.READY)


def withdraw_all() -> None:
    """Forgets all that concerns one release, under way or not: pages ask again for what they need.

    For who erases a programme: what is under way is not kept when it is made.
    """
    DBTaskResult.objects.filter(queue_name__startswith=_ONE_RELEASE).delete()


def prune() -> None:
    """Deletes what nobody waits for any more."""
    ended = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED)
    ended.filter(finished_at__lt=_now() - timedelta(seconds=FAILURE_HOLDS)).delete()
    waiting = DBTaskResult.objects.filter(
        status=TaskResultStatus.READY, queue_name__startswith=_ONE_RELEASE
    )
    waiting.filter(enqueued_at__lt=_now() - timedelta(seconds=FORGOTTEN)).delete()


def beat(worker: str) -> None:
    """Says that this worker lives."""
    known = Worker.objects.filter(pk=worker)
    if not known.update(beat_at=Now(), beats=F("beats") + 1):
        Worker.objects.create(id=worker, release=release.digest(), beat_at=Now())


def leave(worker: str) -> None:
    """This worker works no more; what it still holds goes to another."""
    Worker.objects.filter(pk=worker).delete()
    take_back()


def take_back() -> None:
    """Gives back what is held by nobody who is known."""
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    # In this order: who is known too late to be read here held nothing yet.
    holders = dict(running.values_list("pk", "worker_ids"))
    known = set(Worker.objects.values_list("pk", flat=True))
    lost = [pk for pk, workers in holders.items() if workers[-1] not in known]
    for row in running.filter(pk__in=lost):
        if row.worker_ids == holders[row.pk]:
            give_back(row)


class Watch:
    """Finds dead workers. Two looks, some seconds apart: after a jump of the clock all look dead,
    but the living beat between.
    """

    def __init__(self, lease: float) -> None:
        self._lease = lease
        self._suspects: dict[str, int] = {}

    def look(self) -> None:
        silent = {
            worker: beats
            for worker, beats, age in _ages()
            # Below zero: the clock was put back since.
            if not -1 <= age <= self._lease
        }
        for worker, beats in silent.items():
            if self._suspects.get(worker) == beats:
                Worker.objects.filter(pk=worker, beats=beats).delete()
        self._suspects = silent
        take_back()


def live_workers() -> int:
    """Processes of this release that beat in the last minute."""
    mine = Worker.objects.filter(release=release.digest())
    return sum(-1 <= age <= LEASE for _, _, age in _ages(mine))


def oldest_waiting() -> float | None:
    """Seconds since the oldest job that nobody has begun was asked for; None without one."""
    waiting = DBTaskResult.objects.ready().annotate(now=_now()).order_by("enqueued_at")
    facts = waiting.values_list("enqueued_at", "now").first()
    return facts and max(0.0, (facts[1] - facts[0]).total_seconds())


def cautions() -> Iterator[str]:
    """What the host should look at, in French."""
    waited = oldest_waiting()
    if not live_workers():
        yield (
            "rien ne suit la file des travaux ; lancer un ouvrier : le service desescalade-work@1,"
            f" ou {environment.command('work')}"
        )
    elif waited is not None and waited > LONG:
        yield f"un travail attend dans la file depuis {waited:.0f} s ; il faudrait plus de --jobs"


def _ages(workers: QuerySet[Worker] | None = None) -> list[tuple[str, int, float]]:
    """Id, number of beats, seconds since the last."""
    rows = Worker.objects.all() if workers is None else workers
    facts = rows.annotate(now=_now()).values_list("pk", "beats", "beat_at", "now")
    return [(pk, beats, (now - beat_at).total_seconds()) for pk, beats, beat_at, now in facts]


def _held(row: DBTaskResult) -> QuerySet[DBTaskResult]:
    return DBTaskResult.objects.filter(
        pk=row.pk, status=TaskResultStatus.RUNNING, worker_ids=row.worker_ids
    )


def _id(key: str) -> UUID:
    return uuid5(NAMESPACE_OID, key)


def _now() -> Now:
    return Now(output_field=DateTimeField())
