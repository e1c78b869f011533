"""An assembly of the programme, near a fixed day."""

import pytest
from django.utils import timezone

from tests.programmes.assemblies.entries import MEASURES, TODAY, open_assembly


@pytest.fixture(autouse=True)
def a_day(monkeypatch):
    """The dates of these tests are near this day."""
    monkeypatch.setattr(timezone, "localdate", lambda value=None, timezone=None: TODAY)


@pytest.fixture
def three(take):
    return take(*MEASURES)


@pytest.fixture
def assembly(programme):
    return open_assembly(programme)
