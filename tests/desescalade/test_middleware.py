"""PostgreSQL holds no NUL in a text; SQLite does, and answers the same all the same."""

import pytest
from django.contrib.messages import get_messages


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
