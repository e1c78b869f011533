"""Every page as the Nu HTML Checker reads it."""

from tests import nu_checker


def test_checker_sees_what_is_wrong():
    page = b"<!doctype html><html lang=fr><title>x</title><p><ul></ul></p>"
    (said,) = nu_checker.errors({"x": page})
    assert said.startswith("x: 1: No “p” element in scope but a “p” end tag seen. | ")


def test_every_page_is_html_without_error(answers):
    pages = {f"{answer.place.who} {answer.place}": answer.content for answer in answers.pages}
    assert nu_checker.errors(pages) == []
