"""Prints made by `manage.py work`: asked for by any machine, kept in the folder they share."""

import time
from typing import Any

from django_tasks import task
from django_tasks.base import TaskContext

from desescalade.jobs import queue

from . import kept, prints, progress, written
from .prints import Made, Print, PrintFailed

# Seconds for which a print may wait untouched before it is asked whether anybody works.
SILENCE = 20
# Seconds between two looks, which become fewer.
FIRST_PAUSE, LAST_PAUSE = 0.05, 0.5

NOBODY_WORKS = (
    "Les impressions sont arrêtées pour le moment : la vôtre est demandée, mais rien ne la fait."
    " Revenez dans quelques minutes ; si cela dure, prévenez la personne qui s’occupe du site."
)
NOT_KEPT = (
    "L’impression est faite, mais le site n’a pas pu la garder, sans doute faute de place."
    " Prévenez la personne qui s’occupe du site."
)
OTHER_PROGRAM = (
    "Le site vient de changer de version. Demandez l’impression encore une fois ; si cela se"
    " reproduit, prévenez la personne qui s’occupe du site."
)


def begin(order: Print) -> None:
    """Asks for the print unless it is kept, or asked for already."""
    if not kept.is_kept(order):
        queue.enqueue(
            make.using(queue_name=queue.of_this_release()),
            order.path.name,
            order=written.write(order),
            name=order.path.name,
        )


def wait(order: Print, seconds: float) -> Made | None:
    """The print as soon as it is made, None if it takes longer. Raises PrintFailed."""
    end = time.monotonic() + seconds
    pause = FIRST_PAUSE
    while not (found := kept.find(order)):
        job = queue.state(order.path.name)
        if job is None:
            begin(order)
        elif job.reason:
            raise PrintFailed(job.reason)
        elif not job.is_running and job.waited > SILENCE and not queue.live_workers():
            raise PrintFailed(NOBODY_WORKS)
        if time.monotonic() > end:
            return None
        time.sleep(pause)
        pause = min(pause * 1.5, LAST_PAUSE)
    return found


def forget_all() -> None:
    """No print that was asked for so far is kept, nor its text: pages ask again."""
    queue.withdraw_all()


@task(takes_context=True)
def make(context: TaskContext, *, order: dict[str, Any], name: str) -> None:
    """Makes a print and keeps it, unless it was withdrawn meanwhile."""
    wanted = written.read(order)
    if wanted.path.name != name:
        raise queue.Hopeless(OTHER_PROGRAM)
    if kept.is_kept(wanted):
        return
    try:
        with progress.told(wanted) as on_page:
            made = prints.make(wanted, on_page)
        if queue.is_held(context.task_result.db_result):
            kept.keep(wanted, made)
    except PrintFailed as failure:
        raise queue.Hopeless(str(failure)) from failure
    except OSError as error:
        raise queue.Hopeless(NOT_KEPT) from error
