"""Two lists into one: agreeing by six words, choosing together, a third programme."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core import serializers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from programmes import actions, mergers, team
from programmes.enums import Cause, Role, Side, Status
from programmes.models import (
    Change,
    Chapter,
    ChapterFigure,
    Comment,
    Commitment,
    CommitmentParameter,
    Draft,
    Membership,
    Merger,
    MergerChoice,
    Programme,
)
from proposals.models import Measure, SizeClass
from tests.pages import Page, errors_of, html_of, plain, text_of
from tests.programmes.forms import adapt

PLAN, DAY, MAP = "pcs-rupture-reseaux", "journee-hors-reseau", "cartographie-dependances"
# All that a team has; a merger must leave each row as it is.
TABLES = (Programme, Chapter, ChapterFigure, Commitment, CommitmentParameter, Membership, Change,
          Comment)  # fmt: skip


@pytest.fixture
def theirs(barsac, charlie):
    """The list of charlie, in the same village."""
    programme, _, _ = actions.open_programme(barsac, charlie)
    programme.list_name = "Barsac ensemble"
    programme.save()
    return programme


@pytest.fixture
def adopt():
    def adopt(programme, *slugs, **how):
        size_class = SizeClass.objects.for_population(programme.population)
        return [
            actions.adopt_measure(programme, Measure.objects.get(pk=slug), size_class, **how)
            for slug in slugs
        ]

    return adopt


@pytest.fixture
def as_charlie(charlie):
    client = Client()
    client.force_login(charlie)
    return client


@pytest.fixture
def merger(programme, theirs):
    """Agreed on by both, nothing chosen."""
    programme.member = programme.memberships.get(role=Role.COORDINATOR)
    theirs.member = theirs.memberships.get()
    _, token = mergers.propose(programme)
    found = mergers.accept(theirs, token)
    return Merger.objects.with_programmes().get(pk=found.pk)


@pytest.fixture
def both(programme, theirs, take, adopt):
    """What the two lists have: one measure alike, one adapted by both, the rest apart."""
    take(PLAN, DAY)
    mine = programme.commitments.get(measure=PLAN)
    mine.text = "Notre texte, sous {delai_revision_mois}."
    mine.save()
    other_plan, other_map = adopt(theirs, PLAN, MAP)
    other_plan.parameters.filter(slug="delai_revision_mois").update(value="9")
    other_plan.title, other_plan.text = "Leur titre", "Leur texte, sous {delai_revision_mois}."
    other_plan.save()
    actions.decide(other_map, Status.DISCUSSED, "Raison secrète")
    adopt(programme, "seuil-plui-2000m2")
    adopt(theirs, "seuil-plui-2000m2")
    own = Commitment(programme=theirs, title="Un banc", text="Un banc.", decided_by="mayor",
                     horizon="term", budget="neutral")  # fmt: skip
    actions.add_own_commitment(own, None)
    return programme, theirs


def address(name: str, programme, *rest) -> str:
    return reverse(f"programmes:{name}", args=[programme.pk, *rest])


def page_of(merger, programme) -> str:
    return address("merger", programme, merger.pk)


def named(merger) -> dict[str, mergers.Item]:
    """The items by measure, or title."""
    return {
        item.pair.either.measure_id or item.pair.either.title: item
        for item in mergers.items(merger)
    }


def sent(item, side, **changes) -> dict[str, str]:
    return {f"{item.key}-side": side, f"{item.key}-seen": item.state, **changes}


def choose_all(merger, **sides) -> None:
    """`sides` by the name of the item; the rest is taken where it is."""
    wanted = []
    for name, item in named(merger).items():
        side = sides.get(name.replace("-", "_"), item.sides[0])
        wanted.append((item.key, item.state, side))
    assert mergers.choose(merger, wanted) == set()


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


# Agreeing


def words_shown(client, programme) -> str:
    response = client.post(address("mergers", programme), {"envoi": "une-page"}, follow=True)
    return re.search(r"<dt>Six mots</dt><dd><b>([^<]+)</b>", response.content.decode())[1]


def test_words_are_shown_once_and_only_their_hash_is_kept(as_alice, programme):
    words = words_shown(as_alice, programme)
    assert len(words.split()) == 6
    merger = Merger.objects.get()
    assert words.split()[0] not in merger.token_hash
    days = round((merger.expires_at - timezone.now()) / timedelta(days=1))
    assert days == 14
    as_alice.cookies.pop("fusion")
    response = as_alice.get(address("merger-words", programme, merger.pk), follow=True)
    assert "Ces mots ont déjà été montrés." in text_of(response)
    assert words not in text_of(response)


def test_form_sent_twice_proposes_once(as_alice, programme):
    data = {"envoi": "une-page"}
    first = as_alice.post(address("mergers", programme), data)
    second = as_alice.post(address("mergers", programme), data)
    assert (first.url, Merger.objects.count()) == (second.url, 1)
    assert ("fusion" in first.cookies, "fusion" in second.cookies) == (True, False)


def test_who_types_the_words_sees_whose_list_it_is_and_accepts_by_a_second_post(
    as_alice, as_charlie, programme, theirs
):
    programme.list_name = "Barsac autrement"
    programme.save()
    words = words_shown(as_alice, programme)
    accept = address("accept-merger", theirs)
    typed = words.upper()
    response = as_charlie.post(accept, {"words": typed})
    page = text_of(response)
    assert plain(page).count("Fusion avec « Barsac autrement » ?") == 1
    assert "Cette liste de Barsac (Drôme)" in page
    assert Merger.objects.get().accepted_at is None
    assert Draft.objects.count() == 0
    merger = Merger.objects.get()
    response = as_charlie.post(accept, {"words": typed, "accept": "1"})
    assert response.url == page_of(merger, theirs)
    merger.refresh_from_db()
    assert (merger.other, merger.accepted_by.user.username) == (theirs, "charlie")
    # Sent twice, it leads to the same page.
    assert as_charlie.post(accept, {"words": typed, "accept": "1"}).url == page_of(merger, theirs)
    assert as_charlie.get(page_of(merger, theirs)).status_code == 200
    assert as_alice.get(page_of(merger, programme)).status_code == 200


OPENS_NOTHING = (
    "Ces mots n’ouvrent rien : vérifiez-les un par un. S’ils ont servi, ont été retirés ou datent"
    " de plus de 14 jours, demandez-en d’autres."
)


def refusal(client, programme, words) -> list[str]:
    found = []
    for data in ({"words": words}, {"words": words, "accept": "1"}):
        response = client.post(address("accept-merger", programme), data)
        assert response.status_code == 200
        found += [plain(error) for error in errors_of(response)]
    assert found[0] == found[1]
    return found[:1]


@pytest.mark.parametrize(
    "typed", ["abandon abandon abandon abandon abandon abandon", "x", "-", "<b>", "é" * 190, "…"]
)
def test_words_that_nobody_gave_open_nothing(as_charlie, theirs, typed):
    assert refusal(as_charlie, theirs, typed) == [OPENS_NOTHING]


def test_no_words_are_asked_for_again(as_charlie, theirs):
    response = as_charlie.post(address("accept-merger", theirs), {"words": " "})
    assert errors_of(response) == ["Écrivez les six mots que l’autre liste vous a donnés."]


def test_words_with_one_wrong_open_nothing_and_stay_on_the_page(as_alice, as_charlie, programme,
                                                               theirs):  # fmt: skip
    words = words_shown(as_alice, programme).split()
    words[3] = "abandon" if words[3] != "abandon" else "zoologie"
    response = as_charlie.post(address("accept-merger", theirs), {"words": " ".join(words)})
    assert [plain(e) for e in errors_of(response)] == [OPENS_NOTHING]
    assert f'value="{" ".join(words)}"' in response.content.decode()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda merger: Merger.objects.update(expires_at=timezone.now()),
        lambda merger: merger.delete(),
        lambda merger: merger.programme.drop(),
        lambda merger: Membership.objects.filter(programme=merger.programme).update(
            role=Role.WRITER
        ),
        lambda merger: merger.proposed_by.delete(),
    ],
    ids=["expired", "withdrawn", "dropped", "no coordinator", "gone"],
)
def test_words_of_who_lost_the_right_open_nothing(as_alice, as_charlie, programme, theirs, spoil):
    words = words_shown(as_alice, programme)
    spoil(Merger.objects.get())
    assert refusal(as_charlie, theirs, words) == [OPENS_NOTHING]


def test_words_that_have_served_open_nothing_to_a_third_list(as_alice, barsac, merger, programme,
                                                            bob, client):  # fmt: skip
    third, _, _ = actions.open_programme(barsac, bob)
    third.member = third.memberships.get()
    programme.member = programme.memberships.get(role=Role.COORDINATOR)
    _, token = mergers.propose(programme)
    mergers.accept(third, token)
    assert Merger.objects.agreed().of(programme).count() == 2
    as_charlie = Client()
    as_charlie.force_login(get_user_model().objects.get(username="charlie"))
    assert refusal(as_charlie, merger.other, token.replace("-", " ")) == [OPENS_NOTHING]


def test_own_words_are_for_the_other_list(as_alice, programme):
    words = words_shown(as_alice, programme)
    assert refusal(as_alice, programme, words) == [
        "Ces mots viennent de ce programme : c’est à l’autre liste de les écrire dans le sien."
    ]


def test_same_two_programmes_merge_once_at_a_time(as_charlie, as_alice, programme, theirs, merger):
    words = words_shown(as_alice, programme)
    sentence = "Une fusion est déjà ouverte entre ces deux programmes : allez-y d’abord."
    assert refusal(as_charlie, theirs, words) == [sentence]
    # In the other direction too.
    words = words_shown(as_charlie, theirs)
    assert refusal(as_alice, programme, words) == [sentence]


def test_programmes_of_two_communes_do_not_merge(as_alice, charlie, as_charlie, programme,
                                                grenoble):  # fmt: skip
    elsewhere, _, _ = actions.open_programme(grenoble, charlie)
    words = words_shown(as_alice, programme)
    (sentence,) = refusal(as_charlie, elsewhere, words)
    assert sentence.startswith("Les deux programmes ne sont pas pour la même commune")
    assert Merger.objects.get().accepted_at is None


# Reading each other


def test_each_reads_what_the_other_retains_or_discusses_and_nothing_else(
    as_alice, as_charlie, both, merger, adopt
):
    programme, theirs = both
    commitments = adopt(theirs, DAY)
    actions.decide(commitments[0], Status.DECLINED, "Jamais de la vie")
    Commitment.objects.filter(pk=commitments[0].pk).update(title="Titre écarté")
    (done,) = adopt(theirs, "solidarite-voisinage", status=Status.DONE)
    Commitment.objects.filter(pk=done.pk).update(title="Titre déjà fait")
    (binned,) = adopt(theirs, "eau-sans-data-center")
    Commitment.objects.filter(pk=binned.pk).update(title="Titre à la corbeille")
    actions.drop(binned)
    Comment.objects.create(commitment=theirs.commitments.get(measure=PLAN), text="Commentaire tu")
    theirs.memberships.update(alias="Zélie-Anonyme")
    page = text_of(as_alice.get(page_of(merger, programme), {"voir": "tout"}))
    for shown in ("Leur titre", "Leur texte, sous 9", "Un banc", "À discuter"):
        assert shown in page
    for hidden in ("Jamais de la vie", "Titre écarté", "Titre déjà fait", "Titre à la corbeille",
                   "Raison secrète", "Commentaire tu", "Zélie-Anonyme"):  # fmt: skip
        assert hidden not in page
    assert "Notre texte" in text_of(as_charlie.get(page_of(merger, theirs)))


def test_merger_gives_no_way_into_the_other_programme(as_alice, both, merger):
    _, theirs = both
    for name, rest in (("programme", []), ("merger", [merger.pk]), ("preview", []),
                       ("mergers", []), ("comparison", ["x"])):  # fmt: skip
        assert as_alice.get(address(name, theirs, *rest)).status_code == 404


def test_merger_of_others_is_404_under_ones_own_programme(client, merger, barsac, bob):
    third, _, _ = actions.open_programme(barsac, bob)
    client.force_login(bob)
    assert client.get(page_of(merger, third)).status_code == 404
    assert client.post(page_of(merger, third)).status_code == 404
    assert client.post(address("make-common", third, merger.pk)).status_code == 404
    client.post(address("withdraw-merger", third, merger.pk))
    assert Merger.objects.open().filter(pk=merger.pk).exists()


@pytest.mark.parametrize("pk", ["0", "9" * 30, "x", "-1"])
def test_invented_merger_is_404(as_alice, programme, merger, pk):
    base = f"/programmes/{programme.pk}/fusions/{pk}/"
    found = [
        as_alice.get(base).status_code,
        as_alice.post(base).status_code,
        as_alice.post(f"{base}commun/").status_code,
        as_alice.get(f"{base}mots/").status_code,
    ]
    assert found == [404] * 4


LOSSES = {
    "dropped": lambda merger: merger.programme.drop(),
    "other dropped": lambda merger: merger.other.drop(),
    "erased": lambda merger: merger.other.delete(),
    "coordinates no more": lambda merger: Membership.objects.filter(
        pk=merger.proposed_by_id
    ).update(role=Role.WRITER),
    "other gone": lambda merger: merger.accepted_by.delete(),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_team_that_loses_its_right_closes_the_merger(as_alice, as_charlie, both, merger, loss):
    programme, theirs = both
    choose_all(merger)
    LOSSES[loss](merger)
    assert as_alice.get(page_of(merger, programme)).status_code == 404
    assert as_charlie.get(page_of(merger, theirs)).status_code == 404
    assert as_charlie.post(address("make-common", theirs, merger.pk)).status_code == 404
    assert Merger.objects.agreed().count() == 0
    with pytest.raises(mergers.Closed):
        mergers.make(merger, programme.memberships.first())


def test_after_either_has_withdrawn_neither_reads_the_other(as_alice, as_charlie, both, merger):
    programme, theirs = both
    choose_all(merger)
    response = as_charlie.post(address("withdraw-merger", theirs, merger.pk), follow=True)
    assert "C’est retiré" in text_of(response)
    assert as_alice.get(page_of(merger, programme)).status_code == 404
    assert as_charlie.get(page_of(merger, theirs)).status_code == 404
    assert "Barsac ensemble" not in text_of(as_alice.get(address("mergers", programme)))
    assert MergerChoice.objects.count() == 0


# Choosing together


def test_paired_come_first_then_single_ones_and_what_is_alike_is_taken(both, merger):
    found = [(name, item.chosen, list(item.sides)) for name, item in named(merger).items()]
    assert found == [
        (PLAN, "", list(Side)),
        ("seuil-plui-2000m2", Side.FIRST, [Side.FIRST, Side.NEITHER]),
        (DAY, "", [Side.FIRST, Side.NEITHER]),
        (MAP, "", [Side.SECOND, Side.NEITHER]),
        ("Un banc", "", [Side.SECOND, Side.NEITHER]),
    ]


def test_each_team_reads_the_choice_under_its_own_side(as_alice, as_charlie, both, merger):
    programme, theirs = both
    item = named(merger)[PLAN]
    as_alice.post(page_of(merger, programme), sent(item, Side.SECOND))

    def checked(client, side):
        page = client.get(page_of(merger, side), {"voir": "tout"}).content.decode()
        return re.search(rf'name="{item.key}-side" value="\w+" checked>([^<]+)', page)[1]

    assert (checked(as_alice, programme), checked(as_charlie, theirs)) == ("Le leur", "Le vôtre")


def test_page_marks_the_words_and_values_that_differ(as_alice, as_charlie, both, merger):
    programme, theirs = both
    page = plain(text_of(as_alice.get(page_of(merger, programme))))
    assert "Délai de révision du plan après l’élection : 6 mois chez vous, 9 mois chez eux." in page
    markup = as_alice.get(page_of(merger, programme)).content.decode()
    assert "<b>Chez vous.</b> <mark>Notre</mark> texte" in markup
    assert "<b>Chez eux.</b> <mark>Leur</mark> texte" in markup
    assert "votre texte reste celui de la mesure, le leur y entre aussi" in page
    page = plain(text_of(as_charlie.get(page_of(merger, theirs))))
    assert "Délai de révision du plan après l’élection : 9 mois chez vous, 6 mois chez eux." in page
    assert "leur texte reste celui de la mesure, le vôtre y entre aussi" in page


def test_what_is_chosen_leaves_the_list_of_what_is_left(as_alice, both, merger):
    programme, _ = both
    items = named(merger)
    page = as_alice.get(page_of(merger, programme))
    assert "4 engagements restent à choisir, sur 5." in text_of(page)
    data = sent(items[PLAN], Side.BOTH) | sent(items[DAY], Side.NEITHER) | sent(items[MAP], "")
    response = as_alice.post(page_of(merger, programme), data, follow=True)
    assert response.redirect_chain == [(page_of(merger, programme), 302)]
    page = text_of(response)
    assert "2 choix enregistrés." in page
    assert "2 engagements restent à choisir, sur 5." in page
    assert {name: item.chosen for name, item in named(merger).items()} == {
        PLAN: "both", "seuil-plui-2000m2": "first", DAY: "neither", MAP: "", "Un banc": "",
    }  # fmt: skip


def test_choice_is_taken_back(both, merger):
    choose_all(merger)
    item = named(merger)[DAY]
    assert mergers.choose(merger, [(item.key, item.state, "")]) == set()
    assert named(merger)[DAY].chosen == ""


def test_choice_that_the_other_team_made_meanwhile_is_told_and_what_was_chosen_stays(
    as_alice, as_charlie, both, merger
):
    programme, theirs = both
    items = named(merger)
    mine = sent(items[PLAN], Side.FIRST) | sent(items[DAY], Side.FIRST)
    as_charlie.post(page_of(merger, theirs), sent(items[PLAN], Side.BOTH))
    response = as_alice.post(page_of(merger, programme), mine)
    assert response.status_code == 409
    assert "noté « Les deux »" in plain(text_of(response))
    page = response.content.decode()
    for item in (items[PLAN], items[DAY]):
        assert f'name="{item.key}-side" value="first" checked' in page
    assert {item.chosen for item in named(merger).values()} == {"both", "", "first"}
    assert named(merger)[DAY].chosen == ""
    # The page that was shown again saves.
    seen = dict(re.findall(r'name="([\d-]+-seen)" value="([^"]*)"', page))
    assert as_alice.post(page_of(merger, programme), mine | seen).status_code == 302
    assert (named(merger)[PLAN].chosen, named(merger)[DAY].chosen) == ("first", "first")


def test_same_choice_of_both_teams_is_no_conflict(as_alice, as_charlie, both, merger):
    programme, theirs = both
    data = sent(named(merger)[PLAN], Side.BOTH)
    assert as_charlie.post(page_of(merger, theirs), data).status_code == 302
    assert as_alice.post(page_of(merger, programme), data).status_code == 302


def test_choice_rests_on_the_text_that_was_read(as_alice, as_charlie, both, merger):
    programme, theirs = both
    item = named(merger)[PLAN]
    adapt(as_charlie, theirs.commitments.get(measure=PLAN), text="Une fontaine partout.")
    response = as_alice.post(page_of(merger, programme), sent(item, Side.SECOND))
    assert response.status_code == 409
    assert "Une fontaine" in text_of(response)
    # One that was made before is to be made again.
    as_alice.post(page_of(merger, programme), sent(named(merger)[PLAN], Side.SECOND))
    assert named(merger)[PLAN].chosen == "second"
    adapt(as_charlie, theirs.commitments.get(measure=PLAN), text="Encore un autre.")
    assert named(merger)[PLAN].chosen == ""


def test_draft_of_choices_that_were_not_saved_comes_back(as_alice, as_charlie, both, merger):
    programme, theirs = both
    item = named(merger)[PLAN]
    as_charlie.post(page_of(merger, theirs), sent(item, Side.BOTH))
    as_alice.post(page_of(merger, programme), sent(item, Side.FIRST))
    page = as_alice.get(page_of(merger, programme), {"brouillon": ""}).content.decode()
    assert f'name="{item.key}-side" value="first" checked' in page


@pytest.mark.parametrize("side", ["oui", "second", "both", "9" * 300])
def test_invented_side_is_told_and_nothing_is_kept(as_alice, both, merger, side):
    programme, _ = both
    items = named(merger)
    data = sent(items[DAY], side) | sent(items[PLAN], Side.FIRST)
    response = as_alice.post(page_of(merger, programme), data)
    assert response.status_code == 200
    assert errors_of(response) == ["Choisissez une des réponses proposées."]
    assert MergerChoice.objects.count() == 0


@pytest.mark.parametrize("seen", ["", "x", "1-1:both", "9" * 300, "é", "\x00"])
def test_choice_with_an_invented_state_is_asked_for_again(as_alice, both, merger, seen):
    programme, _ = both
    item = named(merger)[PLAN]
    data = {f"{item.key}-side": "first", f"{item.key}-seen": seen}
    assert as_alice.post(page_of(merger, programme), data).status_code == 409
    assert MergerChoice.objects.count() == 0


def test_invented_items_change_nothing(as_alice, both, merger):
    programme, _ = both
    data = {"0-0-side": "first", "x-side": "first", "99999999-1-side": "both", "-side": "a",
            "0-0-seen": "x" * 500}  # fmt: skip
    assert as_alice.post(page_of(merger, programme), data).status_code == 302
    assert MergerChoice.objects.count() == 0


def test_reader_sees_the_choices_and_makes_none(client, bob, both, merger):
    programme, _ = both
    client.force_login(bob)
    page = client.get(page_of(merger, programme), {"voir": "tout"}).content.decode()
    assert 'type="radio"' not in page
    data = sent(named(merger)[PLAN], Side.FIRST)
    assert client.post(page_of(merger, programme), data).status_code == 403


def test_hostile_words_of_the_other_list_are_harmless(as_alice, both, merger):
    programme, theirs = both
    Commitment.objects.filter(programme=theirs).update(
        title="<script>x</script>", text="<img src=x> [a](javascript:b)", line="<b onclick=1>"
    )
    Programme.objects.filter(pk=theirs.pk).update(list_name="<script>y</script>")
    page = html_of(as_alice.get(page_of(merger, programme), {"voir": "tout"}))
    page += html_of(as_alice.get(address("mergers", programme)))
    assert re.findall(r"<script|<img|<b onclick|href=.javascript", page) == []


def queries_of(client, url) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_queries_do_not_grow_with_the_commitments(as_alice, programme, theirs, take, adopt, merger):
    take(PLAN)
    adopt(theirs, PLAN)
    url = page_of(merger, programme) + "?voir=tout"
    one = queries_of(as_alice, url)
    take(DAY, MAP)
    adopt(theirs, DAY, "seuil-plui-2000m2")
    Commitment.objects.filter(programme=theirs).update(text="Autre.")
    choose_all(merger)
    assert queries_of(as_alice, url) == one


def test_queries_of_the_list_do_not_grow_with_the_mergers(as_alice, programme, merger, barsac, bob):
    url = address("mergers", programme)
    one = queries_of(as_alice, url)
    for _ in range(2):
        third, _, _ = actions.open_programme(barsac, bob)
        third.member = third.memberships.get()
        programme.member = programme.memberships.get(role=Role.COORDINATOR)
        mergers.accept(third, mergers.propose(programme)[1])
    assert queries_of(as_alice, url) == one


def test_every_page_of_a_long_merger_keeps_its_bound_of_nodes(as_alice, programme, theirs, take,
                                                             adopt, merger):  # fmt: skip
    slugs = list(Measure.objects.values_list("pk", flat=True))
    take(*slugs[:50])
    adopt(theirs, *slugs[20:])
    for number, row in enumerate(theirs.commitments.all()):
        row.text = (
            "\n\n".join(f"- **mot{number}** {word}" for word in row.base_text.split()[:20])
            + row.base_text
        )
        row.title, row.line, row.horizon = f"Titre {number}", f"Ligne {number}", "term"
        row.save()
    number, shown = 1, 0
    while True:
        response = as_alice.get(page_of(merger, programme), {"page": number, "voir": "tout"})
        page = Page(response.content)
        assert page.nodes <= 250, number
        assert page.weight <= 14_000, number
        shown += len(response.context["page"].object_list[0])
        if not response.context["page"].has_next():
            break
        number += 1
    assert shown == len(slugs)


# The third programme


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


def test_words_of_expired_proposals_are_erased_with_the_next(as_alice, programme):
    words_shown(as_alice, programme)
    Merger.objects.update(expires_at=timezone.now())
    as_alice.post(address("mergers", programme), {"envoi": "deux"})
    assert Merger.objects.count() == 1


def test_member_who_left_is_a_stranger_to_the_merger(client, bob, both, merger):
    programme, _ = both
    team.part(programme, programme.memberships.get(user=bob))
    client.force_login(bob)
    assert client.get(page_of(merger, programme)).status_code == 404
