"""The names of backups, and which of them stay."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_NAME = re.compile(r"desescalade-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)\.tar\.gz(\.chiffre)?")
_MOMENT = "%Y-%m-%dT%H-%M-%SZ"


def name(moment: datetime, is_sealed: bool) -> str:
    """`desescalade-2026-11-22T03-10-00Z.tar.gz`, with `.chiffre` under a passphrase."""
    return f"desescalade-{moment.astimezone(UTC):{_MOMENT}}.tar.gz{'.chiffre' if is_sealed else ''}"


def moment(name: str) -> datetime | None:
    """When the backup of this name was made; None for a name that is not ours."""
    if not (found := _NAME.fullmatch(name)):
        return None
    try:
        return datetime.strptime(found[1], _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None


def newest(names: Iterable[str], now: datetime) -> str | None:
    """The last of those that are ours, by the moment of its name.

    One of the future, made while the clock was wrong, only where there is no other.
    """
    known = {each: at for each in names if (at := moment(each))}
    return max(known, key=lambda each: (known[each] <= now, known[each]), default=None)


# All of them stay: that of before an upgrade is not to go for that of a second try.
RECENT = timedelta(days=2)


@dataclass(frozen=True)
class Kept:
    """Of how many days, weeks (from Monday) and months the last backup stays; days in UTC.

    `max_age`, in days: what was erased from the site is in no backup after 35 of them, as the
    page on privacy says, also where backups are seldom made.
    """

    daily: int = 7
    weekly: int = 5
    monthly: int = 0
    max_age: int = 35


_PERIODS: dict[str, Callable[[datetime], object]] = {
    "daily": datetime.date,
    "weekly": lambda at: at.isocalendar()[:2],
    "monthly": lambda at: (at.year, at.month),
}


def outdated(names: Iterable[str], made: str, kept: Kept) -> list[str]:
    """The names that may go, now that `made` is made, known to be good, and stays.

    So do all of the last two days, however few days are kept, and names that are not ours. A clock
    that jumps ahead makes those of before too old: `made` is then all there is. Those of after
    `made` stay too: they are of a day on which the clock was wrong, then or now, and would take
    the places of good ones.
    """
    now = moment(made)
    known = {each: at for each in names if (at := moment(each)) and at <= now}
    newest_first = sorted(known, key=lambda each: (known[each], each == made), reverse=True)
    stay = set()
    for period, of in _PERIODS.items():
        last_of: dict[object, str] = {}
        for each in newest_first:
            last_of.setdefault(of(known[each]), each)
        stay |= set(list(last_of.values())[: getattr(kept, period)])
    oldest = timedelta(days=kept.max_age)
    stay = {each for each in stay if now - known[each] <= oldest}
    stay |= {made, *(each for each, at in known.items() if now - at < RECENT)}
    return sorted(set(known) - stay)
