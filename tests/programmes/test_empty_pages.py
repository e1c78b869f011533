"""A list says what it is for, and what to do while nothing stands in it."""

import pytest
from django.urls import reverse

from programmes.enums import Status
from programmes.models import Commitment
from tests.pages import html_of, plain, text_of

PLAN = "pcs-rupture-reseaux"


def of(programme, name, *rest):
    return reverse(f"programmes:{name}", args=[programme.pk, *rest])


@pytest.mark.parametrize(
    ("name", "rest", "said"),
    [
        ("bin", [], "Rien à la corbeille. Ce que l’équipe retire du programme y attend"),
        ("editions", [], "Aucun tirage pour l’instant. Retenez d’abord une mesure"),
        ("logos", [], "Aucun logo pour l’instant : sans lui, le nom de la liste suffit."),
        ("assemblies", [], "Imprimez le bulletin, faites voter, puis revenez noter"),
        ("contributions", [], "Rien n’est parti pour l’instant. Pour proposer un texte"),
        ("updates", [], "Rien de nouveau : vos textes sont ceux du catalogue d’aujourd’hui"),
        ("mergers", [], "Aucune fusion en cours."),
        ("compare", [], "Vous n’avez pas d’autre programme. Faire une copie de celui-ci"),
        ("overview", [], "Rien n’est retenu pour l’instant : le calendrier et l’équilibre"),
        ("preview", [], "Ici se lira le programme tel qu’il sera imprimé."),
        ("print", [], "Rien à imprimer encore : retenez d’abord une mesure."),
        ("selection", ["depliant"], "Rien n’est retenu pour l’instant. Choisir les premières"),
    ],
)  # fmt: skip
def test_an_empty_list_says_what_to_do(as_alice, programme, name, rest, said):
    response = as_alice.get(of(programme, name, *rest))
    assert said in plain(text_of(response))


@pytest.mark.parametrize(
    "name",
    ["bin", "editions", "logos", "assemblies", "contributions", "updates", "mergers", "team",
     "changes", "compare", "overview", "print", "diagnosis", "programme", "copy"],
)  # fmt: skip
def test_each_list_says_in_one_line_what_it_is_for(as_alice, programme, name):
    assert '<p class="lead">' in html_of(as_alice.get(of(programme, name)))


def test_who_is_alone_in_the_team_may_stay_so(as_alice, programme, bob):
    programme.memberships.filter(user=bob).delete()
    page = plain(text_of(as_alice.get(of(programme, "team"))))
    assert "Vous pouvez tout faire à une seule personne, ou inviter qui vous voulez" in page


def test_no_programme_at_all_says_how_to_begin(client, charlie):
    client.force_login(charlie)
    assert "Cherchez votre commune, ci-dessous" in plain(text_of(client.get("/programmes/")))


def test_a_chapter_without_commitments_leads_back_to_its_measures(as_alice, programme, take):
    take(PLAN)
    Commitment.objects.all().delete()
    page = html_of(as_alice.get(of(programme, "chapter", 1)))
    assert "Rien dans ce chapitre pour l’instant." in page
    assert f'{of(programme, "choose", "services-essentiels-hors-reseau")}">Choisir parmi' in page


def test_a_commitment_without_comments_says_what_they_are_for(as_alice, programme, take):
    (commitment,) = take(PLAN)
    page = plain(text_of(as_alice.get(of(programme, "comments", commitment.pk))))
    assert "un doute, une idée, un mot entendu au marché" in page


def test_what_goes_to_the_bin_is_one_button_from_coming_back(as_alice, programme, take):
    (commitment,) = take(PLAN)
    Commitment.objects.update(base_text="", text="Un banc.", title="Un banc")
    response = as_alice.post(of(programme, "drop-commitment", commitment.pk), follow=True)
    assert "« Un banc » est dans la corbeille" in plain(text_of(response))
    assert of(programme, "bring-back", commitment.pk) in html_of(response)


def test_a_programme_goes_to_the_bin_without_a_question(as_alice, programme):
    page = html_of(as_alice.get(of(programme, "programme")))
    assert f'<form method="post" action="{of(programme, "delete")}">' in page
    response = as_alice.post(of(programme, "delete"), follow=True)
    assert of(programme, "bring-back-programme") in html_of(response)


def test_what_is_final_is_asked_and_offers_the_bin_first(as_alice, programme):
    page = text_of(as_alice.get(of(programme, "delete")))
    assert page.index("Mettre à la corbeille") < page.index("Effacer pour toujours")
    team = html_of(as_alice.get(of(programme, "team")))
    assert "<details><summary>Quitter l’équipe</summary>" in team


def test_a_reader_is_not_told_to_do_what_she_cannot(client, bob, programme, take):
    take(PLAN, status=Status.DISCUSSED)
    client.force_login(bob)
    for name in ("assemblies", "team", "mergers"):
        page = plain(text_of(client.get(of(programme, name))))
        assert "Imprimez le bulletin" not in page
        assert "inviter qui vous voulez" not in page
