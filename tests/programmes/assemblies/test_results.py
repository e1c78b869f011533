"""What a room decided: its results, the order that follows, the bin."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from programmes import actions, assemblies
from programmes.enums import Cause, Status
from programmes.models import Assembly, Ballot, Change, Commitment
from programmes.models.commitment import BIN_DAYS
from tests.pages import Page, plain, text_of
from tests.programmes.assemblies.entries import (
    MEASURES,
    TODAY,
    address,
    adopt,
    boxes,
    entry,
    key_in,
    line,
    open_assembly,
    said,
    values,
    vote,
)

# Results


def test_results_show_a_bar_and_a_table_with_the_figures(as_alice, programme, three, assembly):
    vote(assembly, three[0], 12, 4, None, 4, note="Plus court")
    vote(assembly, three[1], 0, 9)
    response = as_alice.get(assembly.get_absolute_url())
    html, text = response.content.decode(), plain(text_of(response))
    bars = re.findall(r'<rect x="([\d.]+)%" width="([\d.]+)%" height="100%" fill="([^"]+)"', html)
    assert bars == [
        ("0.00", "60.00", "currentColor"), ("60.00", "20.00", "url(#rayures)"),
        ("80.00", "20.00", "none"), ("0.00", "100.00", "url(#rayures)"),
    ]  # fmt: skip
    assert "12 pour, 4 contre, 4 abstentions · Plus court" in text
    assert "0 pour, 9 contre · repoussé" in text
    assert re.findall(r"<td>([^<]*)</td>", html) == ["12", "4", "–", "4", "0", "9", "–", "–"]
    assert "30 personnes présentes" in text


def test_results_keep_to_the_budget_of_a_page(as_alice, programme, assembly):
    for row in adopt(programme, 40):
        vote(assembly, row, 1, 2, 3, 4, note="n")
    page = Page(as_alice.get(assembly.get_absolute_url()).content)
    assert (page.nodes <= 400, page.weight <= 14_000, page.inline) == (True, True, [])


def test_results_of_nothing_say_so(as_alice, three, assembly):
    vote(assembly, three[0], 0, 0)
    assert "<rect x=" not in as_alice.get(assembly.get_absolute_url()).content.decode()
    assembly.ballots.all().delete()
    assert "Rien de saisi pour l’instant" in text_of(as_alice.get(assembly.get_absolute_url()))


def test_commitment_shows_its_last_vote_and_all_of_them_on_their_page(
    as_alice, programme, three, assembly
):
    earlier = open_assembly(programme, TODAY - timedelta(days=40), "Marché")
    vote(assembly, three[0], 12, 3)
    vote(earlier, three[0], 2, 9)
    vote(earlier, three[1], 5)
    text = plain(text_of(as_alice.get(address("chapter", programme, 1))))
    assert "12 pour, 3 contre (Assemblée du 20 novembre 2026, Salle des fêtes, 2e vote)" in text
    assert "5 pour (Assemblée du 11 octobre 2026, Marché)" in text
    assert "2 pour, 9 contre" not in text
    html = as_alice.get(address("votes", programme, three[0].pk)).content.decode()
    assert re.findall(r"<td>(\d+)</td>", html) == ["12", "3", "2", "9"]
    none = text_of(as_alice.get(address("votes", programme, three[2].pk)))
    assert "Pas de vote pour l’instant." in none


def test_line_with_a_note_only_is_no_vote_but_is_read(as_alice, programme, three, assembly):
    vote(assembly, three[0], note="À revoir")
    assert "pas voté · À revoir" in plain(text_of(as_alice.get(assembly.get_absolute_url())))
    assert "rien de saisi" in text_of(as_alice.get(address("assemblies", programme)))
    assert Ballot.objects.by_commitment(three) == {}


@pytest.mark.parametrize("status", [Status.RETAINED, Status.DISCUSSED])
def test_rejection_is_told_and_changes_no_status(as_alice, programme, three, assembly, status):
    actions.decide(three[0], status)
    vote(assembly, three[0], 3, 12)
    text = plain(text_of(as_alice.get(address("chapter", programme, 1))))
    assert "L’assemblée du 20 novembre 2026 l’a repoussé (12 contre 3)" in text
    three[0].refresh_from_db()
    assert three[0].status == status
    actions.decide(three[0], Status.DECLINED)
    assert "l’a repoussé" not in text_of(as_alice.get(address("chapter", programme, 1)))


def test_as_many_for_as_against_is_no_rejection(as_alice, programme, three, assembly):
    vote(assembly, three[0], 3, 3)
    assert "l’a repoussé" not in text_of(as_alice.get(address("chapter", programme, 1)))


def test_reader_sees_results_and_keys_in_nothing(client, bob, programme, three, assembly):
    vote(assembly, three[0], 12)
    client.force_login(bob)
    for url in (assembly.get_absolute_url(), address("assemblies", programme)):
        html = client.get(url).content.decode()
        assert "12" in html or "1\u00a0engagement voté" in html
        assert "<form" not in html.split("<main")[1]
    assert client.get(entry(assembly)).status_code == 403
    assert key_in(client, assembly, line(three[0], "1")).status_code == 403


def test_votes_are_printed_and_exported_nowhere(as_alice, programme, three, assembly):
    vote(assembly, three[0], 12, 3, note="Mot de la salle")
    for name in ("programme.yaml", "chapitre.html", "chapitre.md"):
        content = as_alice.get(address("export", programme, name)).content.decode()
        assert "Mot de la salle" not in content
        assert "Salle des fêtes" not in content
    assert "Mot de la salle" not in text_of(as_alice.get(address("preview", programme)))


def counted(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_queries_do_not_grow_with_assemblies_or_commitments(as_alice, programme, take, assembly):
    (first,) = take(MEASURES[0])
    vote(assembly, first, 12, 3)
    urls = [
        address("assemblies", programme), entry(assembly), assembly.get_absolute_url(),
        address("votes", programme, first.pk), address("chapter", programme, 1),
        address("bin", programme), address("changes", programme),
    ]  # fmt: skip
    dropped = open_assembly(programme)
    assemblies.drop(dropped)
    one = {url: counted(as_alice, url) for url in urls}
    rows = take(*MEASURES)
    for days in (1, 2):
        other = open_assembly(programme, TODAY - timedelta(days=days))
        for row in rows:
            vote(other, row, 1, 2)
        assemblies.drop(open_assembly(programme))
    for row in rows[1:]:
        vote(assembly, row, 1, 2)
    assert {url: counted(as_alice, url) for url in urls} == one


# Ordering


def test_order_by_result_puts_most_favour_first_and_can_be_taken_back(
    as_alice, programme, take, assembly
):
    rows = take(*MEASURES)
    rows += write_own(rows[0].chapter, 2)
    first, second, third, unasked, blank = rows
    vote(assembly, first, 12, 12)  # half
    vote(assembly, second, 0, 9)  # none
    vote(assembly, third, 3, 0, 1, 0)  # three quarters
    vote(assembly, blank, 0, 0)  # nobody raised a hand
    response = as_alice.post(address("arrange-by-result", programme), {"chapitre": "1"})
    assert response.url == address("chapter", programme, 1)
    chapter = first.chapter
    assert list(chapter.commitments.in_order()) == [third, first, second, unasked, blank]
    former = Change.objects.of(chapter).last()
    as_alice.post(address("restore", programme, former.pk))
    assert list(chapter.commitments.in_order()) == rows


def write_own(chapter, count):
    return [
        Commitment.objects.create(
            programme=chapter.programme, chapter=chapter, title=f"Le nôtre {n}", text="T",
            position=actions.next_position(chapter), decided_by="council", horizon="term",
        )
        for n in range(count)
    ]  # fmt: skip


def test_last_vote_decides_and_equals_stay(as_alice, programme, three, assembly):
    first, second, third = three
    earlier = open_assembly(programme, TODAY - timedelta(days=9))
    vote(earlier, first, 9, 0)
    vote(assembly, first, 1, 9)
    vote(assembly, second, 5, 5)
    vote(earlier, third, 5, 5)
    as_alice.post(address("arrange-by-result", programme))
    assert list(first.chapter.commitments.in_order()) == [second, third, first]


def test_all_chapters_are_arranged_and_keep_their_printed_figures(
    as_alice, programme, three, assembly
):
    other = write_own(actions.chapter_for(programme, None), 2)
    vote(assembly, three[1], 9)
    vote(assembly, other[1], 9)
    chapter = three[0].chapter
    figures = list(chapter.figures.values_list("is_printed", flat=True))
    version = chapter.version
    response = as_alice.post(address("arrange-by-result", programme), follow=True)
    assert "Rangé par résultat (2 chapitres)" in plain(text_of(response))
    assert list(programme.commitments.in_order()) == [three[1], three[0], three[2], *other[::-1]]
    assert list(chapter.figures.values_list("is_printed", flat=True)) == figures
    chapter.refresh_from_db()
    assert chapter.version == version + 1
    again = as_alice.post(address("arrange-by-result", programme), follow=True)
    assert "L’ordre était déjà celui des résultats." in text_of(again)
    chapter.refresh_from_db()
    assert chapter.version == version + 1


def test_button_to_arrange_is_there_once_something_was_voted(as_alice, programme, three, assembly):
    url = address("chapter", programme, 1)
    assert "Ranger par résultat" not in text_of(as_alice.get(url))
    vote(assembly, three[0], 1)
    assert "Ranger par résultat" in text_of(as_alice.get(url))


# The bin


def test_dropped_assembly_shows_nowhere_and_comes_back(as_alice, programme, three, assembly):
    vote(assembly, three[0], 3, 12)
    response = as_alice.post(address("drop-assembly", programme, assembly.pk), follow=True)
    assert "dans la corbeille, avec ses votes" in text_of(response)
    assert as_alice.get(assembly.get_absolute_url()).status_code == 404
    assert as_alice.get(entry(assembly)).status_code == 404
    assert "contre" not in text_of(as_alice.get(address("chapter", programme, 1)))
    assert as_alice.post(address("arrange-by-result", programme)).status_code == 302
    assert "Salle des fêtes" in text_of(as_alice.get(address("bin", programme)))
    assert as_alice.get(address("changes", programme)).status_code == 200
    response = as_alice.post(address("bring-back-assembly", programme, assembly.pk))
    assert response.url == assembly.get_absolute_url()
    assert values(assembly) == {three[0].pk: [3, 12, None, None, ""]}
    assert [change.cause for change in Change.objects.of(assembly)][:2] == [
        Cause.BROUGHT_BACK, Cause.DROPPED,
    ]  # fmt: skip


def test_what_was_typed_for_an_assembly_that_was_just_dropped_is_kept(
    as_alice, programme, three, assembly
):
    assembly.programme.author = "Bruno"
    assemblies.drop(assembly)
    response = key_in(as_alice, assembly, line(three[0], "7", note="Plus tôt"))
    assert response.status_code == 409
    assert "Bruno a mis cette assemblée à la corbeille" in said(response)
    assert f'href="{address("bin", programme)}"' in response.content.decode()
    assert 'value="Plus tôt"' in response.content.decode()
    assert values(assembly) == {}
    as_alice.post(address("bring-back-assembly", programme, assembly.pk))
    assert 'value="Plus tôt"' in as_alice.get(f"{entry(assembly)}?brouillon").content.decode()
    assert key_in(as_alice, assembly, line(three[0], "7", note="Plus tôt")).status_code == 302
    assert values(assembly) == {three[0].pk: [7, None, None, None, "Plus tôt"]}


def test_bin_keeps_an_assembly_for_thirty_days(as_alice, programme, three, assembly):
    vote(assembly, three[0], 1)
    assemblies.drop(assembly)
    actions.empty_bins()
    assert Assembly.everything.filter(pk=assembly.pk).exists()
    late = timezone.now() - timedelta(days=BIN_DAYS, minutes=1)
    Assembly.everything.filter(pk=assembly.pk).update(dropped_at=late)
    assert "Salle des fêtes" not in text_of(as_alice.get(address("bin", programme)))
    url = address("bring-back-assembly", programme, assembly.pk)
    assert as_alice.post(url).status_code == 404
    actions.empty_bins()
    assert (Assembly.everything.count(), Ballot.objects.count()) == (0, 0)


def test_vote_on_a_commitment_in_the_bin_stays(as_alice, programme, three, assembly):
    vote(assembly, three[0], 8)
    actions.drop(three[0])
    text = plain(text_of(as_alice.get(assembly.get_absolute_url())))
    assert "8 pour · à la corbeille" in text
    assert len(boxes(as_alice.get(entry(assembly)))) == 10
    actions.bring_back(three[0])
    assert "8 pour" in plain(text_of(as_alice.get(address("chapter", programme, 1))))
