"""R27, R31: all goes at its date, and nothing early by a clock that is wrong for a while."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from programmes import erasing
from programmes.models import Commitment, Look, Programme
from proposals.desk import clock as minute_hand

HOUR = timedelta(hours=1)
PARIS_SUMMER = timedelta(hours=2)
DAY = date(2027, 6, 14)
# The end of that day in Paris.
MIDNIGHT = datetime(2027, 6, 15, tzinfo=UTC) - PARIS_SUMMER


@pytest.fixture
def until(programme):
    """A programme that is erased at the end of this day."""

    def until(day):
        Programme.objects.filter(pk=programme.pk).update(erase_on=day)
        return programme

    return until


def run(begin, end, *, every=HOUR, off=timedelta(0)):
    """The site looks regularly, by a clock that is `off`; gives the first true time without it."""
    now = begin
    while now <= end:
        with time_machine.travel(now + off, tick=False):
            erasing.erase_expired()
        if not Programme.objects.exists():
            return now
        now += every
    return None


def test_programme_goes_at_the_end_of_its_day_in_paris(until, figure):
    until(DAY)
    gone = run(MIDNIGHT - 4 * 24 * HOUR, MIDNIGHT + 24 * HOUR)
    assert gone == MIDNIGHT
    figure("R27", "effacement après la fin du jour dit, en heures", "0", "1 h")


def test_daily_timer_keeps_the_promise_too(until):
    until(DAY)
    # At four in the morning.
    gone = run(MIDNIGHT - 116 * HOUR, MIDNIGHT + 24 * HOUR, every=24 * HOUR)
    assert gone == MIDNIGHT + 4 * HOUR


def test_timer_of_the_day_with_25_hours_is_still_regular(until):
    until(date(2027, 10, 30))
    # Four o'clock in Paris, each day, while summer time ends on the 31st.
    looks = [datetime(2027, 10, day, 2, tzinfo=UTC) for day in (27, 28, 29, 30)]
    looks.append(datetime(2027, 10, 31, 3, 30, tzinfo=UTC))
    for now in looks:
        with time_machine.travel(now, tick=False):
            erasing.erase_expired()
    assert not Programme.objects.exists()


@pytest.mark.parametrize("day", ["2028-02-29", "2027-03-28", "2027-10-31", "2027-12-31"])
def test_leap_day_summer_time_and_new_year_are_days_like_others(until, day):
    day = date.fromisoformat(day)
    until(day)
    after = datetime.combine(day + timedelta(days=1), datetime.min.time(), ZoneInfo("Europe/Paris"))
    midnight = after.astimezone(UTC)
    assert run(midnight - 60 * HOUR, midnight + HOUR) == midnight


@pytest.mark.parametrize("before", [1, 20, 47])
def test_clock_two_days_ahead_erases_nothing_before_the_day(until, figure, before):
    """It leaps at any hour of the last two days, and nobody sets it right."""
    until(DAY)
    leap = MIDNIGHT - before * HOUR
    assert run(leap - 60 * HOUR, leap - HOUR) is None
    gone = run(leap, MIDNIGHT + 60 * HOUR, off=timedelta(days=2))
    assert MIDNIGHT <= gone <= MIDNIGHT + 48 * HOUR
    early = max(0, (MIDNIGHT - gone) // HOUR)
    figure("R31", f"heures trop tôt, horloge avancée de deux jours {before} h avant", f"{early}")


def test_clock_that_leaps_and_is_set_right_erases_nothing_early(until):
    until(DAY)
    start = MIDNIGHT - 72 * HOUR
    assert run(start - 96 * HOUR, start) is None
    assert run(start + HOUR, start + 12 * HOUR, off=timedelta(days=2)) is None
    # Right again: two regular days, then all goes on as before.
    assert run(start + 13 * HOUR, MIDNIGHT + 24 * HOUR) == MIDNIGHT


def test_clock_an_hour_back_delays_nothing(until):
    until(DAY)
    assert run(MIDNIGHT - 96 * HOUR, MIDNIGHT - 5 * HOUR) is None
    gone = run(MIDNIGHT - 4 * HOUR, MIDNIGHT + 24 * HOUR, off=-HOUR)
    assert gone == MIDNIGHT + HOUR


def test_bins_wait_for_a_clock_that_is_believed(programme, take):
    (plan,) = take("pcs-rupture-reseaux")
    now = datetime(2027, 1, 1, tzinfo=UTC)
    Commitment.everything.filter(pk=plan.pk).update(dropped_at=now - timedelta(days=29))
    run(now - 96 * HOUR, now)
    run(now, now + 24 * HOUR, off=timedelta(days=2))
    assert Commitment.everything.filter(pk=plan.pk).exists()
    run(now + 25 * HOUR, now + 75 * HOUR)
    assert not Commitment.everything.filter(pk=plan.pk).exists()


def test_site_that_was_off_waits_two_days_before_it_erases(until):
    until(DAY)
    run(MIDNIGHT - 96 * HOUR, MIDNIGHT - 60 * HOUR)
    assert run(MIDNIGHT + 24 * HOUR, MIDNIGHT + 96 * HOUR) == MIDNIGHT + 72 * HOUR


def test_coordinator_who_keeps_it_at_the_last_moment_keeps_it(until):
    programme = until(DAY)
    run(MIDNIGHT - 96 * HOUR, MIDNIGHT - HOUR)
    programme.choose_erase_date(date(2027, 12, 1))
    assert run(MIDNIGHT, MIDNIGHT + 96 * HOUR) is None


def test_command_says_when_it_will_erase(management, programme):
    with time_machine.travel("2027-06-01T10:00:00+02:00", tick=False):
        said = management("erase_expired").replace("\xa0", " ")
    assert "Rien n’est effacé encore" in said
    assert "À partir du 3 juin 2027, 10 h" in said


@pytest.fixture
def tick(monkeypatch):
    """A minute of the server, on the connection of the test."""
    monkeypatch.setattr(minute_hand, "close_old_connections", lambda: None)
    return minute_hand.tick


def test_minute_hand_erases_without_any_timer(until, tick):
    until(DAY)
    with time_machine.travel(MIDNIGHT - 49 * HOUR, tick=False) as now:
        for _ in range(50):
            tick()
            now.shift(HOUR)
        assert not Programme.objects.exists()


def test_minute_hand_looks_every_ten_minutes_only(db, tick):
    with time_machine.travel("2027-06-01T10:00:00+02:00", tick=False) as now:
        tick()
        first = Look.objects.get().at
        now.shift(60)
        tick()
        assert Look.objects.get().at == first
        now.shift(600)
        tick()
        assert Look.objects.get().at > first


def test_fault_of_one_task_is_told_and_stops_no_other(db, tick, monkeypatch, caplog):
    done = []
    monkeypatch.setattr(minute_hand.planning, "publish_due", lambda: 1 / 0)
    monkeypatch.setattr(minute_hand, "_others", [lambda: 1 / 0, lambda: done.append(1)])
    tick()
    assert (done, len(caplog.records)) == ([1], 2)
