"""Two lists choose together, item by item."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes import actions, mergers
from programmes.enums import Role, Side
from programmes.models import Commitment, MergerChoice, Programme
from proposals.models import Measure
from tests.pages import Page, errors_of, html_of, plain, text_of
from tests.programmes.forms import adapt
from tests.programmes.mergers.choices import (
    DAY,
    MAP,
    PLAN,
    address,
    choose_all,
    named,
    page_of,
    sent,
)


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
