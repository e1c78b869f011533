import html
import re

import pytest

from proposals.models import Measure, Proposal


def text_of(response) -> str:
    bare = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(bare).replace("\u202f", " ").split())


def titles(response) -> list[str]:
    found = re.findall(r'<h2><a href="/mesures/[^"]+">(.*?)</a>', response.content.decode())
    return [html.unescape(title) for title in found]


def test_a_withdrawn_measure_says_so_and_leads_to_the_one_that_replaces_it(client, db):
    first, second = Measure.objects.published()[:2]
    Measure.objects.filter(pk=first.pk).update(retired=True, successor=second)
    response = client.get(first.get_absolute_url())
    assert response.status_code == 410
    assert "a été retirée du catalogue" in response.content.decode()
    assert f'href="{second.get_absolute_url()}"' in response.content.decode()


def test_ten_propositions_are_listed_in_order(client, db):
    page = client.get("/propositions/").content.decode()
    numbers = re.findall(r'class="n" aria-hidden="true">(\d+)<', page)
    assert numbers == [str(n) for n in range(1, 11)]


def test_proposition_leads_to_its_neighbours(client, db):
    page = client.get("/propositions/gestion-sobre-degafamisee/").content.decode()
    nav = page[page.index("Propositions voisines") :]
    assert re.findall(r'href="/propositions/([^/]+)/"', nav) == [
        "services-essentiels-hors-reseau",
        "service-public-humain",
    ]


def test_measure_shows_every_facet(client, db):
    page = text_of(client.get("/mesures/pcs-rupture-reseaux/"))
    for words in (
        "Le maire", "Cent premiers jours", "Sans effet notable", "Moyenne", "Tribune",
        "Toutes les tailles", "Ville moyenne et grande ville ou métropole",
        "dans un délai de 6 mois après l’élection", "Code de la sécurité intérieure, L731-3",
        "Vatteville-la-Rue", "savez-vous où aller ?", "Encore un plan qui finira dans un tiroir.",
        "Organiser chaque année une journée d’exercice hors réseau",
        "Délai de révision du plan après l’élection : 6 mois de 3 à 24",
        "Grande ville ou métropole : 20 exemplaires", "Un jour, l’électricité",
        "La commune a-t-elle un plan communal de sauvegarde ?", "Légifrance",
        "Moins dépendre de l’informatique",
    ):  # fmt: skip
        assert words in page, words


def test_what_is_to_verify_is_marked(client, db):
    measure = Measure.objects.filter(legal_bases__confidence="to-verify").first()
    count = measure.legal_bases.filter(confidence="to-verify").count()
    page = client.get(measure.get_absolute_url()).content.decode()
    assert page.count("<mark>à vérifier</mark>") == count


def test_counterexample_is_never_shown_as_a_model(client, db):
    measure = Measure.objects.filter(examples__kind="counterexample").first()
    page = client.get(measure.get_absolute_url()).content.decode()
    assert page.count("<mark>contre-exemple</mark>") == (
        measure.examples.filter(kind="counterexample").count()
    )


def test_unsuitable_size_is_explained(client, db):
    measure = Measure.objects.filter(wordings__unsuitable__gt="").first()
    assert "Déconseillée à cette taille." in text_of(client.get(measure.get_absolute_url()))


def test_no_placeholder_is_left_on_any_measure_page(client, db):
    left = [
        measure.pk
        for measure in Measure.objects.all()
        if re.search(r"[{}]", text_of(client.get(measure.get_absolute_url())))
    ]
    assert left == []


@pytest.mark.parametrize("query", ["ECOLE", "école", "  École  ", "éCoLe !"])
def test_search_ignores_accents_capitals_and_signs(client, db, query):
    assert titles(client.get("/mesures/", {"q": query})) == titles(
        client.get("/mesures/", {"q": "école"})
    )
    assert titles(client.get("/mesures/", {"q": query})) != []


def test_measures_with_the_words_in_their_title_come_first(client, db):
    assert titles(client.get("/mesures/", {"q": "voisinage"}))[0] == (
        "Organiser l’entraide de voisinage pour les jours de coupure"
    )


@pytest.mark.parametrize(
    ("query", "lookup"),
    [
        ({"decide": "mayor"}, {"decided_by": "mayor"}),
        ({"echeance": "term"}, {"horizon": "term"}),
        ({"budget": "investment"}, {"budget": "investment"}),
        ({"finalite": "emploi", "budget": "saving"}, {"purposes": "emploi", "budget": "saving"}),
    ],
)
def test_filters_keep_exactly_the_measures_that_answer(client, db, query, lookup):
    expected = Measure.objects.filter(**lookup).values_list("title", flat=True)
    shown = titles(client.get("/mesures/", query)) + titles(
        client.get("/mesures/", {**query, "page": 2} if len(expected) > 20 else {"q": "zzz"})
    )
    assert [plain(title) for title in shown] == [plain(title) for title in expected]


def plain(title: str) -> str:
    return re.sub(r"\s", " ", title).replace("'", "’")


@pytest.mark.parametrize(
    "query", [{"decide": "pape"}, {"finalite": "x' OR 1=1"}, {"page": "x"}, {"q": "é" * 5000}]
)
def test_invented_filters_are_left_aside(client, db, query):
    assert client.get("/mesures/", query).status_code == 200


def test_pages_keep_the_search_in_their_address(client, db):
    page = client.get("/mesures/", {"q": "commune", "budget": "running"}).content.decode()
    assert 'href="?q=commune&amp;budget=running&amp;page=2"' in page


def test_text_page_names_the_signatories_and_its_release(client, db):
    page = text_of(client.get("/le-texte/"))
    assert "Point de M.I.R ;" in page
    assert "Corinne Morel Darleux (autrice)." in page
    assert "Édition 1.0.0 du catalogue, 21 novembre 2026." in page


def test_culture_sheet_has_its_questions_and_lines_to_write_on(client, db):
    page = client.get("/fiches/culture/").content.decode()
    assert page.count('class="lines"') == 6


@pytest.mark.parametrize(
    "address", ["/propositions/rien/", "/mesures/rien/", "/fiches/rien/", "/mesures/%00/"]
)
def test_unknown_page_is_404_in_french(client, db, address):
    response = client.get(address)
    assert response.status_code == 404
    assert "Page introuvable" in text_of(response)


def test_hidden_proposal_is_404(client, db):
    Proposal.objects.filter(number=1).update(published=False)
    assert client.get("/propositions/services-essentiels-hors-reseau/").status_code == 404
