"""Pages of the catalogue are kept until it is released again; what is of one person never is."""

import gzip

import pytest
from django.conf import settings as site
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.test import Client
from django.urls import reverse

from proposals import catalogue, kept_pages
from proposals.kept_pages import KeptPage, Shelf, catalogue_page
from tests.conftest import SECOND_CATALOGUE
from tests.pages import html_of

PAGES = (
    *("/", "/propositions/", "/propositions/exposition-electromagnetique/", "/mesures/"),
    *("/mesures/?q=ecole", "/mesures/pcs-rupture-reseaux/", "/le-texte/", "/glossaire/"),
    *("/editions/", "/fiches/culture/"),
)


@pytest.fixture(autouse=True)
def shelf(db, settings, monkeypatch):
    settings.KEEP_PAGES = True
    monkeypatch.setattr(kept_pages, "shelf", Shelf())
    return kept_pages.shelf


@pytest.mark.parametrize("address", PAGES)
def test_a_second_reader_costs_one_query(client, django_assert_num_queries, address):
    first = client.get(address)
    with django_assert_num_queries(1):
        second = client.get(address)
    assert second.content == first.content


def test_who_is_logged_in_reads_the_page_that_is_kept(client, as_alice, django_assert_num_queries):
    first = client.get("/propositions/")
    with django_assert_num_queries(1):
        second = as_alice.get("/propositions/")
    assert second.content == first.content


def test_a_release_is_seen_at_once(client):
    client.get("/mesures/pcs-rupture-reseaux/")
    a_release()
    assert "Autre titre" in html_of(client.get("/mesures/pcs-rupture-reseaux/"))


def test_a_release_that_another_process_published_is_seen_at_once(client, shelf, monkeypatch):
    client.get("/mesures/pcs-rupture-reseaux/")
    monkeypatch.setattr(kept_pages, "shelf", Shelf())
    a_release()
    client.get("/mesures/pcs-rupture-reseaux/")
    monkeypatch.setattr(kept_pages, "shelf", shelf)
    assert "Autre titre" in html_of(client.get("/mesures/pcs-rupture-reseaux/"))


def test_a_second_catalogue_is_seen_at_once(client):
    assert "table--" not in html_of(client.get("/mesures/?catalogue=table"))
    catalogue.load(catalogue.read(SECOND_CATALOGUE.read_bytes()))
    assert "table--" in html_of(client.get("/mesures/?catalogue=table"))


def test_what_is_made_while_a_release_comes_is_not_kept_as_new(rf, shelf):
    @catalogue_page
    def page(request):
        a_release()
        return HttpResponse("half old, half new")

    request = with_session(rf.get("/propositions/"))
    page(request)
    assert shelf.get(request.build_absolute_uri(), kept_pages.catalogue_mark()) is None


def test_a_browser_that_has_the_page_is_told_so(client):
    etag = client.get("/propositions/").headers["ETag"]
    again = client.get("/propositions/", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Cache-Control"] == "no-cache"
    a_release()
    assert (
        client.get("/mesures/pcs-rupture-reseaux/", headers={"If-None-Match": etag}).status_code
        == 200
    )


def test_it_is_kept_compressed_and_sent_as_each_browser_reads(client):
    plain = client.get("/propositions/")
    packed = client.get("/propositions/", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert "Content-Encoding" not in client.get("/propositions/").headers
    assert {"Cookie", "Accept-Encoding"} <= set(packed.headers["Vary"].split(", "))


def test_a_page_that_asks_who_is_reading_is_not_kept(rf, shelf, alice):
    seen = []

    @catalogue_page
    def page(request):
        seen.append(request.session.get("_auth_user_id"))
        return HttpResponse("Bonjour")

    for _ in range(2):
        page(with_session(rf.get("/propositions/")))
    assert (len(seen), len(shelf)) == (2, 0)


def test_a_page_with_a_form_to_send_is_not_kept(rf, shelf):
    @catalogue_page
    def page(request):
        request.META["CSRF_COOKIE"] = "x" * 32
        return render(request, "programmes/login.html", {"form": None, "next": ""})

    page(with_session(rf.get("/propositions/")))
    assert len(shelf) == 0


def test_a_message_is_shown_to_its_reader_alone(client, rf):
    client.get("/propositions/")
    other = Client()
    other.cookies["messages"] = message_cookie(rf, "La session est fermée.")
    assert "La session est fermée." in html_of(other.get("/propositions/"))
    assert "La session est fermée." not in html_of(client.get("/propositions/"))


def test_no_page_of_a_team_is_kept(as_alice, programme, shelf):
    for name in ("programme", "settings", "diagnosis", "preview", "print", "updates"):
        as_alice.get(reverse(f"programmes:{name}", args=[programme.pk]))
    for address in ("/programmes/", "/compte/", "/connexion/", "/nulle-part/"):
        as_alice.get(address)
    assert len(shelf) == 0


def test_what_is_not_found_is_not_kept(client, shelf):
    client.get("/mesures/nulle-part/")
    assert len(shelf) == 0


def test_a_long_search_is_not_kept(client, shelf):
    client.get("/mesures/?q=" + "a" * 200)
    assert len(shelf) == 0


def test_the_shelf_holds_no_more_than_its_bound():
    shelf = Shelf(max_bytes=100)
    for name in "abc":
        shelf.put(name, KeptPage((1, 1), b"x" * 40, "text/html", "e"))
    assert [bool(shelf.get(name, (1, 1))) for name in "abc"] == [False, True, True]
    assert shelf.size == 80


def a_release():
    """The measure of the plan gets another title, by the file."""
    file = site.CATALOGUE_FILE.read_bytes()
    old = "Inscrire la rupture des réseaux dans le plan communal de sauvegarde".encode()
    assert old in file
    catalogue.load(catalogue.read(file.replace(old, b"Autre titre")))


def with_session(request):
    request.session = Client().session
    return request


def message_cookie(rf, text):
    request = rf.get("/")
    storage = messages.storage.default_storage(request)
    storage.add(messages.INFO, text)
    response = HttpResponse()
    storage.update(response)
    return response.cookies["messages"].value
