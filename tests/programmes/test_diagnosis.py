"""The questions of the catalogue: answered by the team, they move measures and hide none."""

import html
import random
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes.enums import Finding, Role
from programmes.models import Answer
from proposals.models import Measure, Proposal, Question
from tests.pages import Page, plain, text_of
from tests.programmes.forms import resend

FIRST = "services-essentiels-hors-reseau"
WATER = "gestion_eau"
WATER_MEASURE = "eau-sans-data-center"


def address(programme, slug=FIRST):
    return reverse("programmes:questions", args=[programme.pk, slug])


def send(client, programme, *, seen=None, slug=FIRST, **fields):
    """Sends answers as `gestion_eau__value="fine"`; `seen` is what the page showed of them."""
    data = {name.replace("__", "-"): value for name, value in fields.items()}
    for name in data if seen is None else seen:
        if seen is not None:
            data[f"initial-{name.replace('__', '-')}"] = seen[name]
    return client.post(address(programme, slug), data)


def answer(programme, slug, value, note=""):
    return Answer.objects.create(
        programme=programme, slug=slug, text=Question.objects.get(slug=slug).text,
        value=value, note=note,
    )  # fmt: skip


def saved(programme) -> dict:
    return {row.slug: (row.value, row.note) for row in programme.answers.all()}


def shown(client, programme, slug=FIRST) -> list[str]:
    """The measures on the page of choices, from top to bottom."""
    page = client.get(reverse("programmes:choose", args=[programme.pk, slug])).content.decode()
    return re.findall(r'<article class="measure" id="([\w-]+)"', page)


def why(client, programme, measure, slug=FIRST) -> str:
    page = client.get(reverse("programmes:choose", args=[programme.pk, slug])).content.decode()
    article = page[page.index(f'id="{measure}"') :].split("</article>")[0]
    reasons = re.findall(r'<p class="why">(.*?)</p>', article)
    return plain(html.unescape(reasons[0])).split("Texte ")[0].strip()


def test_an_answer_is_kept_with_the_question_and_leads_to_the_next_proposal(as_alice, programme):
    response = send(
        as_alice, programme, gestion_eau__value="to-do", gestion_eau__note="Trois heures en 2021",
    )  # fmt: skip
    assert response.url == address(programme, "gestion-sobre-degafamisee")
    row = programme.answers.get()
    assert (row.slug, row.value, row.note) == (WATER, Finding.TO_DO, "Trois heures en 2021")
    assert row.text == Question.objects.get(slug=WATER).text
    page = as_alice.get(address(programme)).content.decode()
    assert 'name="gestion_eau-value" value="to-do" checked' in page
    assert 'value="Trois heures en 2021"' in page


def test_last_proposal_leads_back_to_all_of_them(as_alice, programme):
    last = Proposal.objects.last()
    response = send(as_alice, programme, slug=last.slug)
    assert response.url == reverse("programmes:diagnosis", args=[programme.pk])


def test_one_can_go_on_to_choose_at_once(as_alice, programme):
    response = send(as_alice, programme, choose="")
    assert response.url == reverse("programmes:choose", args=[programme.pk, FIRST])


def test_questions_may_be_skipped_and_an_answer_taken_back(as_alice, programme):
    send(as_alice, programme)
    assert saved(programme) == {}
    answer(programme, WATER, Finding.FINE)
    send(
        as_alice, programme, gestion_eau__value="", gestion_eau__note="",
        seen={"gestion_eau__value": "fine", "gestion_eau__note": ""},
    )  # fmt: skip
    assert saved(programme) == {}


def test_a_note_alone_is_kept(as_alice, programme):
    send(as_alice, programme, gestion_eau__note="Demander à Paul")
    assert saved(programme) == {WATER: ("", "Demander à Paul")}


def test_a_measure_to_do_comes_first_with_the_reason_in_words(as_alice, programme):
    before = shown(as_alice, programme)
    assert before.index(WATER_MEASURE) == 3
    answer(programme, WATER, Finding.TO_DO)
    assert shown(as_alice, programme)[0] == WATER_MEASURE
    assert why(as_alice, programme, WATER_MEASURE) == (
        "Plus haut dans la liste : à « Qui gère l’eau, et combien d’heures le réseau tient-il sans"
        " courant ni commande à distance ? », vous avez répondu « il y a à faire ici »."
    )


def test_a_measure_that_all_is_well_with_comes_last(as_alice, programme):
    answer(programme, WATER, Finding.FINE)
    assert shown(as_alice, programme)[-1] == WATER_MEASURE
    assert why(as_alice, programme, WATER_MEASURE).startswith("Plus bas dans la liste : à « Qui")


@pytest.mark.parametrize("value", [Finding.UNKNOWN, ""])
def test_what_is_not_known_moves_nothing(as_alice, programme, value):
    before = shown(as_alice, programme)
    answer(programme, WATER, value, "On cherche")
    assert shown(as_alice, programme) == before
    assert why(as_alice, programme, WATER_MEASURE) == ""


def test_two_answers_may_outweigh_each_other_and_both_are_said(as_alice, programme):
    slug, measure = "ecole-ouverte-creative", "pas-de-tablettes-primaire"
    slug = Measure.objects.get(pk=measure).proposal_id
    before = shown(as_alice, programme, slug)
    answer(programme, "depenses_numerique_ecole", Finding.TO_DO)
    answer(programme, "equipements_ecole", Finding.FINE)
    said = why(as_alice, programme, measure, slug)
    assert said.startswith("Ni plus haut ni plus bas dans la liste : à « Combien")
    assert said.endswith("vous avez répondu « tout va bien ici ».")
    assert before.index(measure) != 0
    assert shown(as_alice, programme, slug)[0] == "priorite-sorties-culture-nature"


def test_unsuitable_measure_goes_down_and_says_why(as_alice, programme):
    from proposals.models import Wording

    wording = Wording.objects.filter(size_classes="village").exclude(unsuitable="").first()
    slug = wording.measure.proposal_id
    order = shown(as_alice, programme, slug)
    place = order.index(wording.measure_id)
    unsuitable = set(
        Wording.objects.filter(size_classes="village", measure__proposal=slug)
        .exclude(unsuitable="")
        .values_list("measure", flat=True)
    )
    assert set(order[place:]) <= unsuitable
    assert why(as_alice, programme, wording.measure_id, slug).startswith(
        "Plus bas dans la liste : elle est déconseillée à la taille de votre commune."
    )


def test_at_equal_reasons_what_others_decide_comes_after(as_alice, programme):
    measure = Measure.objects.get(pk=WATER_MEASURE)
    Measure.objects.filter(pk=measure.pk).update(decided_by="intercommunality")
    assert shown(as_alice, programme)[-1] == WATER_MEASURE
    assert why(as_alice, programme, WATER_MEASURE) == (
        "À égalité, après les autres : l’intercommunalité décide."
    )
    answer(programme, WATER, Finding.TO_DO)
    assert shown(as_alice, programme)[0] == WATER_MEASURE


@pytest.mark.parametrize("seed", range(6))
def test_no_answer_ever_hides_or_doubles_a_measure(as_alice, programme, seed):
    chance = random.Random(seed)
    values = [*Finding, ""]
    for slug in Question.objects.values_list("slug", flat=True):
        if chance.random() < 0.8:
            answer(programme, slug, chance.choice(values))
    for proposal in Proposal.objects.all():
        published = Measure.objects.published().filter(proposal=proposal)
        assert sorted(shown(as_alice, programme, proposal.pk)) == sorted(
            published.values_list("pk", flat=True)
        )


@pytest.mark.parametrize("seed", range(3))
def test_measures_without_a_reason_keep_the_order_of_the_catalogue(as_alice, programme, seed):
    chance = random.Random(seed)
    for slug in Question.objects.values_list("slug", flat=True):
        answer(programme, slug, chance.choice([*Finding]))
    for proposal in Proposal.objects.all():
        page = as_alice.get(reverse("programmes:choose", args=[programme.pk, proposal.pk]))
        rows = page.context["rows"]
        keys = [advice.place.key for _, advice, _ in rows]
        assert keys == sorted(keys)
        for key in set(keys):
            positions = [m.position for m, advice, _ in rows if advice.place.key == key]
            assert positions == sorted(positions)
        assert all(advice.place.reason for _, advice, _ in rows if advice.place.steps)


def test_choices_are_kept_in_the_order_of_the_catalogue(as_alice, programme):
    answer(programme, WATER, Finding.TO_DO)
    choices = {f"{slug}-status": "retained" for slug in shown(as_alice, programme)}
    as_alice.post(reverse("programmes:choose", args=[programme.pk, FIRST]), choices)
    kept = programme.commitments.in_order().values_list("measure", flat=True)
    assert list(kept) == list(
        Measure.objects.published().filter(proposal=FIRST).values_list("pk", flat=True)
    )


def test_a_stale_page_wipes_no_answer_that_a_colleague_gave(as_alice, programme):
    empty = {"gestion_eau__value": "", "gestion_eau__note": "", "pcs_existe__value": "",
             "pcs_existe__note": ""}  # fmt: skip
    answer(programme, WATER, Finding.FINE, "La régie")
    response = send(as_alice, programme, **{**empty, "pcs_existe__value": "to-do"}, seen=empty)
    assert response.status_code == 302
    assert saved(programme) == {WATER: ("fine", "La régie"), "pcs_existe": ("to-do", "")}


def test_two_different_answers_to_one_question_are_shown_to_the_second(as_alice, programme):
    answer(programme, WATER, Finding.FINE, "La régie")
    response = send(
        as_alice, programme, gestion_eau__value="to-do", gestion_eau__note="Le syndicat",
        pcs_existe__value="fine", pcs_existe__note="",
        seen={"gestion_eau__value": "", "gestion_eau__note": "", "pcs_existe__value": "",
              "pcs_existe__note": ""},
    )  # fmt: skip
    assert response.status_code == 409
    assert saved(programme) == {WATER: ("fine", "La régie")}
    page = response.content.decode()
    assert 'name="gestion_eau-value" value="to-do" checked' in page
    assert 'value="Le syndicat"' in page
    assert 'name="pcs_existe-value" value="fine" checked' in page
    said = "L’équipe Tout va bien ici : La régie Vous Il y a à faire ici : Le syndicat"
    assert said in plain(text_of(response))
    # What the page shows now is what is saved: sent again, the last answer counts.
    again = {
        html.unescape(name): html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="(\S+)" value="([^"]*)"', page)
        if name.startswith("initial-")
    }
    again |= {"gestion_eau-value": "to-do", "gestion_eau-note": "Le syndicat"}
    assert as_alice.post(address(programme), again).status_code == 302
    assert saved(programme) == {WATER: ("to-do", "Le syndicat")}


def test_a_page_shown_again_and_sent_again_wipes_no_answer_either(as_alice, programme):
    opened = as_alice.get(address(programme))
    answer(programme, WATER, Finding.FINE)
    answer(programme, "personnes_fragiles", Finding.TO_DO, "Douze au registre")
    answer(programme, "pcs_existe", "", "Révisé en 2024")
    changes = {"gestion_eau-value": "to-do", "pcs_existe-value": "fine"}
    refused = resend(as_alice, address(programme), opened, changes)
    assert refused.status_code == 409
    assert resend(as_alice, address(programme), refused, {}).status_code == 302
    assert saved(programme) == {
        WATER: ("to-do", ""),
        "personnes_fragiles": ("to-do", "Douze au registre"),
        "pcs_existe": ("fine", "Révisé en 2024"),
    }


def test_answers_that_were_not_saved_are_taken_up_again(as_alice, programme):
    opened = as_alice.get(address(programme))
    answer(programme, WATER, Finding.FINE, "La régie")
    changes = {"gestion_eau-value": "to-do", "pcs_existe-note": "Révisé en 2024"}
    assert resend(as_alice, address(programme), opened, changes).status_code == 409
    later = as_alice.get(address(programme))
    assert "le reprendre" in text_of(later)
    assert "Révisé en 2024" not in later.content.decode()
    draft = as_alice.get(f"{address(programme)}?brouillon")
    assert 'value="Révisé en 2024"' in draft.content.decode()
    assert resend(as_alice, address(programme), draft, {}).status_code == 302
    assert saved(programme) == {WATER: ("to-do", "La régie"), "pcs_existe": ("", "Révisé en 2024")}


def test_a_page_with_an_error_sent_again_wipes_no_answer_either(as_alice, programme):
    opened = as_alice.get(address(programme))
    answer(programme, WATER, Finding.FINE, "La régie")
    refused = resend(as_alice, address(programme), opened, {"pcs_existe-note": "x" * 301})
    assert refused.status_code == 200
    sent = resend(as_alice, address(programme), refused, {"pcs_existe-note": "Oui"})
    assert sent.status_code == 302
    assert saved(programme) == {WATER: ("fine", "La régie"), "pcs_existe": ("", "Oui")}


def test_two_who_answer_the_same_do_not_disagree(as_alice, programme):
    answer(programme, WATER, Finding.FINE)
    response = send(
        as_alice, programme, gestion_eau__value="fine", gestion_eau__note="",
        seen={"gestion_eau__value": "", "gestion_eau__note": ""},
    )  # fmt: skip
    assert response.status_code == 302
    assert saved(programme) == {WATER: ("fine", "")}


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"gestion_eau__note": "x" * 301}, "301 signes, c’est trop : il en faut 300 au plus."),
        (
            {"gestion_eau__value": "oui", "gestion_eau__note": "La régie"},
            "Choisissez une des réponses de la liste.",
        ),
    ],
)
def test_wrong_entry_is_told_and_kept(as_alice, programme, fields, error):
    response = send(as_alice, programme, **fields)
    assert response.status_code == 200
    page = response.content.decode()
    assert "<title>Erreur : Diagnostic" in plain(page)
    assert fields["gestion_eau__note"] in page
    assert error in plain(html.unescape(page))
    assert saved(programme) == {}


def test_unknown_proposal_is_404(as_alice, programme):
    for slug in ("nulle-part", "x" * 300):
        assert as_alice.get(address(programme, slug)).status_code == 404
        assert as_alice.post(address(programme, slug), {}).status_code == 404
    Proposal.objects.filter(pk=FIRST).update(published=False)
    assert as_alice.get(address(programme)).status_code == 404


def test_question_of_another_proposal_is_not_answered_here(as_alice, programme):
    send(as_alice, programme, parc_cameras__value="to-do")
    assert saved(programme) == {}


def test_answers_of_another_team_are_not_shown(client, as_alice, programme, charlie, grenoble):
    from programmes import actions

    other, _, _ = actions.open_programme(grenoble, charlie)
    answer(other, WATER, Finding.TO_DO, "Rien à voir")
    assert "Rien à voir" not in text_of(as_alice.get(address(programme)))
    assert shown(as_alice, programme)[0] != WATER_MEASURE


def test_reader_reads_the_answers(client, bob, programme):
    assert programme.memberships.get(user=bob).role == Role.READER
    answer(programme, WATER, Finding.TO_DO, "Trois heures")
    client.force_login(bob)
    response = client.get(address(programme))
    assert "Il y a à faire ici : Trois heures" in plain(text_of(response))
    assert '<input type="radio"' not in response.content.decode()


def test_contents_counts_the_answers_and_names_what_is_to_be_found(as_alice, programme):
    answer(programme, WATER, Finding.UNKNOWN)
    answer(programme, "pcs_existe", Finding.FINE)
    page = plain(text_of(as_alice.get(reverse("programmes:diagnosis", args=[programme.pk]))))
    assert "2 réponses sur 4" in page
    assert "Reste à trouver Qui gère l’eau" in page
    assert "Service de l’eau, syndicat, délégataire" in page


def test_deleting_the_catalogue_loses_no_answer(as_alice, programme):
    answer(programme, WATER, Finding.TO_DO, "Trois heures")
    Question.objects.all().delete()
    page = plain(text_of(as_alice.get(reverse("programmes:diagnosis", args=[programme.pk]))))
    assert "Qui gère l’eau, et combien d’heures" in page
    assert "Il y a à faire ici : Trois heures" in page


def test_question_that_was_rewritten_since_is_told(as_alice, programme):
    answer(programme, WATER, Finding.TO_DO)
    Question.objects.filter(slug=WATER).update(text="Qui tient le réseau d’eau ?")
    page = plain(text_of(as_alice.get(address(programme))))
    assert "Quand vous avez répondu, la question était : « Qui gère l’eau" in page


def test_choices_with_every_reason_stay_within_their_budget(as_alice, programme, take):
    take(*Measure.objects.values_list("pk", flat=True))
    for slug in Question.objects.values_list("slug", flat=True):
        answer(programme, slug, Finding.TO_DO)
    heavy = []
    for slug in Proposal.objects.values_list("slug", flat=True):
        response = as_alice.get(reverse("programmes:choose", args=[programme.pk, slug]))
        page = Page(response.content)
        if page.nodes > 250 or page.weight > 14_000:
            heavy.append((slug, page.nodes, page.weight))
    assert heavy == []


def test_full_contents_stay_within_their_budget(as_alice, programme):
    for slug in Question.objects.values_list("slug", flat=True):
        answer(programme, slug, Finding.UNKNOWN)
    page = Page(as_alice.get(reverse("programmes:diagnosis", args=[programme.pk])).content)
    assert (page.nodes <= 250, page.weight <= 14_000) == (True, True)


@pytest.mark.parametrize("name", ["diagnosis", "questions", "choose"])
def test_queries_do_not_grow_with_the_answers(as_alice, programme, name):
    rest = [] if name == "diagnosis" else [FIRST]
    where = reverse(f"programmes:{name}", args=[programme.pk, *rest])
    counts = []
    for slugs in (["pcs_existe"], [WATER, "premiers_services_bloques"]):
        for slug in slugs:
            answer(programme, slug, Finding.TO_DO)
        with CaptureQueriesContext(connection) as queries:
            assert as_alice.get(where).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "Le diagnostic peut ranger ces mesures selon votre commune : "),
        ("unknown", "Le diagnostic peut ranger ces mesures selon votre commune : "),
        ("", "Le diagnostic peut ranger ces mesures selon votre commune : "),
        ("fine", "Vos réponses au diagnostic rangent ces mesures : "),
    ],
)
def test_the_choices_say_that_answers_rank_them_only_where_they_do(
    as_alice, programme, value, said
):
    if value is not None:
        answer(programme, WATER, value, note="Une note")
    page = plain(text_of(as_alice.get(reverse("programmes:choose", args=[programme.pk, FIRST]))))
    assert f"{said}4 questions" in page
    other = "Vos réponses" if said.startswith("Le") else "Le diagnostic peut"
    assert other not in page
