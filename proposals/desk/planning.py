"""Releases to come: read today, published on the day that was set."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from .. import models as published
from .. import releases
from ..catalogue import entries as cut
from ..catalogue import from_rows
from ..models import Release
from ..tables.catalogue import MAIN
from . import drafts, journal
from .enums import Role, Verb
from .models import PlannedRelease
from .reviewing import Draft

OVERTAKEN = (
    "Une autre édition a changé entre-temps : {}. Rien n’a été publié. Retirez celle-ci, puis"
    " préparez-la de nouveau."
)
IN_THE_WAY = (
    "Le catalogue publié ne peut pas recevoir ces textes : {}. Retirez cette édition, puis"
    " préparez-la de nouveau."
)


def plan(
    found: Iterable[Draft],
    *,
    number: str,
    note: str,
    publish_at: datetime,
    role: Role,
    catalogue: str = MAIN,
) -> PlannedRelease:
    """Keeps these drafts as they are now, to be published at this moment."""
    with transaction.atomic():
        drafts.keep_others_from_writing()
        planned = PlannedRelease.objects.create(
            catalogue_id=catalogue,
            number=number,
            note=note,
            publish_at=publish_at,
            entries=[
                {
                    "kind": draft.kind,
                    "key": draft.slug,
                    "before": draft.published,
                    "after": draft.value,
                }
                for draft in found
            ],
        )
        journal.write(role, Verb.PLANNED, f"l’édition {number}")
    return planned


def free_number(number: str, catalogue: str = MAIN) -> str:
    """This number, or the next one that no release has, published or to come."""
    planned = PlannedRelease.objects.filter(catalogue=catalogue)
    taken = set(planned.values_list("number", flat=True))
    while (number := releases.free_number(number, catalogue)) in taken:
        number = releases.next_number(number)
    return number


def cancel(planned: PlannedRelease, role: Role) -> None:
    with transaction.atomic():
        drafts.keep_others_from_writing()
        journal.write(role, Verb.CANCELLED, f"l’édition {planned.number}")
        planned.delete()


def publish_due(now: datetime | None = None) -> list[Release]:
    """Publishes what is due. Two servers that try at once publish it once.

    One that cannot be published stays, with the reason, and waits for somebody.
    """
    due = PlannedRelease.objects.filter(publish_at__lte=now or timezone.now(), problem="")
    return [release for pk in list(due.values_list("pk", flat=True)) if (release := _publish(pk))]


def _publish(pk: int) -> Release | None:
    with transaction.atomic():
        drafts.keep_others_from_writing()
        planned = PlannedRelease.objects.filter(pk=pk, problem="").first()
        if planned is None:
            return None
        problem = _overtaken(planned)
        if not problem:
            try:
                with transaction.atomic():
                    release = releases.publish_values(
                        {(row["kind"], row["key"]): row["after"] for row in planned.entries},
                        number=planned.number,
                        note=planned.note,
                        role=Role.MACHINE,
                        catalogue=planned.catalogue_id,
                    )
                    planned.delete()
                    return release
            except releases.NotPublishable as error:
                problem = str(error)
            except (IntegrityError, ProtectedError) as error:
                # The next ones go out all the same.
                problem = IN_THE_WAY.format(error.args[0])
        planned.problem = problem
        planned.save(update_fields=["problem"])
    return None


def _overtaken(planned: PlannedRelease) -> str:
    public = from_rows.entries_of(published, planned.catalogue_id)
    names = [
        cut.name((row["kind"], row["key"]))
        for row in planned.entries
        if cut.digest(row["before"]) != cut.digest(public.get((row["kind"], row["key"])))
    ]
    return OVERTAKEN.format(", ".join(names)) if names else ""
