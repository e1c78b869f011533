"""The public pages of two catalogues: each shows its own."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from proposals.models import Proposal
from tests.pages import Page, html_of, plain, text_of

PLAN = "pcs-rupture-reseaux"
FIRST = "services-essentiels-hors-reseau"


def links(response, start: str) -> list[str]:
    return list(dict.fromkeys(re.findall(rf'href="({start}[^"]+)"', response.content.decode())))


def test_main_catalogue_alone_names_no_other(client, db):
    page = text_of(client.get("/propositions/"))
    assert "catalogue" not in page
    assert 'name="catalogue"' not in client.get("/mesures/").content.decode()


def test_list_of_propositions_keeps_to_the_main_one_and_names_the_other(client, second):
    response = client.get("/propositions/")
    assert len(links(response, "/propositions/")) == 10
    assert links(response, "/propositions/table--") == []
    assert links(response, "/catalogues/") == ["/catalogues/table/"]
    assert "Un autre catalogue à lire ici : La commune à table" in plain(text_of(response))


def test_other_catalogue_has_a_list_of_its_own(client, second):
    response = client.get("/catalogues/table/")
    assert links(response, "/propositions/") == [
        f"/propositions/table--{FIRST}/",
        "/propositions/table--jardins/",
    ]
    page = plain(text_of(response))
    assert "Un autre catalogue à lire ici : Les dix propositions" in page
    assert "une trentaine d’associations" not in page


def test_only_the_ten_are_marked_as_the_section_of_the_ten(client, second):
    marked = '<a href="/propositions/" aria-current="page">'
    for address, count in (
        ("/propositions/", 1),
        (f"/propositions/{FIRST}/", 1),
        ("/catalogues/table/", 0),
        (f"/propositions/table--{FIRST}/", 0),
    ):
        assert client.get(address).content.decode().count(marked) == count, address


@pytest.mark.parametrize(
    "address",
    [
        "/propositions/", "/catalogues/table/", "/catalogues/table/le-texte/",
        "/mesures/?catalogue=table", f"/mesures/table--{PLAN}/", "/fiches/table--culture/",
        f"/propositions/table--{FIRST}/", "/programmes/nouveau/?commune=26027",
    ],
)  # fmt: skip
def test_pages_stay_small_with_two_catalogues(client, second, address):
    assert Page(client.get(address).content).nodes <= 250


def test_list_of_a_catalogue_asks_as_much_for_two_propositions_as_for_one(client, second):
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/catalogues/table/")
        return len(captured)

    two = count()
    Proposal.objects.filter(pk="table--jardins").update(published=False)
    assert (count(), two) == (2, 2)


def test_home_shows_the_ten_only(client, second):
    assert len(links(client.get("/"), "/propositions/")) == 10


@pytest.mark.parametrize(
    "address",
    ["/catalogues/rien/", "/catalogues/rien/le-texte/", "/catalogues/TABLE/", "/catalogues/%00/"],
)
def test_unknown_catalogue_is_404(client, second, address):
    assert client.get(address).status_code == 404


def test_unpublished_catalogue_is_404_and_named_nowhere(client, second):
    Proposal.objects.of("table").update(published=False)
    assert client.get("/catalogues/table/").status_code == 404
    assert links(client.get("/propositions/"), "/catalogues/") == []


def test_main_catalogue_has_one_address(client, second):
    assert client.get("/catalogues/principal/").url == "/propositions/"
    assert client.get("/catalogues/principal/le-texte/").url == "/le-texte/"


def test_proposition_leads_to_neighbours_and_catalogue_of_its_own(client, second):
    response = client.get(f"/propositions/table--{FIRST}/")
    assert links(response, "/propositions/") == ["/propositions/table--jardins/"]
    assert links(response, "/catalogues/") == ["/catalogues/table/"]
    main = client.get(f"/propositions/{FIRST}/")
    assert links(main, "/propositions/") == ["/propositions/gestion-sobre-degafamisee/"]
    assert links(main, "/catalogues/") == []


def test_measure_of_the_same_slug_has_a_page_in_each(client, second):
    page = plain(text_of(client.get(f"/mesures/table--{PLAN}/")))
    for words in (
        "Rouvrir la cuisine de l’école", "Commune plus grande", "Le cahier des cuisines",
        "L’école a-t-elle une cuisine ?", "Goûter les repas avec les parents", "Manger à sa faim",
    ):  # fmt: skip
        assert words in page, words
    assert "La commune à table" not in text_of(client.get(f"/mesures/{PLAN}/"))


def test_search_keeps_to_one_catalogue_with_its_own_purposes(client, second):
    main = client.get("/mesures/")
    assert "70 mesures" in plain(text_of(main))
    assert "Manger bon" not in text_of(main)
    other = client.get("/mesures/", {"catalogue": "table"})
    assert "3 mesures" in plain(text_of(other))
    assert re.findall(r'<option value="([^"]*)"( selected)?>', html_of(other))[:2] == [
        ("principal", ""),
        ("table", " selected"),
    ]
    found = client.get("/mesures/", {"catalogue": "table", "finalite": "table--gout"})
    assert "2 mesures" in plain(text_of(found))
    assert links(found, "/mesures/")[-2:] == [
        "/mesures/table--journee-hors-reseau/",
        "/mesures/table--preter-les-terres/",
    ]


@pytest.mark.parametrize("asked", ["rien", "é" * 5000, "table--"])
def test_search_in_an_invented_catalogue_is_one_in_the_main_one(client, second, asked):
    assert "70 mesures" in plain(text_of(client.get("/mesures/", {"catalogue": asked})))


def test_purpose_of_another_catalogue_is_left_aside(client, second):
    assert "70 mesures" in plain(text_of(client.get("/mesures/", {"finalite": "table--gout"})))


def test_text_page_says_of_each_what_is_its_own(client, second):
    main = plain(text_of(client.get("/le-texte/")))
    assert "Édition 1.0.0 du catalogue" in main
    assert "Commune plus grande" not in main
    assert "pour ce thème aussi" not in main
    other = client.get("/catalogues/table/le-texte/")
    page = plain(text_of(other))
    assert "Édition 0.3.0 du catalogue, 4 mai 2031. Première édition à l’essai." in page
    assert "Point de M.I.R (pour ce thème aussi)." in page
    assert "Commune plus grande : à partir de 150 habitants" in page
    assert "Une cantine pour chaque école." in page
    assert "Village" not in page
    assert links(other, "/fiches/") == ["/fiches/table--culture/"]


def test_sheet_of_the_other_names_its_own_propositions(client, second):
    assert links(client.get("/fiches/table--culture/"), "/propositions/") == [
        f"/propositions/table--{FIRST}/"
    ]


def test_only_catalogue_takes_the_place_of_the_main_one(client, second):
    Proposal.objects.of("principal").update(published=False)
    response = client.get("/propositions/")
    assert "La commune à table" in text_of(response)
    assert len(links(response, "/propositions/")) == 2
    assert len(links(client.get("/"), "/propositions/")) == 2
    assert "3 mesures" in plain(text_of(client.get("/mesures/")))
    assert "Édition 0.3.0" in text_of(client.get("/le-texte/"))


def test_a_release_is_listed_under_the_title_of_its_catalogue(client, second):
    page = text_of(client.get("/editions/"))
    assert "Édition 0.3.0 (La commune à table)" in page
