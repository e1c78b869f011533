"""robots.txt and security.txt."""

from datetime import UTC, datetime, timedelta
from urllib.robotparser import RobotFileParser

import pytest

from tests.sitemap.listing import places

SECURITY = "/.well-known/security.txt"


@pytest.fixture
def lets_in(client, db):
    """Whether a search engine that keeps to robots.txt reads an address."""
    reader = RobotFileParser()
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    reader.parse(response.content.decode().splitlines())
    return lambda address: reader.can_fetch("moteur", address)


def test_search_engines_read_what_is_public_and_nothing_else(site, lets_in):
    private = ("/programmes/", "/compte/", "/connexion/", "/invitation/", "/gestion/")
    wrong = [
        place.address
        for place in places(site)
        if lets_in(place.address) == place.address.startswith(private)
    ]
    assert wrong == []
    assert not lets_in("/gestion/")
    assert lets_in(site.edition.get_absolute_url())


def test_no_secret_address_is_written_in_it(site, client):
    text = client.get("/robots.txt").content.decode()
    assert [word for word in (site.programme.pk, site.invitation) if word in text] == []


def test_who_finds_a_weakness_is_told_where_to_write(client, db, settings):
    settings.CONTACT = "mailto:site@exemple.fr"
    settings.PUBLIC_ADDRESS = "https://programme.exemple.fr"
    response = client.get(SECURITY)
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    expires = datetime.fromisoformat(fields.pop("Expires"))
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=365)
    assert fields == {
        "Contact": "mailto:site@exemple.fr",
        "Preferred-Languages": "fr, en",
        "Canonical": f"https://programme.exemple.fr{SECURITY}",
    }


def test_without_a_contact_there_is_no_such_file(client, db, settings):
    settings.CONTACT = ""
    assert client.get(SECURITY).status_code == 404


@pytest.mark.parametrize("address", ["/robots.txt", SECURITY])
def test_machines_get_no_cookie_and_send_nothing(client, db, settings, address):
    settings.CONTACT = "https://exemple.fr/ecrire"
    response = client.get(address)
    assert (response.status_code, response.cookies) == (200, {})
    assert client.post(address).status_code == 405
