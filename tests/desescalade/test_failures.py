"""What a page of failure shows of a form."""

import pytest
from django.test import RequestFactory

from desescalade.failures import texts_of, typed_of


def sent(**fields):
    return RequestFactory().post("/", fields)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ordre", "12 13 14 "),
        ("cede", "cartographie-dependances"),
        ("contenu", "x" * 40),
        ("initial-pcs-reason", "Trop cher pour nous"),
        ("csrfmiddlewaretoken", "x" * 64),
    ],
)
def test_what_no_person_types_is_sent_again_and_not_shown(name, value):
    request = sent(**{name: value, "text": "Nos mots à nous."})
    assert texts_of(request) == ["Nos mots à nous."]
    assert dict(typed_of(request, {"text"})) == ({name: value} if name[:4] != "csrf" else {})
