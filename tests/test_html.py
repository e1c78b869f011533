"""Every page as the Nu HTML Checker reads it."""

from desescalade.failures import server_error
from tests import nu_checker
from tests.sitemap.listing import places
from tests.sitemap.visiting import Visitors


def test_checker_sees_what_is_wrong():
    page = b"<!doctype html><html lang=fr><title>x</title><p><ul></ul></p>"
    (said,) = nu_checker.errors({"x": page})
    assert said.startswith("x: 1: No “p” element in scope but a “p” end tag seen. | ")


def test_every_page_is_html_without_error(site, rf):
    visitors = Visitors()
    pages = {f"{p.who} {p}": visitors.visit(p).content for p in places(site)}
    pages["fault"] = server_error(rf.post("/", {"text": "Nos mots à nous."})).content
    assert nu_checker.errors(pages) == []
