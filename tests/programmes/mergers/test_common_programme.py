"""The third programme, made of what two lists have chosen."""

import pytest
from django.contrib.auth import get_user_model
from django.core import serializers

from programmes import mergers
from programmes.enums import Cause, Role, Side
from programmes.models import (
    Change,
    Chapter,
    ChapterFigure,
    Comment,
    Commitment,
    CommitmentParameter,
    Membership,
    Merger,
    Programme,
)
from tests.pages import plain, text_of
from tests.programmes.mergers.choices import (
    DAY,
    MAP,
    PLAN,
    address,
    choose_all,
    named,
    page_of,
    words_shown,
)

# All that a team has; a merger must leave each row as it is.
TABLES = (Programme, Chapter, ChapterFigure, Commitment, CommitmentParameter, Membership, Change,
          Comment)  # fmt: skip


def snapshot(*programmes) -> list[str]:
    """Every row of these programmes, word for word."""
    ids = [programme.pk for programme in programmes]
    ways = {
        Programme: "pk",
        ChapterFigure: "chapter__programme",
        CommitmentParameter: "commitment__programme",
        Comment: "commitment__programme",
    }
    return [
        serializers.serialize(
            "json", model._base_manager.filter(**{f"{ways.get(model, 'programme')}__in": ids})
        )
        for model in TABLES
    ]


def common_of(merger, maker=None) -> Programme:
    return mergers.make(merger, maker or merger.programme.memberships.first())


def printed(common) -> list[tuple]:
    rows = list(common.commitments.in_order().with_parameters())
    for row in rows:
        row.programme = common
    return [
        (row.chapter.number, row.measure_id, row.fidelity, plain(row.shown("title")),
         plain(row.shown("text")), row.status, row.reason)
        for row in rows
    ]  # fmt: skip


def test_third_programme_has_what_was_chosen_in_both_orders(both, merger):
    programme, theirs = both
    choose_all(merger, pcs_rupture_reseaux=Side.BOTH, journee_hors_reseau=Side.FIRST)
    common = common_of(merger)
    mine = programme.commitments.get(measure=PLAN)
    day, water = (programme.commitments.get(measure=slug) for slug in (DAY, "seuil-plui-2000m2"))
    facts = [(row[0], row[1], row[2], row[3], row[5], row[6]) for row in printed(common)]
    card = theirs.commitments.get(measure=MAP)
    assert facts == [
        (1, PLAN, "adapted", mine.base_title, "retained", ""),
        (1, DAY, "as-is", day.base_title, "retained", ""),
        (1, None, "own", "Leur titre", "retained", ""),
        (1, MAP, "as-is", card.base_title, "discussed", ""),
        (water.chapter.number, "seuil-plui-2000m2", "as-is", water.base_title, "retained", ""),
        (0, None, "own", "Un banc", "retained", ""),
    ]
    texts = {row[3]: row[4] for row in printed(common)}
    assert texts[mine.base_title] == "Notre texte, sous 6 mois."
    assert texts["Leur titre"] == "Leur texte, sous 9 mois."
    assert list(common.commitments.get(title="Leur titre").parameters.all()) == []


def test_declined_and_left_out_are_not_in_the_third(both, merger):
    choose_all(
        merger, pcs_rupture_reseaux=Side.SECOND, journee_hors_reseau=Side.NEITHER,
        cartographie_dependances=Side.NEITHER, seuil_plui_2000m2=Side.NEITHER,
    )  # fmt: skip
    common = common_of(merger)
    assert [row[1:5] for row in printed(common)] == [
        (PLAN, "adapted", "Leur titre", "Leur texte, sous 9 mois."),
        (None, "own", "Un banc", "Un banc."),
    ]
    assert [chapter.number for chapter in common.chapters.all()] == [1, 0]
    assert common.commitments.get(measure=PLAN).pitches.count() > 0


def test_cover_is_empty_but_the_commune(both, merger):
    programme, _ = both
    for each in both:
        Programme.objects.filter(pk=each.pk).update(
            title="Debout", printer="ourselves", printer_name="Moi", kind="mandate",
            own_population=2000, subtitle="Sous-titre",
        )  # fmt: skip
    choose_all(merger)
    common = common_of(merger)
    assert common.commune == programme.commune
    empty = ("list_name", "title", "subtitle", "printer", "printer_name", "printer_address",
             "vote_date", "own_population")  # fmt: skip
    assert {getattr(common, name) or "" for name in empty} == {""}
    assert str(common) == "Programme pour Barsac (programme commun)"


def test_neither_original_changes_by_a_single_row(both, merger):
    choose_all(merger, pcs_rupture_reseaux=Side.BOTH)
    before = snapshot(*both)
    common = common_of(merger)
    assert common.commitments.count() == 6
    assert snapshot(*both) == before
    common.delete()
    assert snapshot(*both) == before


def test_people_of_both_teams_are_in_the_third_under_names_of_their_own(both, merger, alice, bob):
    _, theirs = both
    carla = get_user_model().objects.create_user("carla")
    Membership.objects.create(programme=theirs, user=carla, role=Role.WRITER, alias="ÉQUIPE")
    # bob reads in one and writes in the other.
    Membership.objects.create(programme=theirs, user=bob, role=Role.WRITER, alias="Bob")
    choose_all(merger)
    common = common_of(merger, theirs.memberships.first())
    assert list(common.memberships.values_list("user__username", "role", "alias")) == [
        ("alice", "coordinator", "Coordination"),
        ("bob", "writer", "Équipe"),
        ("charlie", "coordinator", "Coordination 2"),
        ("carla", "writer", "ÉQUIPE 2"),
    ]
    assert {change.alias for change in common.changes.all()} == {"Coordination 2"}


def test_what_people_agreed_to_is_known_in_the_third(both, merger):
    for programme in both:
        programme.memberships.update(consent="2026-11")
    choose_all(merger)
    told = common_of(merger).memberships.values_list("consent", flat=True).distinct()
    assert list(told.order_by()) == ["2026-11"]


def test_who_is_in_both_teams_keeps_what_she_agreed_to_in_either(both, merger, alice):
    _, theirs = both
    theirs.memberships.create(user=alice, role="reader", alias="Lectrice", consent="2026-11")
    choose_all(merger)
    assert common_of(merger).memberships.get(user=alice).consent == "2026-11"


def test_history_of_the_third_begins_with_the_copy(both, merger):
    choose_all(merger)
    common = common_of(merger)
    causes = list(common.changes.values_list("cause", "version"))
    assert causes == [(Cause.COPIED, 1)] * (1 + common.commitments.count())


def test_long_title_beside_a_measure_is_cut_to_what_can_be_printed(both, merger):
    _, theirs = both
    row = theirs.commitments.get(measure=PLAN)
    row.title = "{commune} " * 9
    row.save()
    Programme.objects.filter(pk=theirs.pk).update(own_population=1)
    theirs.commune.name = "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson"
    theirs.commune.save()
    merger = Merger.objects.with_programmes().get(pk=merger.pk)
    choose_all(merger, pcs_rupture_reseaux=Side.BOTH)
    common = common_of(merger)
    lengths = [len(row.title) for row in common.commitments.filter(measure=None)]
    assert max(lengths) <= 90


def test_common_programme_is_made_from_its_page_once_by_either_team(
    as_alice, as_charlie, both, merger
):
    programme, theirs = both
    choose_all(merger)
    first = as_charlie.post(address("make-common", theirs, merger.pk))
    common = Merger.objects.get().result
    assert first.url == common.get_absolute_url()
    for client, side in ((as_charlie, theirs), (as_alice, programme)):
        again = client.post(address("make-common", side, merger.pk))
        assert again.url == page_of(merger, side)
        page = client.get(again.url)
        assert common.get_absolute_url() in page.content.decode()
        assert client.get(common.get_absolute_url()).status_code == 200
        # Nothing of the other list is read there any more.
        assert "Leur titre" not in text_of(page)
        assert "Notre texte" not in text_of(page)
    assert Programme.objects.count() == 3
    with pytest.raises(mergers.Closed):
        common_of(merger)


def test_what_is_made_is_not_withdrawn(as_alice, both, merger):
    programme, _ = both
    choose_all(merger)
    common_of(merger)
    response = as_alice.post(address("withdraw-merger", programme, merger.pk), follow=True)
    assert "Le programme commun est déjà fait" in text_of(response)
    assert Merger.objects.get().made_at is not None


def test_common_programme_that_was_erased_is_not_made_again(as_alice, both, merger):
    programme, _ = both
    choose_all(merger)
    common_of(merger).delete()
    response = as_alice.post(address("make-common", programme, merger.pk), follow=True)
    assert "Il n’est plus parmi vos programmes." in text_of(response)
    assert Programme.objects.count() == 2


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (lambda merger: None, "Il reste des choix à faire"),
        (
            lambda merger: choose_all(
                merger,
                **{name.replace("-", "_"): Side.NEITHER for name in named(merger)},
            ),
            "Gardez au moins un engagement",
        ),
        (
            lambda merger: (
                choose_all(merger),
                Programme.objects.filter(pk=merger.other_id).update(commune="38185"),
            ),
            "Les deux programmes ne sont pas pour la même commune",
        ),
    ],
    ids=["unfinished", "nothing", "commune"],
)
def test_common_programme_waits_until_it_can_be_made(as_alice, both, merger, prepare, sentence):
    programme, _ = both
    prepare(merger)
    response = as_alice.post(address("make-common", programme, merger.pk), follow=True)
    assert sentence in text_of(response)
    assert Programme.objects.count() == 2


def test_two_empty_programmes_have_nothing_to_merge(as_alice, programme, merger):
    assert "Aucune des deux équipes" in text_of(as_alice.get(page_of(merger, programme)))
    response = as_alice.post(address("make-common", programme, merger.pk), follow=True)
    assert "Gardez au moins un engagement" in text_of(response)


def test_variant_of_ones_own_can_be_merged_with(as_alice, programme, take):
    from programmes import copying

    take(PLAN)
    copy = copying.copy_programme(programme, "courte")
    words = words_shown(as_alice, programme)
    as_alice.post(address("accept-merger", copy), {"words": words, "accept": "1"})
    merger = Merger.objects.with_programmes().get()
    common = common_of(merger)
    assert common.memberships.count() == 2
    assert common.commitments.get().measure_id == PLAN
