"""R2: several people open, type and save one commitment in any order: no words are dropped."""

import html
import random
import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from programmes import actions
from programmes.enums import Role
from programmes.models import Change, Commitment, Membership

from .visitors import form


@pytest.fixture
def commitment(programme):
    own = Commitment(
        programme=programme, title="Un banc", text="Un banc.", decided_by="mayor", horizon="term"
    )
    actions.add_own_commitment(own, None)
    return own


@pytest.fixture
def writers(programme):
    """Three people who may write, each in a browser of her own."""
    browsers = []
    for name in ("dora", "emma", "fanny"):
        person = get_user_model().objects.create_user(name)
        Membership.objects.create(
            programme=programme, user=person, role=Role.WRITER, alias=name.title()
        )
        browsers.append(Client())
        browsers[-1].force_login(person)
    return browsers


def opened(browser, commitment) -> str:
    page = browser.get(commitment.get_absolute_url()).content.decode()
    return re.search(r'name="version" value="(\d+)"', page)[1]


@pytest.mark.parametrize("editors", [2, 3])
def test_no_interleaving_overwrites_silently(commitment, writers, editors, rounds, figure):
    draw = random.Random(editors)
    acknowledged, refused, plays = [], 0, rounds(12, 500)
    for play in range(plays):
        open_at: dict[int, str] = {}
        for step in range(editors * 2):
            person = draw.randrange(editors)
            if person not in open_at:
                open_at[person] = opened(writers[person], commitment)
                continue
            text = f"Texte {play}.{step} de {person}."
            sent = form(text, open_at.pop(person))
            commitment.refresh_from_db()
            is_fresh = sent["version"] == str(commitment.version)
            response = writers[person].post(commitment.get_absolute_url(), sent)
            assert response.status_code == (302 if is_fresh else 409)
            if is_fresh:
                acknowledged.append(text)
            else:
                refused += 1
                assert text in html.unescape(response.content.decode())
    kept = [change.state["text"] for change in Change.objects.of(commitment).order_by("pk")]
    assert kept[1:] == acknowledged
    assert refused
    figure(
        "R2",
        f"textes écrasés sans le dire, {plays} entrelacements de {editors} personnes"
        f" ({refused} textes refusés et montrés de nouveau)",
        "0",
    )
