"""R31: the clock jumps, summer time begins, February has 29 days: no link lives too long."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from programmes import actions, mergers, recovery, team
from programmes.enums import Role
from programmes.models import Change, Merger
from programmes.models.merger import WORDS_DAYS
from programmes.models.team import INVITATION_DAYS

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


def test_saves_keep_their_order_when_the_clock_goes_back(programme, take):
    (plan,) = take("pcs-rupture-reseaux")
    for hours in (0, -1):
        with time_machine.travel(MOMENTS[0] + timedelta(hours=hours), tick=False):
            actions.decide(plan, "done", f"Raison {hours}")
    assert plan.reason == "Raison -1"
    plan.refresh_from_db()
    assert (plan.reason, plan.version) == ("Raison -1", 3)
    versions = Change.objects.of(plan).order_by("version").values_list("state__reason", flat=True)
    assert list(versions) == ["", "Raison 0", "Raison -1"]
