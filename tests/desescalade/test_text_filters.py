"""What the filters of every template write."""

from datetime import UTC, date, datetime

import pytest
from django.template import engines
from django.utils import timezone

from tests.pages import plain


def shown(source, **context) -> str:
    return plain(engines["django"].from_string(source).render(context))


@pytest.fixture
def in_2027(monkeypatch):
    now = datetime(2027, 6, 1, 12, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.mark.parametrize(
    ("at", "hour", "moment"),
    [
        (datetime(2027, 3, 1, 5, 30, tzinfo=UTC), "6 h 30", "1er mars à 6 h 30"),
        (datetime(2027, 7, 14, 16, 0, tzinfo=UTC), "18 h", "14 juillet à 18 h"),
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), "23 h 59", "31 décembre 2026 à 23 h 59"),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "0 h", "1er janvier à 0 h"),
    ],
)
def test_hours_are_those_of_the_team_and_the_year_is_said_when_it_is_another(
    in_2027, at, hour, moment
):
    with timezone.override("Europe/Paris"):
        assert (shown("{{ at|hour }}", at=at), shown("{{ at|moment }}", at=at)) == (hour, moment)


def test_day_of_a_moment_is_that_of_the_team():
    with timezone.override("Europe/Paris"):
        assert (
            shown("{{ at|day }}", at=datetime(2027, 2, 28, 23, 30, tzinfo=UTC)) == "1er mars 2027"
        )
        assert shown("{{ at|day }}", at=date(2027, 2, 28)) == "28 février 2027"


def test_address_may_break_after_its_slashes_and_is_escaped():
    written = shown("{{ address|breakable }}", address="https://a.fr/b/<i>&/")
    assert written == "https:/<wbr>/<wbr>a.fr/<wbr>b/<wbr>&lt;i&gt;&amp;/<wbr>"
