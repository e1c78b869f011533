"""A room decides on paper: the assembly, and the lines of its form."""

import re

import pytest

from programmes import actions, assemblies
from programmes.enums import Status
from programmes.models import Layout
from programmes.printing.formats import FORMATS
from programmes.printing.orders import Desk
from tests.pages import Page, plain, text_of
from tests.programmes.assemblies.entries import (
    TODAY,
    address,
    adopt,
    boxes,
    entry,
    key_in,
    line,
    values,
)

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
