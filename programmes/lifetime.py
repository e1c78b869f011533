"""When a programme is erased: its date, and the bounds that a team may move it in. Pure.

RGPD art. 5(1)(e): what reveals an opinion is kept no longer than what it was written for. A
programme is for a vote, and three months more: the result may be contested for some days (code
électoral, R. 119), and the team may want to account for what it promised. A plan is for the rest
of the mandate.
"""

from calendar import monthrange
from datetime import date, timedelta

from desescalade import typography

from .enums import ProgrammeKind

MONTHS_AFTER_VOTE = 3
# Nobody loses what she wrote because a date turns out to have passed already.
NOTICE = timedelta(days=90)
# Days before, from which each page of the programme says so.
REMINDED = 30
# Councils are renewed as a whole in March, every six years (code électoral, L. 227).
RENEWAL, MANDATE_YEARS = 2026, 6


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last where it has no such day: 30/11, 28/2."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def end_of_mandate(today: date) -> date:
    """The last day of the month in which all councils are next renewed."""
    year = today.year + (RENEWAL - today.year) % MANDATE_YEARS
    return date(year if today <= date(year, 3, 31) else year + MANDATE_YEARS, 3, 31)


def latest(today: date) -> date:
    """The last day that may be chosen, also for a vote that is not dated."""
    return months_after(end_of_mandate(today), MONTHS_AFTER_VOTE)


def soonest(today: date) -> date:
    """The first day that may be chosen; who wants it gone at once erases it instead."""
    return today + timedelta(days=1)


def due(kind: str, vote: date | None, today: date) -> date:
    """The day that follows from the vote, past days too; never after the latest."""
    if kind == ProgrammeKind.MANDATE:
        return end_of_mandate(today)
    last = latest(today)
    # Compared first: three months after the last day of the last year is no date.
    return last if vote is None or vote > last else min(months_after(vote, MONTHS_AFTER_VOTE), last)


def following(kind: str, vote: date | None, today: date, present: date) -> date:
    """The day for a team that chose none, `present` being the one of until now.

    It never comes nearer than NOTICE, unless it was: to write a vote of last year does not erase
    the programme tonight, and to save the page once more does not prolong it.
    """
    return max(due(kind, vote, today), min(present, today + NOTICE))


def reminder(erase_on: date, today: date) -> str:
    """What the team reads in the last month; "" before."""
    left = (erase_on - today).days
    if left > REMINDED:
        return ""
    day = typography.date_in_words(erase_on)
    if left < 0:
        return f"Ce programme devait s’effacer le {day} : il le sera d’un moment à l’autre."
    if left == 0:
        return "Ce programme s’efface ce soir à minuit."
    if left == 1:
        return f"Ce programme s’efface demain, {day}, à minuit."
    if left <= 7:
        return f"Plus que {left} jours : ce programme s’efface le {day}."
    return f"Ce programme s’efface le {day}, dans {left} jours."
