"""A programme that comes back as a file, into itself as it has gone on since."""

from dataclasses import replace

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programmes import actions, reconciling
from programmes.enums import Cause
from programmes.exchange import complete_file as file
from programmes.exchange import gathering, programme_file
from programmes.models import Change, Commitment, Layout, Logo, Programme
from programmes.printing.document import build
from programmes.printing.orders import Desk
from tests.pages import plain, text_of
from tests.programmes.files import (
    NEW,
    OLD_TEXT,
    PLAN,
    carried,
    commitment,
    confirm,
    edit,
    send,
    tune,
    write,
    yaml_of,
)


@pytest.fixture
def plan(varied):
    return commitment(varied, PLAN)


@pytest.fixture
def address(varied):
    return reverse("programmes:import", args=[varied.pk])


def test_what_was_written_offline_comes_in(as_alice, varied, plan, address):
    written = edit(
        yaml_of(varied),
        ("Un deuxième point.", "Un deuxième point, mieux dit."),
        ('title: "Un lavoir"', 'title: "Un lavoir neuf"'),
        ('reason: "Trop cher"', 'reason: "Trop cher pour nous"'),
    )
    page = send(as_alice, address, written)
    assert "Changé dans le fichier seulement" in text_of(page)
    assert "choix-" not in page.content.decode()
    plan.refresh_from_db()
    assert plan.text == OLD_TEXT
    assert confirm(as_alice, address, page).status_code == 302
    plan.refresh_from_db()
    assert plan.text == "Un premier point. Un deuxième point, mieux dit. Un troisième point."
    assert set(varied.commitments.values_list("title", "reason")) >= {
        ("Un lavoir neuf", ""), ("", "Trop cher pour nous"),
    }  # fmt: skip


def test_unchanged_file_brings_nothing(as_alice, varied, address):
    page = send(as_alice, address, yaml_of(varied))
    assert "n’apporte rien de nouveau" in text_of(page)
    assert "<button>Importer</button>" not in page.content.decode()
    before = Change.objects.count()
    confirm(as_alice, address, page)
    assert Change.objects.count() == before


def test_changes_in_other_sentences_are_put_together(as_alice, varied, plan, address):
    written = edit(yaml_of(varied), ("Un deuxième point.", "Un deuxième point, mieux dit."))
    write(plan, text=OLD_TEXT.replace("Un premier point.", "Un tout premier point."))
    page = send(as_alice, address, written)
    assert "vos changements et ceux du fichier, réunis" in plain(text_of(page))
    confirm(as_alice, address, page)
    plan.refresh_from_db()
    assert plan.text == "Un tout premier point. Un deuxième point, mieux dit. Un troisième point."


@pytest.mark.parametrize(
    ("choice", "text"),
    [
        ("own", "Un premier point. Le nôtre. Un troisième point."),
        ("new", "Un premier point. Le leur. Un troisième point."),
        ("both", "Un premier point. Le nôtre. Le leur. Un troisième point."),
        ("autre", "Un premier point. Le nôtre. Un troisième point."),
    ],
)
def test_conflict_is_settled_as_the_team_chooses(as_alice, varied, plan, address, choice, text):
    written = edit(yaml_of(varied), ("Un deuxième point.", "Le leur."))
    write(plan, text=OLD_TEXT.replace("Un deuxième point.", "Le nôtre."))
    page = send(as_alice, address, written)
    name = f"choix-engagement-{plan.pk}-text"
    assert carried(page)[name] == "own"
    assert "[ajouté : Le leur" in plain(text_of(page)).replace("[ajouté : ", "[ajouté : ")
    confirm(as_alice, address, page, **{name: choice})
    plan.refresh_from_db()
    assert plan.text == text


def test_base_is_the_version_that_the_file_names_however_old(as_alice, varied, plan, address):
    written = yaml_of(varied)
    for word in ("a", "b", "c"):
        write(plan, text=f"{OLD_TEXT} {word}.")
    page = send(as_alice, address, written)
    assert "n’apporte rien de nouveau" in text_of(page)
    assert "1 texte changé ici seulement" in plain(text_of(page))


def test_parameters_are_brought_together_likewise(as_alice, varied, plan, address):
    tune(plan, "8")
    written = edit(yaml_of(varied), ('value: "8"', 'value: "10"'))
    confirm(as_alice, address, send(as_alice, address, written))
    value = plan.parameters.get(slug="delai_revision_mois")
    assert value.value == "10"
    tune(commitment(varied, PLAN), "12")
    page = send(as_alice, address, edit(written, ('value: "10"', 'value: "14"')))
    name = f"choix-engagement-{plan.pk}-reglage-delai_revision_mois"
    assert carried(page)[name] == "own"
    confirm(as_alice, address, page, **{name: "new"})
    value.refresh_from_db()
    assert value.value == "14"


def test_value_beyond_the_bounds_here_is_told_and_not_taken(as_alice, varied, plan, address):
    tune(plan, "8")
    written = edit(yaml_of(varied), ('value: "8"', 'value: "99"'))
    place = written.decode().index('value: "99"')
    loose = written[: len(written.decode()[:place].encode())] + written[
        len(written.decode()[:place].encode()) :
    ].replace(b'max: "24"', b'max: "100"', 1)
    page = send(as_alice, address, loose)
    assert "Choisissez une valeur entre 3 et 24." in text_of(page)
    assert "n’apporte rien de nouveau" in text_of(page)
    confirm(as_alice, address, page)
    assert plan.parameters.get(slug="delai_revision_mois").value == "8"


def test_settings_are_brought_in_but_never_the_commune(as_alice, varied, address):
    written = edit(
        yaml_of(varied),
        ('title: "Une commune debout"', 'title: "Une commune vivante"'),
        ('commune_code: "26027"', 'commune_code: "38185"'),
        ('kind: "campaign"', 'kind: "campaign"\n  vote_date: "2026-12-06"\n  population: 200'),
    )
    page = send(as_alice, address, written)
    assert "celui d’une autre commune" in text_of(page)
    confirm(as_alice, address, page)
    varied.refresh_from_db()
    assert (varied.title, varied.commune_id) == ("Une commune vivante", "26027")
    assert (str(varied.vote_date), varied.own_population) == ("2026-12-06", 200)
    assert Change.objects.of(varied).first().cause == Cause.IMPORTED


def test_what_the_file_lacks_is_told_and_stays(as_alice, varied, address):
    said = gathering.gather(varied)
    chapters = tuple(replace(chapter, commitments=()) for chapter in said.chapters)
    page = send(as_alice, address, file.dump(replace(said, chapters=chapters)))
    assert "4 engagements absents du fichier, gardés ici" in plain(text_of(page))
    confirm(as_alice, address, page)
    assert varied.commitments.count() == 4


def test_new_commitments_come_last_in_their_chapter(as_alice, varied, address):
    said = yaml_of(varied).decode()
    more = (
        '      - status: "discussed"\n        title: "Un four"\n        text: "Un four à pain."\n'
        '        decided_by: "council"\n        horizon: "term"\n'
    )
    written = said.replace("layouts:", f"{more}layouts:").encode()
    page = send(as_alice, address, written)
    assert "Un four" in text_of(page)
    confirm(as_alice, address, page)
    chapter = varied.chapters.get(number=0)
    assert [row.title for row in chapter.commitments.in_order()] == ["Un lavoir", "Un four"]
    # Without a key the same file would bring it again: its title tells it.
    assert "n’apporte rien de nouveau" in text_of(send(as_alice, address, written))


def test_measure_taken_meanwhile_is_the_same_commitment(as_alice, varied, take, address):
    (voices,) = take("solidarite-voisinage")
    written = yaml_of(varied)
    Commitment.everything.filter(pk=voices.pk).delete()
    (again,) = take("solidarite-voisinage")
    assert again.key != voices.key
    assert "n’apporte rien de nouveau" in text_of(send(as_alice, address, written))


def test_what_lies_in_the_bin_stays_there(as_alice, varied, plan, address):
    written = edit(yaml_of(varied), ("Un deuxième point.", "Autre."))
    actions.drop(plan)
    page = send(as_alice, address, written)
    assert "Dans la corbeille d’ici, et laissés là" in text_of(page)
    confirm(as_alice, address, page)
    assert commitment(varied, PLAN).dropped_at is not None


def test_import_can_be_undone_from_the_history(as_alice, varied, plan, address):
    written = edit(yaml_of(varied), ("Un deuxième point.", "Autre."))
    before = Change.objects.of(plan).first()
    confirm(as_alice, address, send(as_alice, address, written))
    last = Change.objects.of(plan).first()
    assert (last.cause, last.alias) == (Cause.IMPORTED, "Coordination")
    as_alice.post(reverse("programmes:restore", args=[varied.pk, before.pk]))
    plan.refresh_from_db()
    assert plan.text == OLD_TEXT


def test_colleague_who_saves_meanwhile_is_not_overwritten(as_alice, varied, plan, address):
    written = edit(yaml_of(varied), ("Un deuxième point.", "Le leur."))
    page = send(as_alice, address, written)
    write(plan, text=OLD_TEXT.replace("Un deuxième point.", "Le nôtre."))
    again = confirm(as_alice, address, page)
    assert again.status_code == 409
    assert "Quelqu’un a enregistré entre-temps" in text_of(again)
    plan.refresh_from_db()
    assert "Le nôtre." in plan.text
    assert confirm(as_alice, address, again).status_code == 302


def test_row_that_moved_after_the_comparison_stops_everything(varied, plan):
    said = edit(yaml_of(varied), ("Un deuxième point.", "Autre."), ('"Un lavoir"', '"Un four"'))
    comparison = reconciling.compare(varied, file.read(said))
    plan.advance()
    before = Change.objects.count()
    with pytest.raises(reconciling.Stale):
        reconciling.apply(comparison, {})
    assert varied.commitments.filter(title="Un four").count() == 0
    assert Change.objects.count() == before


def test_what_came_after_the_comparison_stops_everything(varied, plan):
    said = edit(yaml_of(varied), ("Un deuxième point.", "Autre."))
    comparison = reconciling.compare(varied, file.read(said))
    Commitment.objects.create(
        programme=varied, chapter=plan.chapter, title="Venu depuis", text="T",
        decided_by="mayor", horizon="term",
    )  # fmt: skip
    with pytest.raises(reconciling.Stale):
        reconciling.apply(comparison, {})
    plan.refresh_from_db()
    assert "Autre." not in plan.text


def test_report_sent_twice_is_applied_once(as_alice, varied, plan, address):
    written = edit(yaml_of(varied), ("Un deuxième point.", "Autre."))
    page = send(as_alice, address, written)
    assert confirm(as_alice, address, page).status_code == 302
    count = Change.objects.count()
    assert confirm(as_alice, address, page).status_code == 302
    assert Change.objects.count() == count


def test_two_texts_too_long_together_are_refused_and_the_choice_is_kept(
    as_alice, varied, plan, address
):
    write(plan, text="Un début.")
    mine, theirs = ("Long. " + letter * 3500 for letter in "ab")
    written = edit(yaml_of(varied), ('text: "Un début."', f'text: "{theirs}"'))
    write(plan, text=mine)
    page = send(as_alice, address, written)
    name = f"choix-engagement-{plan.pk}-text"
    again = confirm(as_alice, address, page, **{name: "both"})
    assert again.status_code == 400
    assert carried(again)[name] == "both"
    plan.refresh_from_db()
    assert plan.text == mine
    assert confirm(as_alice, address, again, **{name: "new"}).status_code == 302
    plan.refresh_from_db()
    assert plan.text == theirs


def test_keys_of_another_team_reach_nothing_of_theirs(as_alice, varied, address, charlie, grenoble):
    other, _, _ = actions.open_programme(grenoble, charlie)
    foreign = Commitment(
        programme=other, title="À eux", text="À eux.", decided_by="mayor", horizon="term"
    )
    actions.add_own_commitment(foreign, None)
    said = yaml_of(other).replace("À eux".encode(), b"Pris")
    page = send(as_alice, address, said)
    assert "Ce fichier ne vient pas de ce programme" in text_of(page)
    confirm(as_alice, address, page)
    foreign.refresh_from_db()
    assert (foreign.title, foreign.version) == ("À eux", 1)
    assert varied.commitments.get(key=foreign.key).title == "Pris"


def test_version_of_another_programme_is_not_taken_for_ours(as_alice, varied, plan, address):
    confirm(as_alice, NEW, send(as_alice, NEW, yaml_of(varied)))
    copy = Programme.objects.with_place().exclude(pk=varied.pk).get()
    theirs = commitment(copy, PLAN)
    write(theirs, text="Tout autre chose chez eux.")
    assert theirs.version == plan.version == 2
    page = send(as_alice, address, yaml_of(copy))
    assert f"choix-engagement-{plan.pk}-text" in carried(page)


def test_printed_file_over_its_own_programme_brings_nothing(as_alice, varied, address):
    page = send(as_alice, address, programme_file.dump(build(varied)), "programme.yaml")
    assert "n’apporte rien de nouveau" in text_of(page)


def test_layouts_and_logos_are_as_they_were(as_alice, varied, address):
    logo = Logo.objects.create(
        programme=varied, digest="0", image=b"", width=1, height=1, description="x",
        consent_on="2026-11-22",
    )  # fmt: skip
    Layout.objects.update(logo=logo)
    written = edit(yaml_of(varied), ('slogan: "Debout"', 'slogan: "Assis"'))
    confirm(as_alice, address, send(as_alice, address, written))
    assert Layout.objects.get().slogan == "Debout"
    confirm(as_alice, NEW, send(as_alice, NEW, written))
    again = Programme.objects.with_place().exclude(pk=varied.pk).get()
    assert (again.layouts.get().slogan, again.layouts.get().logo) == ("Assis", None)
    assert Desk(again).document.title == "Une commune debout"


def test_reader_may_not_import(client, bob, varied, address):
    client.force_login(bob)
    assert client.get(address).status_code == 403
    assert send(client, address, yaml_of(varied)).status_code == 403


def test_session_that_closed_meanwhile_loses_nothing(as_alice, alice, varied, plan, address):
    written = edit(yaml_of(varied), ("Un deuxième point.", "Autre."))
    page = send(as_alice, address, written)
    as_alice.logout()
    asked = confirm(as_alice, address, page)
    assert asked.status_code == 401
    assert carried(asked)["contenu"] == carried(page)["contenu"]
    answer = confirm(as_alice, address, asked, identifier="alice", passphrase="phrase de alice")
    assert answer.status_code == 302
    plan.refresh_from_db()
    assert plan.text == "Un premier point. Autre. Un troisième point."


def test_draft_of_an_import_is_offered_again(as_alice, varied, address):
    written = edit(yaml_of(varied), ("Un deuxième point.", "Autre."))
    send_again = as_alice.post(address, {"pasted": written.decode()})
    assert send_again.status_code == 200
    assert "n’a pas été enregistré" in text_of(as_alice.get(address))
    assert "Changé dans le fichier seulement" in text_of(as_alice.get(f"{address}?brouillon"))


TEXTS = st.lists(
    st.sampled_from(["Un point.", "Deux points !", "- item\n- item", "Fin ?", "\n\n", "« Mot »"]),
    min_size=1, max_size=6,
).map(" ".join).filter(str.strip)  # fmt: skip


@settings(
    max_examples=30, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(base=TEXTS, own=TEXTS, new=TEXTS)
def test_nothing_written_on_either_side_is_lost_by_taking_both(varied, plan, base, own, new):
    write(plan, text=base)
    said = gathering.gather(varied)
    (old,) = (row for row in said.commitments if row.measure == PLAN)
    changed = replace(old, text=new)
    chapters = tuple(
        replace(
            chapter,
            commitments=tuple(changed if row == old else row for row in chapter.commitments),
        )
        for chapter in said.chapters
    )
    write(plan, text=own)
    comparison = reconciling.compare(varied, replace(said, chapters=chapters))
    choices = {each.name: "both" for subject in comparison.clashing for each in subject.conflicts}
    reconciling.apply(comparison, choices)
    row = commitment(varied, PLAN)
    result = row.text or row.base_text
    if own == base:
        assert result == new
    elif new == base:
        assert result == own
    elif own != new:
        for words in set(own.split()) - set(base.split()):
            assert words in result
    plan.version = row.version
    plan.text = row.text
