"""Editions: frozen for good, numbered, public only when the team says so."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from programmes import actions, editions
from programmes.enums import ProgrammeKind, Role
from programmes.models import Commitment, Edition, Layout
from programmes.printing import freezing
from programmes.printing.document import Chapter, Figure, Imprint, Logo, Source
from programmes.printing.formats import FORMATS
from programmes.printing.layout import Layout as Choices
from programmes.printing.orders import Desk
from proposals.models import Proposal
from tests.pages import text_of

PLAN = "pcs-rupture-reseaux"
DAY = "journee-hors-reseau"


@pytest.fixture
def edition(programme, take):
    take(PLAN, DAY)
    return editions.make_edition(programme)


def test_frozen_document_reads_back_as_it_was(demo):
    document, _ = demo(70)
    document = replace(
        document, stamp=None, kind=ProgrammeKind.CAMPAIGN, vote_date=date(2027, 3, 14)
    )
    layout = Choices(
        commitments=(3, 1),
        candidates=("Camille Roux", "Aïcha Benali"),
        logo=Logo("abc", "un moulin", 30, 40),
        imprint=Imprint(False, "Imprimerie", "Die"),
    )
    state = json.loads(json.dumps(freezing.freeze(document, {"depliant": layout})))
    assert freezing.thaw_document(state) == document
    assert freezing.thaw_layout(state, "depliant") == layout
    assert freezing.thaw_layout(state, "tract-a5") == Choices()


def test_one_letter_gives_another_code(small):
    code = freezing.code(freezing.freeze(small, {}), "x")
    other = freezing.code(freezing.freeze(replace(small, title="Une commune deboux"), {}), "x")
    assert code != other
    assert [len(part) for part in code.split("-")] == [4, 4]


@pytest.mark.parametrize(
    "typed",
    ["k7d3-9xq2", "K7D3 9XQ2", " k7d39xq2 ", "k7d3–9xq2", "https://exemple.fr/t/k7d3-9xq2/"],
)
def test_code_is_read_as_people_copy_it(typed):
    assert freezing.code_from_typed(typed) == "k7d3-9xq2"


@pytest.mark.parametrize("typed", ["", "k7d3", "k7d3-9xq2-2", "é"])
def test_what_is_no_code_is_none(typed):
    assert freezing.code_from_typed(typed) == ""


def test_same_state_makes_one_edition_however_often(programme, edition):
    assert editions.make_edition(programme) == edition
    assert Edition.objects.count() == 1


def test_changed_programme_makes_the_next_edition_and_changed_back_the_first_again(
    programme, edition
):
    commitment = programme.commitments.first()
    commitment.title = "Un autre titre"
    commitment.save()
    second = editions.make_edition(programme)
    assert (second.number, second.code == edition.code) == (2, False)
    commitment.title = ""
    commitment.save()
    assert editions.make_edition(programme) == edition


def test_layout_belongs_to_the_state(programme, edition):
    Layout.objects.create(programme=programme, format="depliant", slogan="Moins d’écrans")
    assert Desk(programme).edition is None
    assert Desk(programme, edition).edition == edition


def test_copies_and_their_price_do_not(programme, edition):
    Layout.objects.create(programme=programme, format="depliant", copies=500, side_price="0.05")
    assert Desk(programme).edition == edition


def test_edition_keeps_its_text_whatever_happens_next(programme, edition):
    before = Desk(programme, edition).document
    programme.commitments.update(title="Réécrit", text="Réécrit")
    programme.chapters.update(title="Réécrit")
    Proposal.objects.filter(slug="services-essentiels-hors-reseau").update(title="Réécrit")
    programme.commitments.all().delete()
    after = Desk(programme, Edition.objects.get()).document
    assert after == before
    assert len(after.commitments) == 2


def test_public_page_shows_just_the_frozen_text(client, programme, edition):
    address = edition.get_absolute_url()
    assert client.get(address).status_code == 404
    editions.publish(edition)
    titles = list(programme.commitments.values_list("base_title", flat=True))
    programme.commitments.update(title="Réécrit depuis")
    page = text_of(client.get(address))
    assert [title in page for title in titles] == [True, True]
    assert "Réécrit depuis" not in page
    assert edition.code in page
    editions.withdraw(edition)
    assert client.get(address).status_code == 404


def test_public_page_holds_whatever_a_print_of_it_may_say(client, programme, take):
    take(PLAN)
    Commitment.objects.update(easy="Des mots simples.")
    Layout.objects.create(
        programme=programme, format="depliant", slogan="Moins d’écrans", candidates="Aïcha Benali"
    )
    Layout.objects.create(programme=programme, format="porte-a-porte", slogan="Entre nous")
    edition = editions.make_edition(programme)
    editions.publish(edition)
    page = text_of(client.get(edition.get_absolute_url()))
    said = ["Des mots simples.", "« Moins d’écrans »", "Aïcha Benali", "Entre nous"]
    assert [words in page for words in said] == [True, True, True, False]


def test_address_with_another_spelling_of_the_code_leads_to_the_page(client, edition):
    editions.publish(edition)
    address = f"/t/{edition.code.upper().replace('-', '')}/"
    assert client.get(address).url == edition.get_absolute_url()


def test_unknown_code_is_explained_to_who_holds_the_paper(client, db):
    response = client.get("/t/bbbb-bbbb/")
    assert response.status_code == 404
    assert "Aucun texte public n’a le code « bbbb-bbbb »" in text_of(response)


def test_public_page_takes_one_query_with_one_and_with_three(
    client, programme, take, django_assert_num_queries
):
    for slugs in ([PLAN], [DAY, "cartographie-dependances"]):
        take(*slugs)
        edition = editions.make_edition(programme)
        editions.publish(edition)
        with django_assert_num_queries(1):
            assert client.get(edition.get_absolute_url()).status_code == 200


def test_paper_copy_is_checked_by_its_code(client, edition):
    address = reverse("programmes:check-copy")
    refused = client.get(address, {"code": edition.code})
    assert (refused.status_code, edition.code in text_of(refused)) == (404, True)
    editions.publish(edition)
    found = client.get(address, {"code": edition.code.upper().replace("-", " ")})
    assert found.url == edition.get_absolute_url()


def test_team_makes_and_publishes_an_edition(as_alice, programme, take):
    take(PLAN)
    as_alice.post(reverse("programmes:editions", args=[programme.pk]))
    edition = Edition.objects.get()
    publish = reverse("programmes:publish-edition", args=[programme.pk, 1])
    as_alice.post(publish)
    edition.refresh_from_db()
    assert edition.is_published
    as_alice.post(publish, {"withdraw": ""})
    edition.refresh_from_db()
    assert not edition.is_published


def test_writer_makes_editions_and_does_not_publish_them(client, bob, programme, take):
    take(PLAN)
    programme.memberships.filter(user=bob).update(role=Role.WRITER)
    client.force_login(bob)
    client.post(reverse("programmes:editions", args=[programme.pk]))
    refused = client.post(reverse("programmes:publish-edition", args=[programme.pk, 1]))
    assert (refused.status_code, Edition.objects.get().is_published) == (403, False)


@pytest.mark.parametrize(
    ("now", "is_published"),
    [
        (datetime(2027, 3, 12, 22, 59, 59, tzinfo=UTC), True),
        (datetime(2027, 3, 12, 23, 0, 0, tzinfo=UTC), False),
        (datetime(2027, 3, 14, 12, 0, 0, tzinfo=UTC), False),
    ],
    ids=["evening before", "eve", "day"],
)
def test_nothing_new_is_published_while_the_campaign_is_silent(
    client, alice, programme, take, monkeypatch, now, is_published
):
    take(PLAN)
    programme.vote_date = date(2027, 3, 14)
    programme.save()
    edition = editions.make_edition(programme)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    client.force_login(alice)
    client.post(reverse("programmes:publish-edition", args=[programme.pk, 1]))
    edition.refresh_from_db()
    assert edition.is_published is is_published


def test_edition_of_another_team_is_404(as_alice, programme, charlie, grenoble):
    other, _, _ = actions.open_programme(grenoble, charlie)
    editions.make_edition(other)
    address = reverse("programmes:edition-detail", args=[programme.pk, 1])
    assert as_alice.get(address).status_code == 404


@pytest.fixture
def three(small):
    """Two chapters, three commitments, a figure with its source in each chapter."""
    (chapter,) = small.chapters
    (row,) = chapter.commitments
    return replace(
        small,
        chapters=(
            Chapter(1, "Un", "", (row, replace(row, id=2)), (Figure("Dix.", 1, ""),)),
            Chapter(2, "Deux", "", (replace(row, id=3),), (Figure("Vingt.", 2, ""),)),
        ),
        sources=(Source(1, "Insee", "2025", ""), Source(2, "Ademe", "2024", "")),
    )


def test_layout_prints_what_is_chosen_in_its_order(three):
    arranged = Choices(commitments=(3, 2)).arrange(three)
    assert [(c.number, c.title, [r.id for r in c.commitments]) for c in arranged.chapters] == [
        (1, "Deux", [3]),
        (2, "Un", [2]),
    ]


def test_layout_numbers_the_sources_that_are_left(three):
    arranged = Choices(commitments=(3,)).arrange(three)
    assert arranged.sources == (Source(1, "Ademe", "2024", ""),)
    assert arranged.chapters[0].figures == (Figure("Vingt.", 1, ""),)


def test_layout_passes_over_what_was_declined_since(three):
    arranged = Choices(commitments=(7, 1)).arrange(three)
    assert [row.id for row in arranged.commitments] == [1]


def test_layout_without_a_choice_prints_all(three):
    assert Choices().arrange(three).commitments == three.commitments


def test_choice_of_all_in_their_order_is_no_choice(programme, take):
    first, second = take(PLAN, DAY)
    actions.choose_commitments(programme, FORMATS["depliant"], [second.pk, first.pk])
    layout = Layout.objects.get()
    assert [row.commitment_id for row in layout.chosen.all()] == [second.pk, first.pk]
    actions.choose_commitments(programme, FORMATS["depliant"], [first.pk, second.pk])
    assert layout.chosen.count() == 0


def test_choice_ignores_what_is_not_of_this_programme(programme, take, charlie, grenoble):
    (mine,) = take(PLAN)
    take(DAY)
    other, _, _ = actions.open_programme(grenoble, charlie)
    foreign = Commitment.objects.create(
        programme=other, chapter=actions.chapter_for(other, None), title="x", text="x"
    )
    actions.choose_commitments(programme, FORMATS["depliant"], [foreign.pk, mine.pk, mine.pk])
    assert [row.commitment_id for row in Layout.objects.get().chosen.all()] == [mine.pk]
