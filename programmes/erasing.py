"""What has passed its time goes: at the programme's date, after a month in a bin, and so on.

The server's minute hand does it, and `manage.py erase_expired`, so that a host who runs either
keeps the promise. Both believe the clock only when it has run steadily for two days: read at least
every GAP, without a jump. One that leaps ahead and is set right within two days has thus erased
nothing; after a pause of the whole site everything goes up to two days late. Not promised: a clock
that stays wrong for longer (nobody can tell it from a site that was off), or that creeps ahead by
leaps smaller than GAP.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from . import actions
from .models import Draft, Invitation, Look, Programme, Submission
from .printing import kept
from .submissions import REMEMBERED

STEADY = timedelta(hours=48)
# A timer that runs once a day, on the day that has 25 hours, an hour late.
GAP = timedelta(hours=26)
# The minute hand need not look each minute.
PAUSE = timedelta(minutes=10)
DRAFTS = timedelta(days=90)
PRINT_DAYS = 90
# Of who is in no team any more: a session that is open was opened less than a fortnight ago.
IDLE_ACCOUNTS = timedelta(days=90)


def erase_now_and_then() -> None:
    """For the minute hand: erases what has passed its time, every PAUSE."""
    last = Look.objects.values_list("at", flat=True).first()
    if last is None or abs(timezone.now() - last) >= PAUSE:
        erase_expired()


def erase_expired() -> datetime | None:
    """Erases all that has passed its time; while the clock is not believed, says when it will be.

    Not in a transaction: each programme goes in one of its own.
    """
    now = timezone.now()
    believed_from = _look(now) + STEADY
    if now < believed_from:
        return believed_from
    _erase_programmes()
    actions.empty_bins()
    Invitation.objects.filter(expires_at__lte=now).delete()
    Draft.objects.filter(at__lte=now - DRAFTS).delete()
    Submission.objects.filter(at__lte=now - REMEMBERED).delete()
    Session.objects.filter(expire_date__lte=now).delete()
    _erase_idle_accounts(now)
    _erase_old_counts(now)
    _erase_orphaned_prints()
    _empty_journal()
    return None


def _look(now: datetime) -> datetime:
    """Notes that the clock was read; gives since when it has run steadily."""
    with transaction.atomic():
        Look.objects.get_or_create(pk=1, defaults={"at": now, "since": now})
        look = Look.objects.select_for_update().get(pk=1)
        if abs(now - look.at) > GAP or look.since > now:
            look.since = now
        look.at = now
        look.save()
    return look.since


def _erase_programmes() -> None:
    """Those whose last day is over, and those that nobody can open: the last account is gone."""
    actions.erase(
        Programme.objects.filter(Q(erase_on__lt=timezone.localdate()) | Q(memberships=None))
    )


def _erase_idle_accounts(now: datetime) -> None:
    """Accounts of nobody's team: what they are for is gone, and an address may stand in them."""
    before = now - IDLE_ACCOUNTS
    accounts = get_user_model().objects
    idle = accounts.filter(
        Q(last_login=None) | Q(last_login__lt=before),
        memberships=None,
        is_staff=False,
        is_superuser=False,
        date_joined__lt=before,
    )
    for pk in list(idle.values_list("pk", flat=True)):
        with transaction.atomic():
            # Who joins a team meanwhile is waited for, and stays.
            accounts.select_for_update().filter(pk=pk).first()
            idle.filter(pk=pk).delete()


def _erase_old_counts(now: datetime) -> None:
    """The counts behind the limits, by network address: the cache drops none before it is full.

    Django writes the end of an entry in UTC, as each engine compares it (db.py of the backend).
    """
    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    end = connection.ops.adapt_datetimefield_value(now.replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [end])  # noqa: S608 (ours)


def _erase_orphaned_prints() -> None:
    """Those of a programme that went while they were being made, and those that nobody finds."""
    owners = kept.owners()
    known = Programme.objects.filter(pk__in=owners).values_list("pk", flat=True)
    for owner in owners.difference(known):
        kept.forget(owner)
    kept.drop_unused(PRINT_DAYS)


def _empty_journal() -> None:
    """What SQLite wrote on the way to the table: its log keeps old pages until it is cut."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
