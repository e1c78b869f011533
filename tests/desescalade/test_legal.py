"""Terms, privacy, legal notice: what only the host knows is said, or said to be missing."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from desescalade import environment
from desescalade.environment import LegalNotice
from tests.pages import html_of, plain, text_of

PAGES = ["/conditions/", "/confidentialite/", "/mentions-legales/"]
NOT_SAID = "Qui tient ce site ne l’a pas encore indiqué"
FACTS = LegalNotice(
    name="Association Écrans éteints",
    address="3 rue du Puits, 26120 Barsac",
    phone="04 00 00 00 01",
    director="Camille Martin, présidente",
    server="Hébergeur SA, 1 rue du Port, 59000 Lille, 03 00 00 00 02",
    privacy="mailto:donnees@exemple.fr",
)


@pytest.fixture
def said(settings):
    settings.LEGAL_NOTICE = FACTS


@pytest.fixture
def unsaid(settings):
    settings.LEGAL_NOTICE = LegalNotice()


@pytest.mark.parametrize(("address", "places"), [*zip(PAGES, [1, 4, 5], strict=True)])
def test_page_says_plainly_what_the_host_has_not_said(client, db, settings, address, places):
    settings.LEGAL_NOTICE = LegalNotice(phone="04 00 00 00 01")
    assert text_of(client.get(address)).count(NOT_SAID) == places


def test_legal_notice_without_any_fact_says_so_once(client, db, unsaid):
    text = text_of(client.get("/mentions-legales/"))
    assert text.count("n’a encore rien indiqué") == 1
    assert [words for words in (NOT_SAID, "ci-dessus") if words in text] == []


def test_legal_notice_says_where_the_source_is(client, db, said, settings):
    assert "se demande à qui le tient" in text_of(client.get("/mentions-legales/"))
    settings.SOURCE = "https://forge.exemple.fr/desescalade"
    link = '<a href="https://forge.exemple.fr/desescalade" rel="noreferrer">'
    assert link in html_of(client.get("/mentions-legales/"))


@pytest.mark.parametrize("address", PAGES)
def test_page_lacks_nothing_once_the_host_has_said_all(client, db, said, address):
    page = client.get(address)
    assert NOT_SAID not in text_of(page)
    assert '<a href="mailto:donnees@exemple.fr">donnees@exemple.fr</a>' in html_of(page)


def test_legal_notice_says_each_fact(client, db, said):
    text = text_of(client.get("/mentions-legales/"))
    facts = [FACTS.name, FACTS.address, FACTS.phone, FACTS.director, FACTS.server]
    assert [fact for fact in facts if fact not in text] == []


def test_fact_of_the_host_is_text_and_never_a_tag(client, db, settings):
    settings.LEGAL_NOTICE = LegalNotice(name="<script>alert(1)</script>")
    assert "<script>alert" not in client.get("/mentions-legales/").content.decode()


def test_terms_are_the_same_for_all_lists(client, db):
    text = plain(text_of(client.get("/conditions/")))
    assert "À toute liste" in text
    assert "L. 52-8" in text
    assert "gratuit" in text


def test_every_page_leads_to_the_three(client, db):
    footer = client.get("/").content.decode().partition("<footer")[2]
    assert re.findall(r'href="(/(?:con|men)[^"]*)"', footer) == PAGES


@pytest.mark.parametrize("address", PAGES)
def test_what_was_not_read_at_its_source_is_marked(client, db, address):
    assert "à vérifier" in text_of(client.get(address))


def test_privacy_page_says_to_whom_an_address_is_handed_where_there_is_mail(client, db, settings):
    found = []
    for settings.HAS_MAIL in (True, False):
        text = text_of(client.get("/confidentialite/"))
        # Addresses that were given earlier stay where the mail is taken away.
        assert "L’adresse de courriel" in text
        found.append(("au service qui l’envoie" in text, "n’envoie pas de courriel" in text))
    assert found == [(True, False), (False, True)]


def test_privacy_page_has_a_line_for_each_row_of_the_register(client, db):
    register = (Path(settings.BASE_DIR) / "docs" / "donnees.md").read_text()
    table = register.partition("## Ce qui est gardé")[2].partition("\n\n|")[2].partition("\n\n")[0]
    rows = [line.strip("| ").partition(" | ")[0] for line in table.splitlines()[2:]]
    kept = [re.split(" ?[:,]", row)[0].lower() for row in rows]
    page = client.get("/confidentialite/").content.decode()
    said = re.findall("<dt>(.*?)</dt>", page.partition("Ce qui est gardé</h2>")[2])
    assert [each.lower() for each in said] == kept
    assert len(kept) == 14


# The settings


def test_facts_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("DESESCALADE_LEGAL_NAME", " Association Écrans éteints ")
    monkeypatch.setenv("DESESCALADE_LEGAL_PRIVACY", "donnees@exemple.fr")
    assert environment.legal_notice("DESESCALADE_LEGAL", privacy="") == LegalNotice(
        name="Association Écrans éteints", privacy="mailto:donnees@exemple.fr"
    )


def test_who_names_nobody_for_data_is_written_to_at_the_contact(monkeypatch):
    monkeypatch.delenv("DESESCALADE_LEGAL_PRIVACY", raising=False)
    notice = environment.legal_notice("DESESCALADE_LEGAL", privacy="mailto:a@exemple.fr")
    assert notice.privacy == "mailto:a@exemple.fr"


def test_address_of_the_source_that_is_none_stops_the_start(monkeypatch):
    monkeypatch.setenv("DESESCALADE_SOURCE", "javascript:alert(1)")
    with pytest.raises(ImproperlyConfigured, match="DESESCALADE_SOURCE"):
        environment.page("DESESCALADE_SOURCE")


def test_address_for_data_that_is_none_stops_the_start(monkeypatch):
    monkeypatch.setenv("DESESCALADE_LEGAL_PRIVACY", "javascript:alert(1)")
    with pytest.raises(ImproperlyConfigured, match="DESESCALADE_LEGAL_PRIVACY"):
        environment.legal_notice("DESESCALADE_LEGAL", privacy="")


@pytest.mark.parametrize(
    ("notice", "missing"),
    [
        (FACTS, []),
        (
            LegalNotice(name="Association", phone="04", director="Camille", server="Hébergeur"),
            ["DESESCALADE_LEGAL_ADDRESS", "DESESCALADE_LEGAL_PRIVACY"],
        ),
    ],
)
def test_check_of_a_public_site_names_what_is_missing(settings, notice, missing):
    settings.LEGAL_NOTICE = notice
    found = [each for each in of_a_public_site() if each.id == "desescalade.W002"]
    assert re.findall(r"DESESCALADE_LEGAL_\w+", " ".join(each.msg for each in found)) == missing


def of_a_public_site():
    return run_checks(tags=["security"], include_deployment_checks=True)


@pytest.mark.ignore_template_errors
def test_main_account_is_reminded_at_the_desk(admin_client, unsaid, settings):
    assert "DESESCALADE_LEGAL_DIRECTOR" in admin_client.get("/gestion/").content.decode()
    settings.LEGAL_NOTICE = FACTS
    assert "mentions légales" not in admin_client.get("/gestion/").content.decode()
