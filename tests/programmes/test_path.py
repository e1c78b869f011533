"""Where a team stands, on each page of its workshop: counts that are true, and one way on."""

import re

import pytest
from django.urls import reverse

from programmes import access, actions, editions, path
from programmes.enums import Status
from programmes.models import Commitment, Programme
from proposals.models import Measure, Proposal
from tests.pages import Page, html_of, plain, text_of

TICK = "✓\u00a0"
PLAN = "pcs-rupture-reseaux"
FIRST, SECOND = "services-essentiels-hors-reseau", "gestion-sobre-degafamisee"


def page_of(client, programme, name="programme", *rest):
    return client.get(reverse(f"programmes:{name}", args=[programme.pk, *rest]))


def steps_of(response) -> dict[str, str]:
    """Label and address of each step, without the tick; the present one has a star."""
    (nav,) = re.findall(
        r'<nav class="steps path" aria-label="Étapes">(.*?)</nav>', html_of(response), re.S
    )
    return {
        label.removeprefix(TICK) + ("*" if 'aria-current="step"' in attributes else ""): (
            re.search(r'href="([^"]*)"', attributes) or ("", "")
        )[1]
        for attributes, label in re.findall(r"<a(.*?)>(.*?)</a>", nav)
    }


def done_on(response) -> list[str]:
    """The steps that have a tick."""
    return re.findall(rf">{TICK}(\w+)</a>", html_of(response))


def said_on(response) -> str:
    return plain(re.search(r'<nav class="steps places".*?<span>(.*?)</span>', html_of(response))[1])


def test_an_empty_programme_has_nothing_and_says_where_to_begin(as_alice, programme):
    response = page_of(as_alice, programme)
    choose = reverse("programmes:choose", args=[programme.pk, FIRST])
    assert said_on(response) == "Rien de retenu pour l’instant."
    assert "une seule suffit pour imprimer un essai." in text_of(response)
    assert f'<a class="button" href="{choose}">Choisir les premières mesures</a>' in html_of(
        response
    )
    assert steps_of(response) == {
        "Commune": f"/programmes/{programme.pk}/commune/",
        "Diagnostic": f"/programmes/{programme.pk}/diagnostic/",
        "Choix": choose,
        # Nothing to write yet.
        "Textes": "",
        "Relecture": f"/programmes/{programme.pk}/relecture/",
        "Impression": f"/programmes/{programme.pk}/imprimer/",
    }


def test_counts_are_those_of_the_rows(programme, take):
    plan, *_ = take(PLAN, "cartographie-dependances", "eau-sans-data-center")
    take("journee-hors-reseau", status=Status.DISCUSSED)
    take("filieres-apprentissage", status=Status.DECLINED)
    plan.title = "Notre plan"
    plan.save()
    assert path.count(programme) == path.Counts(
        retained=3, discussed=1, worded=1, last_edition=None, chapter=1, proposal=SECOND
    )
    editions.make_edition(programme)
    assert path.in_words(path.count(programme)) == (
        "3 engagements retenus, 1 dans vos mots, 1 à discuter, tirage 1 fait"
    ).replace("3 e", "3\u00a0e")


def test_what_is_in_the_bin_counts_for_nothing(programme, take):
    (commitment,) = take(PLAN)
    actions.drop(commitment)
    assert path.count(programme) == path.Counts(proposal=FIRST)


def test_text_as_in_the_catalogue_is_not_in_the_teams_words(programme, take):
    (commitment,) = take(PLAN)
    Commitment.objects.update(title=commitment.base_title)
    assert path.count(programme).worded == 0


def test_another_programme_counts_for_nothing(alice, programme, grenoble, take):
    take(PLAN)
    other, *_ = actions.open_programme(grenoble, alice)
    assert path.count(Programme.objects.get(pk=other.pk)) == path.Counts(proposal=FIRST)


def test_a_catalogue_without_proposals_has_no_choice_to_lead_to(as_alice, programme):
    Proposal.objects.update(published=False)
    response = page_of(as_alice, programme)
    assert steps_of(response)["Choix"] == ""
    assert "Choisir les premières mesures" not in text_of(response)


def test_what_comes_next_follows_what_is_done(as_alice, programme, take):
    def button():
        return re.search(
            r'<a class="button" href="[^"]*">(.*?)</a>', html_of(page_of(as_alice, programme))
        )[1]

    take("journee-hors-reseau", status=Status.DISCUSSED)
    assert button() == "Choisir les premières mesures"
    assert "1 mesure est à discuter" in plain(text_of(page_of(as_alice, programme)))
    take(PLAN)
    assert button() == "Relire le programme"
    editions.make_edition(programme)
    assert button() == "Imprimer"
    assert "Le tirage 1 est fait" in plain(text_of(page_of(as_alice, programme)))


def test_a_tick_stands_by_each_step_of_which_something_is_there(as_alice, programme, take):
    assert done_on(page_of(as_alice, programme)) == ["Commune"]
    programme.answers.create(slug="eau", text="Qui gère l’eau ?", note="La régie")
    assert done_on(page_of(as_alice, programme)) == ["Commune", "Diagnostic"]
    (plan,) = take(PLAN, status=Status.DISCUSSED)
    assert done_on(page_of(as_alice, programme)) == ["Commune", "Diagnostic", "Choix"]
    plan.status, plan.title = Status.RETAINED, "Notre plan"
    plan.save()
    assert done_on(page_of(as_alice, programme)) == ["Commune", "Diagnostic", "Choix", "Textes"]
    editions.make_edition(programme)
    assert len(done_on(page_of(as_alice, programme))) == 6


def test_an_edition_of_the_catalogues_words_leaves_only_the_diagnosis(as_alice, programme, take):
    take(PLAN)
    editions.make_edition(programme)
    done = done_on(page_of(as_alice, programme))
    assert done == ["Commune", "Choix", "Textes", "Relecture", "Impression"]


def test_who_only_reads_is_led_to_what_she_may_do(client, bob, programme):
    client.force_login(bob)
    response = page_of(client, programme)
    assert steps_of(response)["Commune"] == ""
    assert "Lire les mesures" in text_of(response)
    assert "Couverture" not in re.search(r"places.*?</nav>", html_of(response), re.S)[0]


@pytest.mark.parametrize(
    ("name", "rest", "present"),
    [
        ("commune", [], "Commune"),
        ("diagnosis", [], "Diagnostic"),
        ("questions", [FIRST], "Diagnostic"),
        ("choose", [FIRST], "Choix"),
        ("wordings", [PLAN], "Choix"),
        ("assemblies", [], "Choix"),
        ("chapter", [1], "Textes"),
        ("new-commitment", [], "Textes"),
        ("updates", [], "Textes"),
        ("overview", [], "Relecture"),
        ("preview", [], "Relecture"),
        ("print", [], "Impression"),
        ("imprint", [], "Impression"),
        ("selection", ["depliant"], "Impression"),
        ("editions", [], "Impression"),
        ("programme", [], None),
        ("team", [], None),
        ("settings", [], None),
        ("bin", [], None),
    ],
)  # fmt: skip
def test_each_page_says_where_it_is_and_shows_the_same_path(
    as_alice, programme, take, name, rest, present
):
    take(PLAN)
    response = page_of(as_alice, programme, name, *rest)
    labels = list(steps_of(response))
    expected = ["Commune", "Diagnostic", "Choix", "Textes", "Relecture", "Impression"]
    assert labels == [label + "*" if label == present else label for label in expected]
    assert said_on(response) == "1 engagement retenu, aucun tirage."


@pytest.mark.parametrize("taken", [[PLAN], [PLAN, "eau-sans-data-center"]])
def test_path_asks_the_same_queries_however_much_is_taken(
    programme, take, django_assert_num_queries, taken
):
    take(*taken)
    programme.may_write = True
    with django_assert_num_queries(5):
        path.of(programme)


def test_path_costs_nothing_where_it_is_not_shown(rf, alice, programme, django_assert_num_queries):
    request = rf.get("/")
    request.user = alice
    with django_assert_num_queries(2):
        access.programme_for(request, programme.pk, access.Action.READ)


def test_progress_is_drawn_as_the_list_says(as_alice, programme, take):
    take(PLAN, "cartographie-dependances")
    take("journee-hors-reseau", status=Status.DISCUSSED)
    html = html_of(page_of(as_alice, programme))
    (svg,) = re.findall(r"<svg.*?</svg>", html, re.S)
    solid, hollow = re.findall(r'<path(?: class="hollow")? d="([^"]*)"', svg)
    assert (solid.count("M"), hollow.count("M")) == (2, 1)
    assert re.findall(r"<text[^>]*>(.*?)</text>", svg) == [str(n) for n in range(1, 11)]
    assert "2 retenues, 1 à discuter" in plain(text_of(page_of(as_alice, programme)))


def test_a_full_programme_keeps_its_page_within_the_budget(as_alice, programme, take):
    take(*Measure.objects.values_list("pk", flat=True))
    page = Page(page_of(as_alice, programme).content)
    assert (page.nodes <= 250, page.weight <= 14_000) == (True, True)


def test_chapters_lead_on_to_the_next_one_and_to_the_reading(as_alice, programme, take):
    take(PLAN, Measure.objects.filter(proposal=SECOND).first().pk)
    numbers = list(programme.chapters.values_list("number", flat=True))
    first, last = (html_of(page_of(as_alice, programme, "chapter", n)) for n in numbers)
    assert f'/chapitres/{numbers[1]}/">Chapitre suivant' in first
    assert "Chapitre suivant" not in last
    assert "Relire le programme" in last
