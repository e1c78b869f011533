"""The page that says what was checked for readers of every kind."""

import re
from pathlib import Path

import axe_playwright_python
import pytest
from django.core.exceptions import ImproperlyConfigured

from desescalade import environment
from tests.pages import html_of, text_of

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")


def test_page_claims_no_conformity_that_nobody_measured(client, db):
    text = text_of(client.get("/accessibilite/"))
    assert "non conforme" in text
    assert re.search(r"\d\s?%", text) is None


def test_page_names_the_axe_that_the_tests_run(client, db):
    version = re.search(r"axe v([0-9.]+)", AXE.read_text()[:200])[1]
    assert f"axe-core {version}," in text_of(client.get("/accessibilite/"))


@pytest.mark.parametrize(
    ("value", "link", "words"),
    [
        ("acces@exemple.fr", "mailto:acces@exemple.fr", "acces@exemple.fr"),
        ("https://exemple.fr/ecrire", "https://exemple.fr/ecrire", "https://exemple.fr/ecrire"),
    ],
)
def test_host_says_where_to_write(client, db, monkeypatch, settings, value, link, words):
    monkeypatch.setenv("DESESCALADE_CONTACT", value)
    settings.CONTACT = environment.contact("DESESCALADE_CONTACT")
    assert f'<a href="{link}">{words}</a>' in html_of(client.get("/accessibilite/"))


def test_page_says_so_when_the_host_has_not(client, db, settings):
    settings.CONTACT = ""
    assert "n’a pas encore indiqué comment lui écrire" in text_of(client.get("/accessibilite/"))


@pytest.mark.parametrize(
    "value", ["javascript:alert(1)", "http://exemple.fr", "https://", "camille"]
)
def test_contact_that_is_none_stops_the_start(monkeypatch, value):
    monkeypatch.setenv("DESESCALADE_CONTACT", value)
    with pytest.raises(ImproperlyConfigured, match="DESESCALADE_CONTACT"):
        environment.contact("DESESCALADE_CONTACT")
