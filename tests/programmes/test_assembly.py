"""A room decides on paper, one person keys in: the entry, its results, the order that follows."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from programmes import actions, assemblies
from programmes.enums import Cause, Role, Status
from programmes.models import (
    Assembly,
    Ballot,
    Change,
    Commitment,
    Draft,
    Layout,
    Membership,
)
from programmes.models.assembly import BOXES
from programmes.models.commitment import BIN_DAYS
from programmes.printing.formats import FORMATS
from programmes.printing.orders import Desk
from proposals.models import Measure
from tests.pages import Page, plain, text_of

TODAY = date(2026, 11, 20)
MEASURES = ("pcs-rupture-reseaux", "cartographie-dependances", "journee-hors-reseau")


@pytest.fixture(autouse=True)
def a_day(monkeypatch):
    """The dates of these tests are near this day."""
    monkeypatch.setattr(timezone, "localdate", lambda value=None, timezone=None: TODAY)


@pytest.fixture
def three(take):
    return take(*MEASURES)


@pytest.fixture
def assembly(programme):
    return open_assembly(programme)


def open_assembly(programme, held_on=TODAY, place="Salle des fêtes", present=30):
    assembly = Assembly(programme=programme, held_on=held_on, place=place, present=present)
    assemblies.open_assembly(assembly)
    return assembly


def vote(assembly, commitment, *values, note=""):
    """Hands in favour, against, to adapt, abstaining; as many as are given."""
    boxes = dict(zip(BOXES, values, strict=False))
    return assembly.ballots.create(commitment=commitment, note=note, **boxes)


def adopt(programme, count):
    """So many measures that the programme has not taken up yet."""
    found = Measure.objects.exclude(commitments__programme=programme).order_by("pk")
    return [
        actions.adopt_measure(programme, measure, programme.size_class())
        for measure in found[:count]
    ]


def address(name, programme, *rest):
    return reverse(f"programmes:{name}", args=[programme.pk, *rest])


def entry(assembly, page=None):
    where = [assembly.programme_id, assembly.pk, *([page] if page else [])]
    return reverse("programmes:assembly-page" if page else "programmes:assembly", args=where)


def line(commitment, *values, note=""):
    """The fields of a line, as the browser sends them: all of them."""
    typed = [*values, "", "", "", ""][:4]
    fields = {f"{commitment.pk}-{box}": value for box, value in zip(BOXES, typed, strict=True)}
    return {**fields, f"{commitment.pk}-note": note}


def key_in(client, assembly, *lines, **changes):
    """Sends the first page of the entry, at the version that is saved unless told otherwise."""
    data = {
        "version": Assembly.everything.values_list("version", flat=True).get(pk=assembly.pk),
        "held_on": "2026-11-20", "place": assembly.place, "present": assembly.present or "",
        "note": assembly.note,
    }  # fmt: skip
    for fields in lines:
        data.update(fields)
    return client.post(entry(assembly), {**data, **changes})


def values(assembly):
    return {row.commitment_id: row.values() for row in assembly.ballots.all()}


def said(response):
    """The sentences of the summary."""
    found = re.search(r'<div class="summary".*?</div>', response.content.decode(), re.DOTALL)
    return text_of(response) if found is None else plain(
        " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())
    )  # fmt: skip


def boxes(response):
    """What stands in each box."""
    html = response.content.decode()
    return dict(re.findall(r'<input name="(\d+-\w+)" id="\S+" value="([^"]*)"', html))


# Opening


def test_assembly_is_opened_and_leads_to_its_entry(as_alice, programme, three):
    response = as_alice.post(
        address("assemblies", programme),
        {"held_on": "2026-11-20", "place": "Salle des fêtes", "present": "1 000", "note": ""},
    )
    assembly = programme.assemblies.get()
    assert response.url == entry(assembly)
    assert (assembly.held_on, assembly.place, assembly.present) == (TODAY, "Salle des fêtes", 1000)
    assert str(assembly) == "Assemblée du 20\u00a0novembre 2026, Salle des fêtes"


def test_the_same_form_sent_twice_opens_one_assembly(as_alice, programme):
    url = address("assemblies", programme)
    key = re.search(r'name="envoi" value="([^"]+)"', as_alice.get(url).content.decode())[1]
    data = {"held_on": "2026-11-20", "place": "", "present": "", "note": "", "envoi": key}
    first, second = as_alice.post(url, data), as_alice.post(url, data)
    assert first.url == second.url == entry(programme.assemblies.get())


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("held_on", "", "Écrivez la date de l’assemblée"),
        ("held_on", "demain", "Écrivez la date de l’assemblée"),
        ("held_on", "2026-02-31", "Écrivez la date de l’assemblée"),
        ("held_on", "0206-11-20", "Cette date a plus de 10 ans : vérifiez l’année."),
        ("held_on", "2062-11-20", "Cette date est dans plus d’un an : vérifiez l’année."),
        ("present", "0", "au moins 1, ou laissez la case vide"),
        ("present", "-3", "Un nombre ne peut pas être plus petit que 0"),
        ("present", "une trentaine", "Écrivez un nombre en chiffres, par exemple 12"),
        ("present", "9" * 40, "C’est plus de 99 999"),
        ("present", "9" * 5000, "Écrivez un nombre en chiffres"),
        ("place", "a" * 81, "81 signes, c’est trop : il en faut 80 au plus."),
        ("note", "a" * 301, "301 signes, c’est trop : il en faut 300 au plus."),
    ],
)
def test_wrong_head_is_refused_in_words_and_kept(as_alice, programme, field, typed, sentence):
    data = {"held_on": "2026-11-20", "place": "", "present": "", "note": "", field: typed}
    response = as_alice.post(address("assemblies", programme), data)
    assert response.status_code == 200
    assert sentence in plain(text_of(response))
    assert f'value="{typed}"' in response.content.decode() or not typed
    assert "<title>Erreur" in response.content.decode()
    assert not programme.assemblies.exists()


# The lines of the form


def test_lines_are_those_of_the_printed_form_with_its_numbers(as_alice, programme, take, assembly):
    adopt(programme, 8)
    take("journee-hors-reseau", status=Status.DISCUSSED)
    take("cartographie-dependances", status=Status.DECLINED)
    printed = Desk(programme).arranged(FORMATS["bulletin-assemblee"]).commitments
    assert [
        (each.number, each.commitment, each.text) for each in assemblies.lines_of(assembly)
    ] == [(number, row.id, row.shown_line) for number, row in enumerate(printed, start=1)]
    html = as_alice.get(entry(assembly)).content.decode()
    assert re.findall(r"<legend><b>(\d+)</b>", html) == [str(n + 1) for n in range(len(printed))]
    assert len(printed) >= 8


def test_choice_and_order_of_the_form_are_those_of_the_entry(programme, three, assembly):
    first, _, third = three
    actions.choose_commitments(programme, FORMATS["bulletin-assemblee"], [third.pk, first.pk])
    assert [each.commitment for each in assemblies.lines_of(assembly)] == [third.pk, first.pk]
    assert Layout.objects.get().chosen.count() == 2


def test_numbers_of_the_paper_stay_when_the_order_changes(as_alice, programme, three, assembly):
    first, second, third = three
    key_in(as_alice, assembly, line(first, "1"), line(second, "2"), line(third, "30"))
    actions.arrange(first.chapter, [third.pk, second.pk, first.pk], [])
    (new,) = adopt(programme, 1)
    actions.decide(second, Status.DECLINED)
    assembly.refresh_from_db()
    assert [(each.number, each.commitment) for each in assemblies.lines_of(assembly)] == [
        (1, first.pk), (2, second.pk), (3, third.pk), (4, new.pk),
    ]  # fmt: skip


def test_pages_hold_whole_chapters_and_cut_only_what_is_longer():
    def lines(*chapters):
        every = [name for name, count in chapters for _ in range(count)]
        return [assemblies.Line(n, n, "", name) for n, name in enumerate(every, 1)]

    def sizes(*chapters):
        return [len(page) for page in assemblies.pages(lines(*chapters))]

    assert sizes() == [0]
    assert sizes(("a", 12)) == [12]
    assert sizes(("a", 5), ("b", 5), ("c", 5)) == [10, 5]
    assert sizes(("a", 5), ("b", 30)) == [5, 12, 12, 6]


def test_entry_goes_on_from_page_to_page_to_the_results(as_alice, programme, take, assembly):
    adopt(programme, 40)
    pages = assemblies.pages(assemblies.lines_of(assembly))
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        url = entry(assembly, number if number > 1 else None)
        response = as_alice.get(url)
        assert Page(response.content).nodes <= 250
        assert Page(response.content).weight <= 14_000
        head = {"held_on": "2026-11-20", "place": "", "present": "30", "note": ""}
        typed = {f"{each.commitment}-in_favour": str(each.number % 30) for each in page}
        version = re.search(r'name="version" value="(\d+)"', response.content.decode())[1]
        response = as_alice.post(
            url, {**(head if number == 1 else {}), **typed, "version": version}
        )
        wanted = (
            assembly.get_absolute_url() if number == len(pages) else entry(assembly, number + 1)
        )
        assert response.url == wanted
    assert {row.in_favour for row in assembly.ballots.all()} == set(range(30))
    assert assembly.ballots.count() == 40


def test_a_button_saves_the_page_and_leads_to_another(as_alice, programme, assembly):
    rows = adopt(programme, 40)
    first = assemblies.lines_of(assembly)[0].commitment
    response = key_in(as_alice, assembly, {f"{first}-in_favour": "4"}, page="3")
    assert response.url == entry(assembly, 3)
    assert values(assembly) == {first: [4, None, None, None, ""]}
    assert len(rows) == 40
    for junk in ("x", "0", "-1"):
        response = key_in(as_alice, assembly, {f"{first}-in_favour": "4"}, page=junk)
        assert response.url == entry(assembly, 2)
    response = key_in(as_alice, assembly, {f"{first}-in_favour": "4"}, page="9" * 12)
    assert response.url == assembly.get_absolute_url()


@pytest.mark.parametrize("page", [0, 2, 10**12])
def test_page_that_is_not_there_shows_the_nearest(as_alice, three, assembly, page):
    assert len(boxes(as_alice.get(entry(assembly) + f"{page}/"))) == 15


# Keying in


def test_empty_is_not_asked_and_0_is_nobody(as_alice, three, assembly):
    first, second, third = three
    response = key_in(
        as_alice, assembly,
        line(first, "12", "0", "", "3", note=" trop long "), line(second, " 0 "), line(third),
    )  # fmt: skip
    assert response.url == assembly.get_absolute_url()
    assert values(assembly) == {
        first.pk: [12, 0, None, 3, "trop long"], second.pk: [0, None, None, None, ""],
    }  # fmt: skip
    words = [row.in_words() for row in assembly.ballots.order_by("pk")]
    assert {plain(each) for each in words} == {"12 pour, 0 contre, 3 abstentions", "0 pour"}


def test_line_that_is_emptied_was_not_asked(as_alice, three, assembly):
    vote(assembly, three[0], 12)
    key_in(as_alice, assembly, line(three[0]))
    assert values(assembly) == {}


def test_entry_shows_what_is_saved(as_alice, three, assembly):
    vote(assembly, three[1], 12, 0, note="Plus court")
    found = boxes(as_alice.get(entry(assembly)))
    pk = three[1].pk
    assert {name: value for name, value in found.items() if value} == {
        f"{pk}-in_favour": "12", f"{pk}-against": "0", f"{pk}-note": "Plus court",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("x", "Ligne 2, contre : Écrivez un nombre en chiffres, par exemple 12"),
        ("-3", "Ligne 2, contre : Un nombre ne peut pas être plus petit que 0"),
        ("1,5", "Ligne 2, contre : Écrivez un nombre en chiffres"),
        ("100000", "Ligne 2, contre : C’est plus de 99 999"),
        ("9" * 5000, "Ligne 2, contre : Écrivez un nombre en chiffres"),
        ("\x00", "Ligne 2, contre : Écrivez un nombre en chiffres"),
        ("<b>", "Ligne 2, contre : Écrivez un nombre en chiffres"),
    ],
)
def test_wrong_number_names_its_line_and_everything_typed_is_kept(
    as_alice, three, assembly, typed, sentence
):
    first, second, _ = three
    response = key_in(
        as_alice, assembly, line(first, "12", note="à relire"), line(second, "7", typed),
        note="Une remarque",
    )  # fmt: skip
    assert response.status_code == 200
    assert sentence in said(response)
    found = boxes(response)
    assert found[f"{first.pk}-in_favour"] == "12"
    assert found[f"{first.pk}-note"] == "à relire"
    assert found[f"{second.pk}-in_favour"] == "7"
    assert "Une remarque" in response.content.decode()
    assert values(assembly) == {}
    assert Draft.objects.get().typed[f"{second.pk}-in_favour"] == ["7"]


def test_draft_of_an_entry_is_taken_up_again(as_alice, three, assembly):
    key_in(as_alice, assembly, line(three[0], "12"), line(three[1], "x"))
    assert "?brouillon" in as_alice.get(entry(assembly)).content.decode()
    found = boxes(as_alice.get(entry(assembly), {"brouillon": ""}))
    assert (found[f"{three[0].pk}-in_favour"], found[f"{three[1].pk}-in_favour"]) == ("12", "x")


def test_note_that_is_too_long_is_refused_and_kept(as_alice, three, assembly):
    response = key_in(as_alice, assembly, line(three[0], "1", note="a" * 301))
    assert "Ligne 1, à changer : 301 signes, c’est trop" in said(response)
    assert boxes(response)[f"{three[0].pk}-note"] == "a" * 301


def test_wrong_head_is_told_on_the_entry_too(as_alice, three, assembly):
    response = key_in(as_alice, assembly, line(three[0], "12"), held_on="", present="0")
    assert "Date : Écrivez la date" in said(response)
    assert "Personnes présentes : Écrivez combien" in said(response)
    assert boxes(response)[f"{three[0].pk}-in_favour"] == "12"
    assert values(assembly) == {}


def test_more_hands_than_people_is_asked_once_and_then_believed(as_alice, three, assembly):
    first, second, _ = three
    response = key_in(as_alice, assembly, line(first, "20", "9", "2", "0"), line(second, "30"))
    assert "Ligne 1 : 31 mains pour 30 personnes présentes" in said(response)
    assert "Ligne 2" not in said(response)
    assert values(assembly) == {}
    known = re.search(r'name="confirmed" value="([^"]+)"', response.content.decode())[1]
    other = key_in(as_alice, assembly, line(first, "20", "9", "3", "0"), confirmed=known)
    assert "Ligne 1 : 32 mains" in said(other)
    key_in(
        as_alice, assembly, line(first, "20", "9", "2", "0"), line(second, "30"), confirmed=known
    )
    assert values(assembly)[first.pk] == [20, 9, 2, 0, ""]
    # What has been confirmed is not asked again, another line is.
    assert key_in(as_alice, assembly, line(first, "20", "9", "2", "0"), line(second, "3")).url
    assembly.present = 12
    fewer = key_in(as_alice, assembly, line(first, "20", "9", "2", "0"), line(second, "3"))
    assert "Ligne 1 : 31 mains pour 12 personnes présentes" in said(fewer)


def test_nobody_counted_the_room_so_nothing_is_doubted(as_alice, programme, three):
    assembly = open_assembly(programme, present=None)
    key_in(as_alice, assembly, line(three[0], "99"))
    assert values(assembly)[three[0].pk][0] == 99


def test_entry_that_changes_nothing_makes_no_version(as_alice, three, assembly):
    key_in(as_alice, assembly, line(three[0], "12"))
    before = Change.objects.of(assembly).count()
    key_in(as_alice, assembly, line(three[0], "12"))
    assembly.refresh_from_db()
    assert (assembly.version, Change.objects.of(assembly).count()) == (2, before)


def test_each_entry_is_in_the_history_with_who_keyed_it_in(as_alice, programme, three, assembly):
    key_in(as_alice, assembly, line(three[0], "12", "3"))
    change = Change.objects.of(assembly).first()
    assert (change.cause, change.alias) == (Cause.KEYED_IN, "Coordination")
    assert change.state["ballots"] == {str(three[0].pk): [12, 3, None, None, ""]}
    text = plain(text_of(as_alice.get(address("changes", programme))))
    assert "Assemblée du 20 novembre 2026, Salle des fêtes Résultats d’une assemblée" in text
    response = as_alice.post(address("restore", programme, change.pk))
    assert response.url == address("assemblies", programme)
    assert values(assembly)[three[0].pk][0] == 12


# Foreign and hostile


@pytest.fixture
def foreign(charlie, grenoble):
    other, _, _ = actions.open_programme(grenoble, charlie)
    (commitment,) = adopt(other, 1)
    return open_assembly(other), commitment


def test_foreign_commitments_in_the_names_of_fields_are_ignored(as_alice, three, assembly, foreign):
    other, commitment = foreign
    response = key_in(
        as_alice, assembly, line(three[0], "5"), line(commitment, "9"),
        {"999999999-in_favour": "1", "x-in_favour": "1", "-in_favour": "1", f"{9**30}-note": "a",
         f"{three[0].pk}-assembly": str(other.pk), f"{three[0].pk}-commitment": "1",
         "programme": other.programme_id, "order": "[1]", "id": "1", "dropped_at": "2026-01-01"},
    )  # fmt: skip
    assert response.status_code == 302
    assert values(assembly) == {three[0].pk: [5, None, None, None, ""]}
    assert not Ballot.objects.exclude(assembly=assembly).exists()
    assert Assembly.objects.get(pk=assembly.pk).programme_id == assembly.programme_id


@pytest.mark.parametrize(
    "name",
    ["assembly", "assembly-results", "drop-assembly", "bring-back-assembly", "votes"],
)
def test_what_is_of_another_team_is_not_found(as_alice, programme, foreign, name):
    other, commitment = foreign
    pk = commitment.pk if name == "votes" else other.pk
    url = address(name, programme, pk)
    found = {as_alice.get(url).status_code, as_alice.post(url).status_code} - {405}
    assert found == {404}
    other.refresh_from_db()
    assert other.dropped_at is None


@pytest.mark.parametrize("chapter", ["", "x", "-1", "99", "9" * 40, "1\x00"])
def test_unknown_chapter_is_not_arranged(as_alice, programme, three, chapter):
    response = as_alice.post(address("arrange-by-result", programme), {"chapitre": chapter})
    assert response.status_code == 404


@pytest.mark.parametrize("version", ["", "x", "-1", "0", "9" * 40])
def test_junk_version_never_writes_over_what_is_saved(as_alice, three, assembly, version):
    first, second, _ = three
    vote(assembly, first, 12)
    response = key_in(as_alice, assembly, line(first, "5"), line(second, "6"), version=version)
    assert response.status_code == 409
    assert values(assembly)[first.pk][0] == 12
    assert boxes(response)[f"{second.pk}-in_favour"] == "6"


# Two at once


def test_two_people_key_in_their_own_lines(as_alice, programme, three, assembly):
    first, second, _ = three
    key_in(as_alice, assembly, line(first, "12"), line(second), version=1)
    response = key_in(as_alice, assembly, line(first), line(second, "7"), version=1)
    assert response.status_code == 302
    assert values(assembly) == {
        first.pk: [12, None, None, None, ""], second.pk: [7, None, None, None, ""],
    }  # fmt: skip


def test_same_line_keyed_in_twice_is_409_with_both(as_alice, programme, three, assembly):
    first, second, third = three
    member = programme.memberships.first()
    member.alias = "Zoé"
    member.save()
    key_in(as_alice, assembly, line(first, "12", note="mieux"), line(third, "1"), version=1)
    response = key_in(
        as_alice, assembly, line(first, "5", "6"), line(second, "7"), line(third), version=1
    )
    assert response.status_code == 409
    assert "Zoé a saisi la même chose autrement" in said(response)
    assert "Ligne 1 : enregistré, 12 pour ; mieux" in said(response)
    assert "Ligne 3" not in said(response)
    assert values(assembly)[first.pk] == [12, None, None, None, "mieux"]
    found = boxes(response)
    assert [found[f"{first.pk}-{box}"] for box in BOXES] == ["5", "6", "", ""]
    assert found[f"{second.pk}-in_favour"] == "7"
    assert found[f"{third.pk}-in_favour"] == "1"
    # The page sends itself again: what was typed is then kept.
    version = re.search(r'name="version" value="(\d+)"', response.content.decode())[1]
    key_in(
        as_alice, assembly, line(first, "5", "6"), line(second, "7"), line(third, "1"),
        version=version,
    )  # fmt: skip
    assert {pk: row[:2] for pk, row in values(assembly).items()} == {
        first.pk: [5, 6], second.pk: [7, None], third.pk: [1, None],
    }  # fmt: skip


def test_head_changed_by_two_is_409_too(as_alice, three, assembly):
    key_in(as_alice, assembly, present="28", version=1)
    response = key_in(as_alice, assembly, line(three[0], "2"), present="29", version=1)
    assert response.status_code == 409
    assert "Personnes présentes : enregistré, 28" in said(response)
    assert 'value="29"' in response.content.decode()


def test_the_same_entry_sent_twice_is_saved_once(as_alice, three, assembly):
    first = key_in(as_alice, assembly, line(three[0], "12"), version=1)
    second = key_in(as_alice, assembly, line(three[0], "12"), version=1)
    assembly.refresh_from_db()
    assert (first.status_code, second.status_code, assembly.version) == (302, 302, 2)


def test_line_that_is_no_more_on_the_form_is_saved_all_the_same(as_alice, three, assembly):
    first, second, third = three
    actions.decide(first, Status.DECLINED)
    actions.drop(second)
    key_in(as_alice, assembly, line(first, "1"), line(second, "2"), line(third, "3"))
    assert {pk: row[0] for pk, row in values(assembly).items()} == {
        first.pk: 1, second.pk: 2, third.pk: 3,
    }  # fmt: skip


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
    assert "Rien de saisi encore." in text_of(as_alice.get(assembly.get_absolute_url()))


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
    assert "Pas encore voté." in text_of(as_alice.get(address("votes", programme, three[2].pk)))


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


# Ways in


def test_form_and_summary_lead_to_the_assemblies(as_alice, client, bob, programme, three):
    where = address("assemblies", programme)
    form = as_alice.get(address("format", programme, "bulletin-assemblee")).content.decode()
    assert f'<a href="{where}">Saisir les résultats</a>' in form
    assert f'<a href="{where}">Assemblées</a>' in as_alice.get(
        programme.get_absolute_url()
    ).content.decode()  # fmt: skip
    leaflet = as_alice.get(address("format", programme, "depliant")).content.decode()
    assert where not in leaflet
    client.force_login(bob)
    form = client.get(address("format", programme, "bulletin-assemblee")).content.decode()
    assert f'<a href="{where}">Voir les résultats</a>' in form


def test_writer_of_the_team_keys_in(client, programme, three, assembly):
    carla = get_user_model().objects.create_user("carla")
    Membership.objects.create(programme=programme, user=carla, role=Role.WRITER, alias="Carla")
    client.force_login(carla)
    assert key_in(client, assembly, line(three[0], "1")).status_code == 302
    assert Change.objects.of(assembly).first().alias == "Carla"
