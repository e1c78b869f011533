"""A measure leaves the catalogue: the teams that have it are told, and keep their text."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from desescalade import typography
from programmes import updates
from programmes.enums import Status
from proposals import releases
from proposals.desk import models as desk
from proposals.desk.enums import Role as DeskRole
from proposals.models import Measure, Release
from proposals.releases import record_revisions
from tests.pages import Page, html_of, plain, text_of
from tests.programmes.forms import adapt

PLAN = "pcs-rupture-reseaux"
DAY = "journee-hors-reseau"
MAP = "cartographie-dependances"
OTHER = "eau-sans-data-center"
FIRST = "services-essentiels-hors-reseau"


@pytest.fixture
def withdraw(db):
    def withdraw(*slugs, successor=None):
        Measure.objects.filter(pk__in=slugs).update(retired=True, successor=successor)

    return withdraw


def publish_withdrawal(*slugs, note=""):
    """The desk withdraws measures and publishes that, as curators do."""
    desk.Measure.objects.filter(pk__in=slugs).update(retired=True)
    return releases.publish(
        [("measure", slug) for slug in slugs],
        number=releases.free_number("1.0.1"),
        note=note,
        role=DeskRole.EDITOR,
    )


@pytest.fixture
def page(as_alice, programme):
    """What a page of the programme says to alice."""

    def page(name, *rest):
        answer = as_alice.get(reverse(f"programmes:{name}", args=[programme.pk, *rest]))
        assert answer.status_code == 200
        return plain(text_of(answer))

    return page


def test_the_contents_tell_of_a_withdrawn_measure_and_lead_to_the_updates(
    as_alice, programme, take, page
):
    (plan,) = take(PLAN)
    before = programme.commitments.get().state()
    assert "Le catalogue a " not in page("programme")
    publish_withdrawal(PLAN)
    assert "Le catalogue a retiré 1 mesure que vous avez prise : voir ." in page("programme")
    home = html_of(as_alice.get(programme.get_absolute_url()))
    notice = home.split('class="warning"')[1].split("</div>")[0]
    assert reverse("programmes:updates", args=[programme.pk]) in notice
    assert "Retirées du catalogue Ces mesures ne sont plus proposées." in page("updates")
    assert plan.shown_title in page("updates")
    assert "Rien de nouveau" not in page("updates")
    assert programme.commitments.get().state() == before


def test_a_changed_text_and_a_withdrawn_measure_are_told_in_one_sentence(
    take, withdraw, page, programme
):
    take(PLAN, DAY, MAP)
    withdraw(PLAN, DAY)
    Measure.objects.filter(pk=MAP).update(title="Un titre neuf")
    release = Release.objects.create(number="2099.1", date=date(2099, 1, 1))
    record_revisions(release)
    told = "Le catalogue a changé 1 texte que vous avez pris et retiré 2 mesures que vous avez"
    assert f"{told} prises : voir et répondre" in page("programme")


def test_a_measure_that_the_team_has_declined_is_not_told(take, withdraw, page):
    take(PLAN, status=Status.DECLINED)
    withdraw(PLAN)
    assert "Le catalogue a " not in page("programme")


def test_the_page_of_the_commitment_tells_it(take, withdraw, page):
    (plan,) = take(PLAN)
    assert "Le catalogue a retiré" not in page("commitment", plan.pk)
    withdraw(PLAN)
    assert (
        "Le catalogue a retiré cette mesure. Votre texte reste le vôtre. S’il ne vaut plus,"
        " écartez-le plus bas." in page("commitment", plan.pk)
    )


def test_the_page_of_the_commitment_names_the_successor_and_leads_to_its_text(
    as_alice, take, withdraw, page
):
    (plan,) = take(PLAN)
    withdraw(PLAN, successor=MAP)
    successor = Measure.objects.get(pk=MAP)
    told = page("commitment", plan.pk)
    assert "Le catalogue a retiré cette mesure et met à sa place «" in told
    assert successor.title in told
    html = html_of(as_alice.get(plan.get_absolute_url()))
    assert f'<a href="{successor.get_absolute_url()}">' in html
    answer = reverse("programmes:update", args=[plan.programme_id, plan.pk])
    assert f'<a href="{answer}">Prendre ce texte ou garder le vôtre</a>' in html
    # Nothing more is asked once it is answered; the page still says what became of the measure.
    fields = dict(
        re.findall(
            r'type="hidden" name="(version|revision)" value="(\d+)"',
            html_of(as_alice.get(answer)),
        )
    )
    as_alice.post(answer, fields | {"answer": "keep"})
    told = page("commitment", plan.pk)
    assert successor.title in told
    assert "Prendre ce texte" not in told
    assert "Le catalogue a " not in page("programme")


def test_the_row_of_the_chapter_tells_it_and_names_the_successor(as_alice, take, withdraw, page):
    plan, _, _ = take(PLAN, DAY, MAP)
    assert "retirée du catalogue" not in page("chapter", plan.chapter.number)
    withdraw(PLAN)
    withdraw(DAY, successor=MAP)
    told = page("chapter", plan.chapter.number)
    title = Measure.objects.get(pk=MAP).title
    assert told.count("retirée du catalogue") == 2
    assert told.count(f"retirée du catalogue , remplacée par « {title} »") == 1


def test_the_chapter_asks_as_many_questions_for_one_withdrawn_measure_as_for_three(
    as_alice, programme, take, withdraw
):
    rows = take(PLAN, DAY, MAP)
    address = reverse("programmes:chapter", args=[programme.pk, rows[0].chapter.number])
    counts = []
    for slugs in ([PLAN], [DAY, MAP]):
        withdraw(*slugs, successor=OTHER)
        with CaptureQueriesContext(connection) as asked:
            as_alice.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["programme", "updates", "choose"])
def test_no_page_asks_more_for_three_withdrawn_measures_than_for_one(
    as_alice, programme, take, withdraw, name
):
    # One stays, so that there is a text to look up both times.
    take(PLAN, DAY, MAP, OTHER)
    rest = [FIRST] if name == "choose" else []
    address = reverse(f"programmes:{name}", args=[programme.pk, *rest])
    counts = []
    for slugs in ([PLAN], [DAY, MAP]):
        withdraw(*slugs)
        with CaptureQueriesContext(connection) as asked:
            as_alice.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_choices_still_show_what_the_team_has_taken(as_alice, take, withdraw, page):
    (plan,) = take(PLAN)
    withdraw(PLAN, DAY)
    told = page("choose", FIRST)
    assert f"Le catalogue a retiré ce que vous avez pris ici : {plan.shown_title} (retenue)" in told
    assert Measure.objects.get(pk=DAY).title not in told
    html = html_of(as_alice.get(reverse("programmes:choose", args=[plan.programme_id, FIRST])))
    assert f'<a href="{plan.get_absolute_url()}">' in html


def test_the_choice_of_a_withdrawn_measure_is_changed_on_its_page(
    as_alice, programme, take, withdraw, page
):
    (plan,) = take(PLAN)
    withdraw(PLAN)
    assert adapt(as_alice, plan, status="declined", reason="Elle ne vaut plus.").status_code == 302
    assert programme.commitments.get().status == Status.DECLINED
    assert "(écartée)" in page("choose", FIRST)
    assert "Le catalogue a " not in page("programme")


def test_a_reader_is_told_without_what_only_a_writer_can_do(client, bob, programme, take, withdraw):
    take(PLAN)
    withdraw(PLAN)
    client.force_login(bob)
    for name, rest in (("choose", [FIRST]), ("updates", []), ("programme", []), ("chapter", [1])):
        answer = client.get(reverse(f"programmes:{name}", args=[programme.pk, *rest]))
        assert "retiré" in text_of(answer), name
        assert programme.commitments.get().get_absolute_url() + '"' not in html_of(answer), name


def test_choices_keep_to_their_nodes_when_measures_are_replaced(
    as_alice, programme, take, withdraw
):
    """As many measures to choose as before, and two more that the team has and that are gone."""
    slugs = list(Measure.objects.filter(proposal=FIRST).values_list("pk", flat=True))
    take(*slugs)
    address = reverse("programmes:choose", args=[programme.pk, FIRST])
    full = Page(as_alice.get(address).content).nodes
    withdraw(*slugs[:2])
    told = html_of(as_alice.get(address)).split('<p class="warning">Le catalogue')[1]
    links = told.split("</p>")[0].count("<a ")
    assert links == 2
    assert full + 1 + links <= 250


def test_a_successor_that_the_team_declined_is_not_taken_twice(
    as_alice, programme, take, withdraw, page
):
    (plan,) = take(PLAN)
    take(MAP, status=Status.DECLINED)
    withdraw(PLAN, successor=MAP)
    news = updates.news(programme)
    assert news.waiting == []
    assert [(row.commitment.pk, row.successor.pk) for row in news.withdrawn] == [(plan.pk, MAP)]
    assert "remplacée par" in page("updates")
    answer = reverse("programmes:update", args=[programme.pk, plan.pk])
    sent = {"version": plan.version, "revision": 1, "answer": "take"}
    assert as_alice.post(answer, sent).status_code == 302
    assert set(programme.commitments.values_list("measure", flat=True)) == {PLAN, MAP}


def test_a_successor_older_than_the_text_that_it_replaces_is_offered(programme, take, withdraw):
    Measure.objects.filter(pk=PLAN).update(title="Un titre neuf")
    record_revisions(Release.objects.create(number="2099.1", date=date(2099, 1, 1)))
    take(PLAN)
    withdraw(PLAN, successor=MAP)
    assert [row.measure.pk for row in updates.waiting(programme)] == [MAP]


def test_a_measure_that_is_no_longer_public_is_told_like_a_withdrawn_one(take, page):
    (plan,) = take(PLAN)
    Measure.objects.filter(pk=PLAN).update(published=False)
    assert "Le catalogue a retiré 1 mesure" in page("programme")
    assert "retirée du catalogue" in page("chapter", plan.chapter.number)
    assert "Le catalogue a retiré cette mesure" in page("commitment", plan.pk)
    assert plan.shown_title in page("choose", FIRST)


def test_the_note_of_the_release_that_withdrew_it_is_told(as_alice, programme, take, page):
    (plan,) = take(PLAN)
    publish_withdrawal(PLAN, note="Le décret l’a rendue sans objet.")
    release = Release.objects.first()
    told = page("updates")
    day = plain(typography.date_in_words(release.date))
    assert f"Édition {release.number} du {day} : Le décret l’a rendue sans objet." in told
    assert f"{plan.shown_title} édition {release.number} du {day}" in told
    # An edition that changes it once more is not the one that withdrew it.
    desk.Measure.objects.filter(pk=PLAN).update(title="Un autre titre")
    publish_withdrawal(PLAN, note="Le titre.")
    assert "Le titre." not in page("updates")


def test_what_was_withdrawn_before_editions_were_kept_is_told_without_one(page, take, withdraw):
    take(PLAN)
    withdraw(PLAN)
    assert "édition" not in page("updates").split("Retirées du catalogue")[1].split("Retour")[0]
