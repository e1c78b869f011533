"""R31: the clock jumps, summer time begins, February has 29 days: no link lives too long."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from programmes import actions, mergers, recovery, team
from programmes.enums import Role
from programmes.models import Change, Comment, Merger
from programmes.models.merger import WORDS_DAYS
from programmes.models.team import INVITATION_DAYS
from proposals.desk import clock, drafts, planning, reviewing
from proposals.desk.enums import Cause
from proposals.desk.enums import Role as DeskRole
from proposals.desk.models import PlannedRelease
from proposals.models import Release
from tests.pages import html_of

PARIS = ZoneInfo("Europe/Paris")
MOMENTS = [
    datetime(2026, 11, 22, 12, tzinfo=PARIS),
    # Half an hour before summer time begins, and before it ends.
    datetime(2027, 3, 28, 1, 30, tzinfo=PARIS),
    datetime(2027, 10, 31, 2, 30, tzinfo=PARIS),
    datetime(2028, 2, 29, 12, tzinfo=PARIS),
]
# An hour back, and right again: what the clock of a machine does that was set wrong.
JUMPS = [timedelta(0), timedelta(hours=-1), timedelta(days=2)]
SECOND = timedelta(seconds=1)


def invitation(programme, alice):
    return f"/invitation/{team.invite(programme.memberships.first(), Role.READER, 'Dora')[1]}/"


def lost_card(programme, alice):
    token = recovery.tokens.make_token(alice)
    return reverse("programmes:recover", args=[alice.pk, token])


# What opens something, and for how long.
LIVES = {invitation: timedelta(days=INVITATION_DAYS), lost_card: timedelta(hours=1)}


def opens(address: str, at: datetime) -> bool:
    with time_machine.travel(at.astimezone(PARIS), tick=False):
        return Client().get(address).status_code == 200


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
@pytest.mark.parametrize("make", LIVES, ids=lambda make: make.__name__)
def test_link_never_outlives_its_time(programme, alice, make, moment, figure):
    with time_machine.travel(moment, tick=False):
        address = make(programme, alice)
    # In UTC, where every day has 24 hours.
    begin = moment.astimezone(ZoneInfo("UTC"))
    end = begin + LIVES[make]
    for jump in JUMPS:
        assert opens(address, begin + jump) is (begin + jump < end)
        assert opens(address, end - SECOND)
        assert not opens(address, end + SECOND)
    if moment is MOMENTS[-1]:
        figure("R31", "secondes de trop d’un lien, horloge déplacée de −1 h et de +2 jours", "0")


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_words_of_a_merger_never_outlive_their_days(programme, moment):
    programme.member = programme.memberships.first()
    with time_machine.travel(moment, tick=False):
        merger, _ = mergers.propose(programme)
    begin = moment.astimezone(ZoneInfo("UTC"))
    life = timedelta(days=WORDS_DAYS)
    for off, is_open in ((-timedelta(hours=1), True), (life - SECOND, True), (life, False)):
        with time_machine.travel((begin + off).astimezone(PARIS), tick=False):
            assert Merger.objects.offered().filter(pk=merger.pk).exists() is is_open


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_session_ends_after_its_fortnight(programme, alice, moment):
    browser, page = Client(), programme.get_absolute_url()
    begin = moment.astimezone(ZoneInfo("UTC"))
    with time_machine.travel(moment, tick=False):
        browser.force_login(alice)
    for off, status in (
        (-timedelta(hours=1), 200), (timedelta(days=13), 200), (timedelta(days=14), 302)
    ):  # fmt: skip
        with time_machine.travel((begin + off).astimezone(PARIS), tick=False):
            assert browser.get(page).status_code == status


BACK = (0, -1, -36, 0)


def at_each_hour_of(hours, do) -> None:
    """Does something at noon, moved by so many hours: the clock jumps in between."""
    for place, moved in enumerate(hours):
        with time_machine.travel(MOMENTS[0] + timedelta(hours=moved), tick=False):
            do(f"Mot {place}.")


def test_saves_keep_their_order_when_the_clock_goes_back(programme, take, as_alice, figure):
    (plan,) = take("pcs-rupture-reseaux")
    at_each_hour_of(BACK, lambda word: actions.decide(plan, "done", word))
    plan.refresh_from_db()
    assert (plan.reason, plan.version) == ("Mot 3.", 5)
    reasons = Change.objects.of(plan).values_list("state__reason", flat=True)
    assert list(reasons) == ["Mot 3.", "Mot 2.", "Mot 1.", "Mot 0.", ""]
    page = html_of(as_alice.get(reverse("programmes:history", args=[programme.pk, plan.pk])))
    # Each is compared with the one that was saved before it.
    changed = re.findall(r"(\d)<i>]</i></del>.*?(\d)<i>]</i></ins>", page)
    assert changed == [("2", "3"), ("1", "2"), ("0", "1")]
    figure("R31", "versions montrées dans un autre ordre, horloge reculée de 1 h et de 36 h", "0")


def test_days_of_the_history_follow_what_was_saved_not_the_clock(programme, take, as_alice):
    (plan,) = take("pcs-rupture-reseaux")
    programme.changes.all().delete()
    at_each_hour_of(BACK, lambda word: actions.decide(plan, "done", word))
    page = html_of(as_alice.get(reverse("programmes:changes", args=[programme.pk])))
    said = re.findall(r"<h2>(.*?)</h2>|</b> (.*?), ", page)
    days = [day or hour for day, hour in said]
    assert days == [
        "22\u00a0novembre 2026", "12\u00a0h", "21\u00a0novembre 2026", "0\u00a0h",
        "22\u00a0novembre 2026", "11\u00a0h", "12\u00a0h",
    ]  # fmt: skip


def test_comments_keep_their_order_when_the_clock_goes_back(programme, take, as_alice):
    (plan,) = take("pcs-rupture-reseaux")
    page = reverse("programmes:comments", args=[programme.pk, plan.pk])
    at_each_hour_of(BACK, lambda word: Comment.objects.create(commitment=plan, text=word))
    said = re.findall(r"Mot \d\.", html_of(as_alice.get(page)))
    assert said == ["Mot 0.", "Mot 1.", "Mot 2.", "Mot 3."]


def published_at(*hours) -> list[list[str]]:
    """What the public has after the desk's clock looked at each of these hours of a jumping day."""
    numbers = []
    for moved in hours:
        with time_machine.travel(MOMENTS[0] + timedelta(hours=moved), tick=False):
            clock.tick()
        planned = list(PlannedRelease.objects.values_list("number", flat=True))
        numbers.append([*Release.objects.values_list("number", flat=True)[:1], *planned])
    return numbers


@pytest.fixture
def planned(db, monkeypatch):
    """An edition for one o'clock, planned at noon."""
    # A connection that grows old by the jumping clock is the one that the test rolls back.
    monkeypatch.setattr(clock, "close_old_connections", lambda: None)
    drafts.edit(
        "measure", "pcs-rupture-reseaux", lambda value: {**value, "title": "Prévoir la panne"},
        cause=Cause.ADMIN, role=DeskRole.EDITOR,
    )  # fmt: skip
    return planning.plan(
        reviewing.waiting(), number="2.0", note="", role=DeskRole.REVIEWER,
        publish_at=MOMENTS[0] + timedelta(hours=1),
    )  # fmt: skip


def test_planned_edition_waits_while_the_clock_goes_back_and_is_published_once(planned):
    (last,) = Release.objects.values_list("number", flat=True)
    waiting, done = [last, "2.0"], ["2.0"]
    # Almost there, an hour back, there, an hour back again, there again.
    assert published_at(0.9, -0.1, 1, 0.5, 1.5) == [waiting, waiting, done, done, done]
    assert Release.objects.filter(number="2.0").count() == 1


def test_edition_that_a_clock_too_early_has_published_is_not_published_again(planned, figure):
    assert published_at(48, 0, 1, 2) == [["2.0"]] * 4
    assert Release.objects.count() == 2
    figure("R31", "éditions programmées perdues ou publiées deux fois, horloge déplacée", "0")
