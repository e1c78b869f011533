"""What was typed comes back: after an error, a closed session, a full disk."""

import html

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes import drafts
from programmes.models import Draft
from tests.pages import text_of
from tests.programmes.forms import adapt
from tests.turns import turns_to_write

PLAN = "pcs-rupture-reseaux"


def test_refused_text_is_offered_again_on_the_next_visit(as_alice, take):
    (plan,) = take(PLAN)
    adapt(as_alice, plan, title="x" * 91, text="Des mots longuement pesés.")
    page = as_alice.get(plan.get_absolute_url())
    assert "Un texte de cette page n’a pas été enregistré" in text_of(page)
    resumed = as_alice.get(f"{plan.get_absolute_url()}?brouillon").content.decode()
    assert "Des mots longuement pesés.</textarea>" in resumed


def test_draft_goes_when_the_text_is_saved(as_alice, take):
    (plan,) = take(PLAN)
    adapt(as_alice, plan, title="x" * 91)
    adapt(as_alice, plan, title="Un titre")
    assert Draft.objects.count() == 0


def test_save_without_a_draft_takes_its_turn_to_write_once(as_alice, take):
    (plan,) = take(PLAN)
    with CaptureQueriesContext(connection) as captured:
        assert adapt(as_alice, plan, title="Un titre").status_code == 302
    assert turns_to_write(captured) == 1


def test_draft_knows_the_version_that_it_started_from(as_alice, take):
    (plan,) = take(PLAN)
    adapt(as_alice, plan, title="x" * 91, text="Le brouillon.")
    adapt_by_another_page = {"text": "Enregistré entre-temps."}
    plan.refresh_from_db()
    from programmes.models import Commitment

    Commitment.objects.filter(pk=plan.pk).update(version=2, **adapt_by_another_page)
    resumed = as_alice.get(f"{plan.get_absolute_url()}?brouillon").content.decode()
    assert 'name="version" value="1"' in resumed


def test_draft_is_of_one_person_only(as_alice, client, bob, programme, take):
    (plan,) = take(PLAN)
    adapt(as_alice, plan, title="x" * 91)
    programme.memberships.update(role="writer")
    client.force_login(bob)
    assert "n’a pas été enregistré" not in text_of(client.get(plan.get_absolute_url()))


def test_new_commitment_that_was_refused_is_not_lost(as_alice, programme):
    address = reverse("programmes:new-commitment", args=[programme.pk])
    as_alice.post(address, {"title": "Un banc public", "text": ""})
    resumed = as_alice.get(f"{address}?brouillon").content.decode()
    assert "Un banc public</textarea>" in resumed


def test_disk_that_is_full_still_gives_the_page_with_the_text(as_alice, take, monkeypatch):
    """The one thing here that cannot be had for real in every test run."""

    def full(*args, **kwargs):
        raise DatabaseError("database or disk is full")

    (plan,) = take(PLAN)
    monkeypatch.setattr(Draft.objects, "filter", full)
    response = adapt(as_alice, plan, title="x" * 91, text="Mes mots.")
    assert response.status_code == 200
    assert "Mes mots.</textarea>" in response.content.decode()


@pytest.mark.parametrize("typed", ["x" * 400_000, ""])
def test_draft_is_bounded(as_alice, programme, typed):
    address = reverse("programmes:new-commitment", args=[programme.pk])
    assert as_alice.post(address, {"text": typed}).status_code == 200
    assert sum(len(str(draft.typed)) for draft in Draft.objects.all()) < drafts.MAX_LENGTH


@pytest.fixture
def full_disk(db):
    """The database may not grow by a page: SQLite says that the disk is full, for real."""
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite can be told to be full")
    live = connection.connection
    (pages,) = live.execute("PRAGMA page_count").fetchone()
    live.execute(f"PRAGMA max_page_count = {pages}")
    yield
    live.execute("PRAGMA max_page_count = 1073741823")


def test_text_that_the_disk_has_no_room_for_is_kept_in_the_page(as_alice, take, request):
    (plan,) = take(PLAN)
    request.getfixturevalue("full_disk")
    as_alice.raise_request_exception = False
    text = "Un paragraphe qui compte.\n\n" * 200
    response = adapt(as_alice, plan, text=text)
    page = html.unescape(response.content.decode())
    assert response.status_code == 503
    assert "Ce n’est pas encore enregistré" in page
    assert f"porte le nom {response.headers['X-Request-ID']}." in page
    assert page.count(text.strip()) == 2


def test_words_for_what_a_colleague_binned_are_shown_and_kept(as_alice, programme, take):
    from programmes import actions

    (plan,) = take(PLAN)
    actions.drop(plan)
    late = adapt(as_alice, plan, text="Mes mots pour un engagement jeté.")
    assert late.status_code == 404
    assert "Mes mots pour un engagement jeté.</textarea>" in late.content.decode()
    assert actions.bring_back(plan)
    resumed = as_alice.get(f"{plan.get_absolute_url()}?brouillon").content.decode()
    assert "Mes mots pour un engagement jeté.</textarea>" in resumed


def test_words_of_who_may_write_no_more_are_shown(as_alice, alice, programme, take):
    (plan,) = take(PLAN)
    programme.memberships.filter(user=alice).update(role="reader")
    late = adapt(as_alice, plan, text="Mes mots de lectrice.")
    assert late.status_code == 403
    assert "Mes mots de lectrice.</textarea>" in late.content.decode()


def test_draft_that_was_not_taken_up_outlives_the_next_save(as_alice, take):
    (plan,) = take(PLAN)
    adapt(as_alice, plan, title="x" * 91, text="Des mots longuement pesés.")
    as_alice.get(plan.get_absolute_url())
    adapt(as_alice, plan, line="Une ligne")
    page = as_alice.get(plan.get_absolute_url())
    assert "Un texte de cette page n’a pas été enregistré" in text_of(page)
    draft = Draft.objects.get()
    thrown = as_alice.post(reverse("programmes:drop-draft", args=[draft.pk]))
    assert thrown.url == plan.get_absolute_url()
    assert Draft.objects.count() == 0


def test_draft_of_somebody_else_is_not_thrown_away(as_alice, bob):
    draft = Draft.objects.create(user=bob, path="/", typed={})
    assert as_alice.post(reverse("programmes:drop-draft", args=[draft.pk])).status_code == 404


def test_page_with_an_old_token_sends_its_form_again(alice, take):
    from django.test import Client

    (plan,) = take(PLAN)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    sent = {"text": "Mes mots à moi.", "version": "1"}
    ours = browser.post(plan.get_absolute_url(), sent, headers={"Origin": "http://testserver"})
    foreign = browser.post(plan.get_absolute_url(), sent, headers={"Origin": "http://ailleurs.fr"})
    assert ours.status_code == foreign.status_code == 403
    assert 'name="text" value="Mes mots à moi."' in ours.content.decode()
    assert 'name="text"' not in foreign.content.decode()
    assert "Mes mots à moi.</textarea>" in foreign.content.decode()
