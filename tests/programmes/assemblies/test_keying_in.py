"""One person keys in what a room decided, or two at once."""

import re

import pytest
from django.contrib.auth import get_user_model

from programmes import actions
from programmes.enums import Cause, Role, Status
from programmes.models import Assembly, Ballot, Change, Draft, Membership
from programmes.models.assembly import BOXES
from tests.pages import plain, text_of
from tests.programmes.assemblies.entries import (
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
    assert ", résultats d’une assemblée Assemblée du 20 novembre 2026, Salle des fêtes" in text
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


# Ways in


def test_writer_of_the_team_keys_in(client, programme, three, assembly):
    carla = get_user_model().objects.create_user("carla")
    Membership.objects.create(programme=programme, user=carla, role=Role.WRITER, alias="Carla")
    client.force_login(carla)
    assert key_in(client, assembly, line(three[0], "1")).status_code == 302
    assert Change.objects.of(assembly).first().alias == "Carla"
