"""A long text of a form is read as Django would read it, in little memory."""

import random
import tracemalloc
from urllib.parse import quote_plus, urlencode

import pytest
from django.core.exceptions import TooManyFieldsSent
from django.http import QueryDict
from django.test import Client

from desescalade import long_forms
from desescalade.long_forms import decoded


@pytest.mark.parametrize(
    "value",
    ["é", "🚲", "\r\n", " \t \r\n", "=", "%", "%C3", "+", "&=;", "\0", "_", ".\r\n.", "a =\n"],
)
def test_long_value_is_decoded_as_by_django(value):
    body = urlencode({"a": value * 60_000, "b é": "", "": "c"}).encode()
    assert decoded(body) == QueryDict(body)
    assert decoded(body)["a"] == value * 60_000


def test_any_signs_are_decoded_as_by_django(monkeypatch):
    monkeypatch.setattr(long_forms, "LONG", 0)
    chance = random.Random(7)
    # Bytes that are not ASCII come from no browser; here as there they are read somehow.
    signs = b"%%%=&+ \r\n\tcC3aA9fF0zZ_.-\x00;"
    for _ in range(3000):
        body = bytes(chance.choice(signs) for _ in range(chance.randrange(40)))
        assert decoded(body) == QueryDict(body), body


def test_two_million_accents_take_a_few_times_their_size():
    body = b"a=" + quote_plus("é").encode() * 2_000_000
    tracemalloc.start()
    try:
        assert len(decoded(body)["a"]) == 2_000_000
        assert tracemalloc.get_traced_memory()[1] < 5 * len(body)
    finally:
        tracemalloc.stop()


def test_too_many_fields_are_counted_before_they_are_read():
    with pytest.raises(TooManyFieldsSent):
        decoded(b"&" * 2_000)


@pytest.mark.parametrize("charset", ["utf-8", "latin-1", "no-such-one"])
@pytest.mark.parametrize("address", ["/connexion/", "/gestion/login/"])
def test_long_form_is_answered_by_its_page_whatever_it_claims(client, db, charset, address):
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    body = urlencode({"identifier": "é" * 100_000})
    response = client.generic("POST", address, body, content_type=kind)
    assert response.status_code == (400 if charset == "latin-1" else 200)


def test_token_of_a_long_form_is_asked_for(db):
    body = urlencode({"identifier": "é" * 100_000})
    response = Client(enforce_csrf_checks=True).generic(
        "POST", "/connexion/", body, content_type=long_forms.URLENCODED
    )
    assert response.status_code == 403
