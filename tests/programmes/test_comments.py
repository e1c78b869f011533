"""What the team says of a commitment."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes import editions
from programmes.exchange.exports import EXPORTS
from programmes.models import Comment
from programmes.printing import document
from tests.pages import errors_of, html_of, text_of

PLAN = "pcs-rupture-reseaux"


@pytest.fixture
def plan(take):
    return take(PLAN)[0]


@pytest.fixture
def address(plan):
    return reverse("programmes:comments", args=[plan.programme_id, plan.pk])


def test_reader_comments_on_behalf_of_somebody(client, bob, address):
    client.force_login(bob)
    page = client.post(address, {"text": "Trop long.", "said_by": "Mme R., au marché"}, follow=True)
    assert "Dit par Mme R., au marché" in text_of(page)
    assert "Trop long." in text_of(page)
    assert Comment.objects.get().alias == "Équipe"


def test_comment_is_settled_and_opened_again(as_alice, plan, address):
    as_alice.post(address, {"text": "Un mot de trop."})
    comment = Comment.objects.get()
    settle = reverse("programmes:resolve-comment", args=[plan.programme_id, comment.pk])
    as_alice.post(settle)
    assert "Réglé par Coordination" in text_of(as_alice.get(address))
    as_alice.post(settle, {"reopen": ""})
    comment.refresh_from_db()
    assert comment.resolved_at is None


def test_comments_that_wait_are_counted_in_the_chapter(as_alice, plan, address):
    as_alice.post(address, {"text": "Un."})
    as_alice.post(address, {"text": "Deux."})
    chapter = reverse("programmes:chapter", args=[plan.programme_id, 1])
    assert "2 commentaires" in text_of(as_alice.get(chapter)).replace("\u00a0", " ")


def test_comment_is_printed_and_exported_nowhere(as_alice, programme, plan, address):
    as_alice.post(address, {"text": "Mot-secret-du-marché", "said_by": "Mme Introuvable"})
    built = document.build(programme)
    written = [bytes(EXPORTS[name].make(built)) for name in EXPORTS if not name.endswith("x")]
    assert [b"secret-du-march" in content or b"Introuvable" in content for content in written] == [
        False
    ] * len(written)
    assert "Introuvable" not in str(editions.make_edition(programme).state)


@pytest.mark.parametrize("text", ["", "   ", "[" * 500, "x" * 2001])
def test_comment_that_cannot_be_kept_stays_in_the_form(as_alice, address, text):
    page = as_alice.post(address, {"text": text})
    assert page.status_code == 200
    assert len(errors_of(page)) == 1
    assert text in page.content.decode()
    assert Comment.objects.count() == 0


def test_hostile_comment_is_harmless(as_alice, address):
    as_alice.post(address, {"text": "<script>alert(1)</script>", "said_by": "<img src=x>"})
    assert re.findall("<script|<img", html_of(as_alice.get(address))) == []


def test_sent_twice_it_is_one_comment(as_alice, address):
    for _ in range(3):
        as_alice.post(address, {"text": "Une fois.", "envoi": "clef"})
    assert Comment.objects.count() == 1


def test_page_asks_as_many_questions_for_one_comment_as_for_three(as_alice, plan, address):
    counts = []
    for _ in range(3):
        Comment.objects.create(commitment=plan, text="Un mot.")
        with CaptureQueriesContext(connection) as asked:
            as_alice.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[2]


def test_comment_of_another_team_is_404(as_alice, programme, plan, charlie, grenoble):
    from programmes import actions
    from proposals.models import Measure, SizeClass

    other, _, _ = actions.open_programme(grenoble, charlie)
    foreign = actions.adopt_measure(other, Measure.objects.get(pk=PLAN), SizeClass.objects.last())
    comment = Comment.objects.create(commitment=foreign, text="Ailleurs.")
    settle = reverse("programmes:resolve-comment", args=[programme.pk, comment.pk])
    assert as_alice.post(settle).status_code == 404
    theirs = reverse("programmes:comments", args=[programme.pk, foreign.pk])
    assert as_alice.get(theirs).status_code == 404
