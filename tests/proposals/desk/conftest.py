"""Three people at the desk: an editor writes, a reviewer publishes, an observer looks."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from proposals.catalogue import from_rows
from proposals.desk import drafts
from proposals.desk import models as desk
from proposals.desk.enums import Cause, Role

MEASURE = "pcs-rupture-reseaux"


@pytest.fixture
def enter(db, with_factor):
    """A browser of somebody of one of the three groups."""

    def enter(group: str) -> Client:
        user = get_user_model().objects.create_user(group.lower(), is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        return with_factor(Client(), user)

    return enter


@pytest.fixture
def editor(enter):
    return enter("Rédaction")


@pytest.fixture
def reviewer(enter):
    return enter("Relecture")


@pytest.fixture
def observer(enter):
    return enter("Observation")


@pytest.fixture
def correct(db):
    """Corrects fields of a measure at the desk."""

    def correct(slug: str = MEASURE, **fields) -> None:
        drafts.edit(
            "measure",
            slug,
            lambda value: {**value, **fields},
            cause=Cause.ADMIN,
            role=Role.EDITOR,
        )

    return correct


@pytest.fixture
def drafted():
    """What the desk says of a measure."""
    return lambda slug=MEASURE: from_rows.entry(desk, "measure", slug)
