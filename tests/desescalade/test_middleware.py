"""Addresses that cannot be, and addresses that only a form leads to."""

import re

import pytest
from django.contrib.messages import get_messages
from django.core.handlers.wsgi import WSGIHandler
from django.http import FileResponse
from django.test import RequestFactory
from django.urls import reverse

from desescalade.middleware import AnswerHeadWithoutBody
from tests.pages import text_of


def served(method, path):
    """Headers and body as a server gets them: the test client drops the body by itself."""
    started = []
    environ = RequestFactory().generic(method, path).environ
    answer = WSGIHandler()(environ, lambda status, headers: started.append(dict(headers)))
    try:
        return started[0], b"".join(answer)
    finally:
        answer.close()


@pytest.mark.parametrize("path", ["/mesures/", "/nulle-part/", "/static/css/screen.css"])
def test_head_has_the_length_of_the_page_and_no_body(path, db):
    got, body = served("GET", path)
    asked, nothing = served("HEAD", path)
    assert (len(body), nothing) == (int(got["Content-Length"]), b"")
    # The page of a refusal bears the name of its request; all names are as long.
    assert asked["Content-Length"] == got["Content-Length"]


def test_head_of_a_file_sends_nothing_of_it_and_closes_it(rf, tmp_path, db):
    path = tmp_path / "fichier"
    path.write_bytes(b"x" * 90_000)
    file = path.open("rb")
    response = AnswerHeadWithoutBody(lambda request: FileResponse(file))(rf.head("/"))
    assert (b"".join(response), response["Content-Length"]) == (b"", "90000")
    response.close()
    assert file.closed


# PostgreSQL holds no NUL in a text; SQLite does, and answers the same all the same.


@pytest.mark.parametrize(
    "address",
    ["/mesures/%00/", "/t/%00/", "/t/AB%00CD/", "/programmes/%00/", "/programmes/%00/imprimer/"],
)
def test_page_with_a_nul_in_its_address_is_404(as_alice, programme, address):
    assert as_alice.get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/communes/?q=barsac%00",
        "/mesures/?q=%00",
        "/mesures/?finalite=%00",
        "/mesures/?%00=1",
        "/programmes/nouveau/?commune=26027%00",
        "/t/?code=%00",
        "/connexion/?next=%00",
    ],
)
def test_query_with_a_nul_is_refused_in_french(as_alice, address):
    page = as_alice.get(address)
    assert page.status_code == 400
    assert "<h1>Demande incomplète</h1>" in page.content.decode()


def test_cookie_with_a_nul_is_left_aside(client, db):
    client.cookies["sessionid"] = "abcdefgh\0ijkl"
    client.cookies["messages"] = "\0"
    page = client.get("/programmes/")
    assert page.status_code == 302
    assert list(get_messages(page.wsgi_request)) == []


def test_nul_in_a_form_is_refused_in_french_and_nothing_is_written(as_alice, programme):
    page = as_alice.post(f"/programmes/{programme.pk}/reglages/", {"list_name": "Bar\0sac"})
    assert "Le caractère nul n’est pas autorisé" in page.content.decode()
    programme.refresh_from_db()
    assert programme.list_name == ""


def test_nul_in_a_commune_that_is_posted_is_no_error(as_alice):
    assert as_alice.post("/programmes/nouveau/", {"commune": "0\00000"}).status_code == 404


def test_nul_in_a_card_is_refused_in_french(client, db):
    page = client.post("/connexion/", {"identifier": "a\0b", "passphrase": "c\0d"})
    assert page.content.decode().count("Le caractère nul n’est pas autorisé") >= 2


# What a form only leads to

OWN = ["/compte/donnees/", "/compte/sessions/", "/compte/carte/nouvelle/", "/deconnexion/"]
OF_PROGRAMME = ["take-untouched", "new-card", "bring-back-programme"]


def test_address_of_a_form_that_is_opened_says_so_and_leads_back(as_alice, programme):
    ours = [reverse(f"programmes:{name}", args=[programme.pk]) for name in OF_PROGRAMME]
    for address in [*OWN, *ours]:
        page = as_alice.get(address)
        assert (page.status_code, page.headers["Allow"]) == (405, "POST"), address
        assert "Cette adresse ne s’ouvre pas directement" in text_of(page)
        assert "no-store" in page.headers["Cache-Control"]
        links = re.findall('href="([^"]+)"', page.content.decode().partition("<main")[2])
        assert links[:3] == ["/programmes/", "/compte/", "/"]


def test_who_has_not_entered_is_led_to_the_first_page(client, db):
    page = client.get("/compte/donnees/").content.decode().partition("<main")[2]
    assert re.findall('href="([^"]+)"', page)[0] == "/"
