"""Two people, one text: nobody's words are dropped, whoever saves last."""

import html
import random
import re

import pytest
from django.urls import reverse

from desescalade import typography
from programmes import actions, history
from programmes.enums import Cause, Role
from programmes.models import Change, Commitment, Layout
from tests.pages import plain, text_of
from tests.programmes.forms import adapt, arrange, save_settings

PLAN = "pcs-rupture-reseaux"
DAY = "journee-hors-reseau"
FIRST = "services-essentiels-hors-reseau"


@pytest.fixture
def as_bob(programme, bob):
    """bob writes here, in his own browser."""
    from django.test import Client

    programme.memberships.filter(user=bob).update(role=Role.WRITER, alias="Bob")
    browser = Client()
    browser.force_login(bob)
    return browser


def fields_of(response) -> dict[str, str]:
    """The hidden fields of the page of a conflict, as its buttons send them."""
    found = re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)">', response.content.decode()
    )
    return {name: html.unescape(value) for name, value in found}


def saved_text(commitment) -> str:
    commitment.refresh_from_db()
    return commitment.text


def test_second_writer_sees_both_texts_and_what_was_there(as_alice, as_bob, take):
    (plan,) = take(PLAN)
    adapt(as_bob, plan, text="Un plan sur papier, écrit par Bob.")
    late = adapt(as_alice, plan, text="Un plan sur papier, écrit par Alice.")
    assert late.status_code == 409
    page = text_of(late)
    assert "Bob a enregistré à" in page
    assert "écrit par Bob." in page
    assert "écrit par Alice." in page
    assert plan.base_text[:40] in page
    assert saved_text(plan) == "Un plan sur papier, écrit par Bob."


def test_keeping_mine_writes_it_and_leaves_theirs_in_the_history(as_alice, as_bob, take):
    (plan,) = take(PLAN)
    adapt(as_bob, plan, text="Le texte de Bob.")
    late = adapt(as_alice, plan, text="Le texte d’Alice.")
    answer = as_alice.post(plan.get_absolute_url(), fields_of(late) | {"conflit": "le-mien"})
    assert answer.status_code == 302
    assert saved_text(plan) == "Le texte d’Alice."
    assert [change.state["text"] for change in Change.objects.of(plan)] == [
        "Le texte d’Alice.", "Le texte de Bob.", "",
    ]  # fmt: skip


def test_keeping_theirs_leaves_mine_in_the_history_from_where_it_is_taken_up_again(
    as_alice, as_bob, take
):
    (plan,) = take(PLAN)
    adapt(as_bob, plan, text="Le texte de Bob.")
    late = adapt(as_alice, plan, text="Le texte d’Alice.")
    as_alice.post(plan.get_absolute_url(), fields_of(late) | {"conflit": "le-leur"})
    assert saved_text(plan) == "Le texte de Bob."
    aside = Change.objects.of(plan).get(cause=Cause.SET_ASIDE)
    assert aside.state["text"] == "Le texte d’Alice."
    page = as_alice.get(f"{plan.get_absolute_url()}?reprendre={aside.pk}")
    assert "Le texte d’Alice.</textarea>" in page.content.decode()


def test_typed_text_that_no_form_would_take_is_set_aside_in_part(as_alice, as_bob, take):
    (plan,) = take(PLAN)
    adapt(as_bob, plan, text="Le texte de Bob.")
    late = adapt(as_alice, plan, text="Le texte d’Alice.")
    typed = fields_of(late) | {"conflit": "le-leur", "text": "a" * 1_000_000, "title": "b" * 10_000}
    as_alice.post(plan.get_absolute_url(), typed)
    aside = Change.objects.of(plan).get(cause=Cause.SET_ASIDE).state
    assert aside["title"] == "b" * 10_000
    assert plain(aside["text"]) == (
        "a" * 100_000 + "\n\n[Texte coupé ici : il dépasse 100 000 signes.]"
    )


def test_both_are_put_together_to_be_read_over_before_they_are_saved(as_alice, as_bob, take):
    (plan,) = take(PLAN)
    adapt(as_alice, plan, text="Une première phrase. Une deuxième phrase. Une troisième.")
    plan.refresh_from_db()
    adapt(as_bob, plan, text="Une première phrase, de Bob. Une deuxième phrase. Une troisième.")
    late = adapt(as_alice, plan, text="Une première phrase. Une deuxième phrase. La fin, d’Alice.")
    joined = as_alice.post(plan.get_absolute_url(), fields_of(late) | {"conflit": "les-deux"})
    page = html.unescape(joined.content.decode())
    assert "Une première phrase, de Bob. Une deuxième phrase. La fin, d’Alice.</textarea>" in page
    assert saved_text(plan).startswith("Une première phrase, de Bob. Une deuxième")
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    assert adapt(as_alice, plan, text="Les deux.", version=version).status_code == 302


def test_field_that_only_one_changed_is_kept_whichever_button_is_pressed(as_alice, as_bob, take):
    (plan,) = take(PLAN)
    adapt(as_bob, plan, line="La ligne de Bob", text="Le texte de Bob.")
    late = adapt(as_alice, plan, title="Le titre d’Alice", text="Le texte d’Alice.")
    as_alice.post(plan.get_absolute_url(), fields_of(late) | {"conflit": "le-mien"})
    plan.refresh_from_db()
    assert (plan.title, plan.line, plan.text) == (
        "Le titre d’Alice", "La ligne de Bob", "Le texte d’Alice.",
    )  # fmt: skip


def test_conflict_on_a_conflict_is_shown_again_with_the_newest_text(as_alice, as_bob, take):
    (plan,) = take(PLAN)
    adapt(as_bob, plan, text="Le texte de Bob.")
    late = adapt(as_alice, plan, text="Le texte d’Alice.")
    plan.refresh_from_db()
    adapt(as_bob, plan, text="Encore Bob.")
    again = as_alice.post(plan.get_absolute_url(), fields_of(late) | {"conflit": "le-mien"})
    assert again.status_code == 409
    assert "ajouté : Encore" in plain(text_of(again))
    assert fields_of(again)["text"] == "Le texte d’Alice."


def test_value_of_a_parameter_that_both_changed_is_shown_in_words(as_alice, as_bob, take):
    (plan,) = take(PLAN)
    adapt(as_bob, plan, reglage_delai_revision_mois="9")
    late = adapt(as_alice, plan, reglage_delai_revision_mois="12")
    assert late.status_code == 409
    assert plan.parameters.get(slug="delai_revision_mois").value == "9"
    as_alice.post(plan.get_absolute_url(), fields_of(late) | {"conflit": "le-mien"})
    assert plan.parameters.get(slug="delai_revision_mois").value == "12"


def test_settings_of_two_people_clash_and_nothing_is_lost(as_alice, as_bob, programme):
    programme.refresh_from_db()
    opened = programme.version
    save_settings(as_bob, programme, list_name="Liste de Bob", subtitle="De Bob")
    late = save_settings(as_alice, programme, list_name="Liste d’Alice", version=opened)
    assert late.status_code == 409
    assert "Liste de Bob" in text_of(late)
    address = reverse("programmes:settings", args=[programme.pk])
    as_alice.post(address, fields_of(late) | {"conflit": "le-mien"})
    programme.refresh_from_db()
    assert (programme.list_name, programme.subtitle) == ("Liste d’Alice", "De Bob")


@pytest.fixture
def two_orders(as_alice, as_bob, take):
    """Three commitments: bob has put the third before the second, alice the first last."""
    rows = take(PLAN, DAY, "cartographie-dependances")
    chapter = rows[0].chapter
    chapter.refresh_from_db()
    opened = chapter.version
    arrange(as_bob, chapter, up=rows[2].pk)
    seen = {"vu-ordre": " ".join(str(row.pk) for row in rows), "vu-chiffres": ""}
    late = arrange(as_alice, chapter, version=opened, **seen, **{f"rank-{rows[0].pk}": "3"})
    return rows, late


def test_order_of_a_stale_page_is_shown_beside_the_saved_one(two_orders):
    (first, second, third), late = two_orders
    assert late.status_code == 409
    assert "Bob a changé ce chapitre" in text_of(late)
    assert list(first.chapter.commitments.in_order()) == [first, third, second]
    by_title = {plain(typography.typeset(row.shown_title)): row for row in (first, second, third)}
    lists = re.findall(r"<ol>(.*?)</ol>", late.content.decode(), re.DOTALL)
    both, mine, theirs, base = (
        [by_title[plain(html.unescape(title))] for title in re.findall("<li>(.*?)</li>", one)]
        for one in lists
    )
    assert both == [third, second, first]
    assert mine == [second, third, first]
    assert theirs == [first, third, second]
    assert base == [first, second, third]


@pytest.mark.parametrize(
    ("way", "order"),
    [("le-mien", (1, 2, 0)), ("le-leur", (0, 2, 1)), ("les-deux", (2, 1, 0))],
)
def test_each_way_out_of_two_orders_writes_it_and_keeps_the_others(
    as_alice, two_orders, way, order
):
    rows, late = two_orders
    forms = re.findall(r'<form method="post">(.*?)</form>', late.content.decode(), re.DOTALL)
    (form,) = [form for form in forms if f'value="{way}"' in form]
    data: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form):
        data.setdefault(name, []).append(value)
    address = reverse("programmes:chapter", args=[rows[0].programme_id, 1])
    assert as_alice.post(address, data).status_code == 302
    now = rows[0].chapter.commitments.in_order().values_list("pk", flat=True)
    assert list(now) == [rows[rank].pk for rank in order]
    kept = [change.state["order"] for change in Change.objects.of(rows[0].chapter)]
    assert [rows[rank].pk for rank in (0, 2, 1)] in kept
    assert [rows[rank].pk for rank in order] in kept
    if way == "le-leur":
        assert [rows[rank].pk for rank in (1, 2, 0)] in kept


def test_figures_that_two_people_ticked_and_unticked_are_put_together(as_alice, as_bob, take):
    (plan,) = take(PLAN)
    chapter = plan.chapter
    chapter.refresh_from_db()
    opened = chapter.version
    printed = list(chapter.figures.filter(is_printed=True).values_list("pk", flat=True))
    other = chapter.figures.filter(is_printed=False).values_list("pk", flat=True)[0]
    seen = {"vu-ordre": f"{plan.pk}", "vu-chiffres": " ".join(map(str, printed))}
    arrange(as_bob, chapter, figures=printed[1:])
    late = arrange(as_alice, chapter, figures=[*printed, other], version=opened, **seen)
    form = late.content.decode().split("Prendre les deux réunis")[0]
    sent = [int(pk) for pk in re.findall(r'name="figures" value="(\d+)"', form)]
    assert sorted(sent) == sorted([*printed[1:], other])


def test_reorders_at_once_end_in_one_of_the_orders_that_were_posted(as_alice, as_bob, take):
    rows = take(PLAN, DAY, "cartographie-dependances", "eau-sans-data-center")
    chapter, draw = rows[0].chapter, random.Random(4)
    posted = [[row.pk for row in rows]]
    for _ in range(40):
        chapter.refresh_from_db()
        opened = chapter.version
        for person in draw.sample([as_alice, as_bob], 2):
            order = draw.sample([row.pk for row in rows], 4)
            ranks = {f"rank-{pk}": str(rank) for rank, pk in enumerate(order, start=1)}
            if arrange(person, chapter, version=opened, **ranks).status_code == 302:
                posted.append(order)
            now = list(chapter.commitments.in_order().values_list("pk", flat=True))
            assert now == posted[-1]
    assert len(posted) == 41


def test_layout_of_two_people_clashes(as_alice, as_bob, programme, take):
    take(PLAN)
    address = reverse("programmes:format", args=[programme.pk, "affiche-a3"])
    sent = {"color_choice": "#1f4d3a", "bleed": "3", "version": "1"}
    as_bob.post(address, {**sent, "slogan": "De Bob"})
    late = as_alice.post(address, {**sent, "slogan": "D’Alice"})
    assert late.status_code == 409
    assert Layout.objects.get().slogan == "De Bob"
    as_alice.post(address, fields_of(late) | {"conflit": "le-mien"})
    assert Layout.objects.get().slogan == "D’Alice"


@pytest.mark.parametrize("editors", [2, 3])
def test_no_interleaving_overwrites_silently(programme, take, editors):
    """500 plays of two or three people who open, type and save in any order."""
    from programmes.forms.texts import CommitmentForm

    (plan,) = take(PLAN)
    draw = random.Random(editors)
    acknowledged = []
    for play in range(500):
        open_at = {}
        for step in range(editors * 2):
            person = draw.randrange(editors)
            row = Commitment.objects.select_related("programme").get(pk=plan.pk)
            if person not in open_at:
                open_at[person] = row.version
                continue
            text = f"Texte {play}.{step} de {person}."
            data = {
                **{name: row.source_text(name) for name in ("title", "line", "easy")},
                **{f"reglage_{p.slug}": p.value for p in row.parameters.all()},
                "text": text, "horizon": row.horizon, "status": row.status,
                "version": open_at.pop(person),
            }  # fmt: skip
            form = CommitmentForm(data, instance=row)
            assert form.is_valid(), form.errors
            is_fresh = data["version"] == Commitment.objects.get(pk=plan.pk).version
            assert form.save_unless_changed() is is_fresh
            if is_fresh:
                acknowledged.append(text)
    kept = [change.state["text"] for change in Change.objects.of(plan).order_by("pk")]
    assert kept[1:] == acknowledged
    assert saved_text(plan) == acknowledged[-1]


def test_unknown_base_shows_both_texts_whole(as_alice, take):
    (plan,) = take(PLAN)
    adapt(as_alice, plan, text="Le texte enregistré.")
    late = adapt(as_alice, plan, text="Le texte tapé.", version="")
    assert late.status_code == 409
    assert fields_of(late)["text"] == "Le texte tapé."


def test_restored_version_is_a_new_version(take):
    (plan,) = take(PLAN)
    actions.decide(plan, "done", "Depuis 2019")
    first = Change.objects.of(plan).get(version=1)
    history.restore(plan, first)
    plan.refresh_from_db()
    assert (plan.status, plan.reason, plan.version) == ("retained", "", 3)


def test_verb_on_a_row_read_before_keeps_what_a_colleague_wrote_since(take):
    (plan,) = take(PLAN)
    old = Commitment.objects.get(pk=plan.pk)
    plan.advance()
    plan.title = "Le titre de Bob"
    plan.save(update_fields=["title"])
    history.record(plan, Cause.EDITED)
    actions.decide(old, "done", "Depuis 2019")
    newest = Change.objects.of(plan).first()
    assert (newest.state["title"], newest.state["status"]) == ("Le titre de Bob", "done")


def test_change_through_any_verb_is_signed(as_alice, programme, take):
    plan, day = take(PLAN, DAY)
    adapt(as_alice, plan, text="Nos mots.")
    arrange(as_alice, plan.chapter, up=day.pk)
    save_settings(as_alice, programme, list_name="Ici")
    address = reverse("programmes:choose", args=[programme.pk, FIRST])
    as_alice.post(address, {f"{DAY}-status": "done"})
    as_alice.post(
        reverse("programmes:new-commitment", args=[programme.pk]),
        {"proposal": FIRST, "title": "Un banc", "text": "Un banc.", "decided_by": "mayor",
         "horizon": "term", "budget": "neutral", "status": "retained"},
    )  # fmt: skip
    written = programme.changes.exclude(cause=Cause.ADDED, commitment__in=[plan, day])
    assert set(written.values_list("alias", flat=True)) == {"Coordination"}
    assert set(written.values_list("cause", flat=True)) == {
        "added", "edited", "ordered", "settings", "decided",
    }  # fmt: skip


def test_choices_for_a_format_of_two_people_are_put_together(as_alice, as_bob, programme, take):
    first, second, third = take(PLAN, DAY, "cartographie-dependances")
    address = reverse("programmes:selection", args=[programme.pk, "affiche-a3"])
    shown = {"shown": [first.pk, second.pk, third.pk], "save": "", "version": "1"}
    as_bob.post(address, {**shown, "chosen": [second.pk, third.pk]})
    late = as_alice.post(address, {**shown, "chosen": [first.pk, second.pk]})
    assert late.status_code == 409
    assert "Bob a changé cette mise en page" in text_of(late)
    ticked = re.findall(r'name="chosen" value="(\d+)" checked', late.content.decode())
    assert ticked == [str(second.pk)]
