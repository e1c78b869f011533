"""Two programmes side by side: what is the same, what differs, what only one has."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes import actions, comparison, copying, team
from programmes.enums import Role, Status
from programmes.models import Commitment, Membership, Programme
from tests.pages import Page, html_of, plain, text_of

PLAN, DAY, MAP = "pcs-rupture-reseaux", "journee-hors-reseau", "cartographie-dependances"


@pytest.fixture
def other(programme, take):
    """A copy of a programme with three measures."""
    take(PLAN, DAY, MAP)
    return copying.copy_programme(programme, "courte")


def own(programme, title="Un banc", **fields):
    commitment = Commitment(
        programme=programme, title=title, decided_by="mayor", horizon="term", budget="neutral",
        **{"text": "Un banc.", **fields},
    )  # fmt: skip
    actions.add_own_commitment(commitment, None)
    return commitment


def rows_of(programme):
    rows = list(programme.commitments.in_order().with_parameters())
    for row in rows:
        row.programme = programme
    return rows


def differences(programme, other):
    """Of each pair that differs: its title, what differs, in words."""
    pairs = comparison.pair_up(rows_of(programme), rows_of(other))
    return [
        (
            str(pair.either),
            [(fact.label, plain(fact.first), plain(fact.second)) for fact in pair.changed_facts],
            [(text.label, text.first, text.second) for text in pair.texts],
        )
        for pair in pairs
        if not pair.is_same
    ]


def address(programme, other) -> str:
    return reverse("programmes:comparison", args=[programme.pk, other.pk])


def test_copy_that_nobody_changed_does_not_differ(programme, other):
    assert differences(programme, other) == []


def test_choice_deadline_and_value_are_told_for_both_sides(programme, other):
    row = other.commitments.get(measure=PLAN)
    row.status, row.horizon = Status.DISCUSSED, "mid-term"
    row.save()
    row.parameters.filter(slug="delai_revision_mois").update(value="9")
    assert differences(programme, other) == [
        (
            str(row),
            [("Choix", "retenue", "à discuter"), ("Échéance", "cent premiers jours", "mi-mandat"),
             ("Délai de révision du plan après l’élection", "6 mois", "9 mois")],
            [],
        )
    ]  # fmt: skip


def test_texts_are_compared_as_they_read(programme, other):
    other.commitments.filter(measure=PLAN).update(line="Sous {delai_revision_mois}, à {commune}")
    base = programme.commitments.get(measure=PLAN).base_line
    assert differences(programme, other)[0][2] == [
        ("ligne de tract", base, "Sous 6\u00a0mois, à Barsac")
    ]


@pytest.mark.parametrize(
    ("order", "moved"),
    [
        ([0, 1, 2], []),
        ([2, 0, 1], [2]),
        ([1, 2, 0], [0]),
        ([0, 2, 1], [2]),
    ],
)
def test_only_the_commitments_that_changed_places_are_told(programme, other, order, moved):
    rows = rows_of(other)
    for position, index in enumerate(order):
        Commitment.objects.filter(pk=rows[index].pk).update(position=position)
    found = differences(programme, other)
    assert {title for title, _, _ in found} == {str(rows[index]) for index in moved}
    assert all([label for label, _, _ in facts] == ["Place"] for _, facts, _ in found)


def test_own_commitments_are_paired_by_title(programme, other):
    own(programme)
    own(programme, "Une fontaine")
    own(other, "un BANC ", text="Deux bancs.")
    own(other, "Un préau")
    found = differences(programme, other)
    assert [(title, texts) for title, _, texts in found] == [
        ("Un banc", [("titre", "Un banc", "un BANC "), ("texte", "Un banc.", "Deux bancs.")]),
        ("Une fontaine", []),
        ("Un préau", []),
    ]


def test_two_commitments_of_one_title_are_both_paired(programme, other):
    for each in (programme, other):
        own(each)
        own(each)
    assert differences(programme, other) == []


def test_a_measure_that_left_the_catalogue_is_paired_by_its_title(programme, other):
    Commitment.objects.filter(measure=PLAN).update(measure=None)
    assert differences(programme, other) == []


def test_page_names_what_only_one_side_has(as_alice, programme, other):
    own(programme)
    own(other, "Un préau")
    page = text_of(as_alice.get(address(programme, other)))
    assert "2 engagements diffèrent sur 5, dont 1 seulement ici et 1 seulement là." in page
    for words in ("Seulement ici Nos autres engagements Un banc Retenue, mandat",
                  "Seulement là Nos autres engagements Un préau Retenue, mandat"):  # fmt: skip
        assert words in page


def test_page_shows_words_that_differ_and_all_on_demand(as_alice, programme, other):
    other.commitments.filter(measure=DAY).update(line="Une semaine sans réseau")
    programme.commitments.filter(measure=DAY).update(line="Une journée sans réseau")
    page = as_alice.get(address(programme, other)).content.decode()
    assert "Une <mark>journée</mark> sans réseau" in page
    assert "Une <mark>semaine</mark> sans réseau" in page
    title = programme.commitments.get(measure=PLAN).source_title
    assert title not in page
    everything = plain(text_of(as_alice.get(address(programme, other), {"voir": "tout"})))
    chapter = programme.chapters.get().title
    assert f"Pareil {chapter} {title} Ici et là : retenue, cent premiers jours" in everything


def test_hostile_words_are_shown_as_they_are(as_alice, programme, other):
    other.commitments.filter(measure=PLAN).update(title="<script>x</script>", text="<b onclick=1>")
    page = html_of(as_alice.get(address(programme, other)))
    assert "<script" not in page
    assert "<b onclick" not in page


def test_list_offers_the_other_programmes_of_the_person(as_alice, programme, other, alice, barsac):
    dropped, _, _ = actions.open_programme(barsac, alice)
    dropped.drop()
    page = as_alice.get(reverse("programmes:compare", args=[programme.pk])).content.decode()
    assert address(programme, other) in page
    assert dropped.pk not in page
    assert address(programme, programme) not in page


def test_other_team_may_be_compared_with_by_who_reads_both(as_alice, programme, grenoble, charlie):
    theirs, _, _ = actions.open_programme(grenoble, charlie)
    assert as_alice.get(address(programme, theirs)).status_code == 404
    alice = programme.memberships.first().user
    Membership.objects.create(programme=theirs, user=alice, role=Role.READER)
    assert as_alice.get(address(programme, theirs)).status_code == 200
    assert as_alice.get(address(theirs, programme)).status_code == 200


@pytest.mark.parametrize("junk", ["x", "9" * 60, "%00", "..", "é"])
def test_invented_programme_is_404(as_alice, programme, junk):
    address = f"/programmes/{programme.pk}/comparer/{junk}/"
    assert as_alice.get(address).status_code == 404


def test_programme_is_not_compared_with_itself_or_what_is_lost(as_alice, programme, other, alice):
    assert as_alice.get(address(programme, programme)).status_code == 404
    other.memberships.filter(user=alice).delete()
    assert as_alice.get(address(programme, other)).status_code == 404
    assert as_alice.get(address(other, programme)).status_code == 404


def queries_of(client, url) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_queries_do_not_grow_with_the_commitments(as_alice, programme, take):
    take(PLAN)
    other = copying.copy_programme(programme, "courte")
    url = address(programme, other) + "?voir=tout"
    one = queries_of(as_alice, url)
    take(DAY, MAP)
    Commitment.objects.filter(programme=programme).update(text="Autre.")
    own(other)
    assert queries_of(as_alice, url) == one


def test_queries_of_the_list_do_not_grow_with_the_programmes(as_alice, programme, other):
    url = reverse("programmes:compare", args=[programme.pk])
    one = queries_of(as_alice, url)
    copying.copy_programme(programme, "longue")
    copying.copy_programme(programme, "autre")
    assert queries_of(as_alice, url) == one


def test_every_page_of_a_long_comparison_keeps_its_bound_of_nodes(as_alice, programme, take):
    from proposals.models import Measure

    take(*Measure.objects.values_list("pk", flat=True))
    other = copying.copy_programme(programme, "courte")
    for number, row in enumerate(other.commitments.all()):
        row.text = " ".join(f"mot{number} {word}" for word in row.base_text.split())
        row.title, row.line, row.horizon = f"Titre {number}", f"Ligne {number}", "term"
        row.easy = "- un\n- deux\n- trois"
        row.save()
    url, number, shown = address(programme, other), 1, []
    while True:
        page = as_alice.get(url, {"page": number, "voir": "tout"})
        nodes = Page(page.content).nodes
        assert nodes <= 250, number
        shown += [pair.first.pk for pair in page.context["page"].object_list[0]]
        if not page.context["page"].has_next():
            break
        number += 1
    assert shown == [row.pk for row in rows_of(programme)]


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30])
def test_junk_page_shows_a_page(as_alice, programme, other, page):
    assert as_alice.get(address(programme, other), {"page": page}).status_code == 200


def test_former_member_of_the_other_team_reads_it_no_more(client, bob, programme, other):
    client.force_login(bob)
    assert client.get(address(programme, other)).status_code == 200
    team.part(other, other.memberships.get(user=bob))
    assert client.get(address(programme, other)).status_code == 404
    assert Programme.objects.count() == 2
