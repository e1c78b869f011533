"""The drawings of the ten propositions."""

import re

import pytest
from django.urls import reverse

from proposals.models import Proposal
from proposals.templatetags.drawings import drawing

pytestmark = pytest.mark.django_db


def drawn(html: bytes) -> int:
    return html.count(b'class="drawing"')


def test_each_of_the_ten_has_a_drawing_of_its_own():
    drawings = {drawing(slug) for slug in Proposal.objects.values_list("slug", flat=True)}
    assert len(drawings - {""}) == 10


def test_proposal_of_another_catalogue_has_none():
    assert drawing("autre--services-essentiels-hors-reseau") == ""


@pytest.mark.parametrize(("name", "count"), [("programmes:home", 10), ("proposals:proposals", 10)])
def test_lists_show_all(client, name, count):
    assert drawn(client.get(reverse(name)).content) == count


def test_who_listens_hears_nothing_of_them():
    for slug in Proposal.objects.values_list("slug", flat=True):
        assert re.search(r"<svg[^>]* aria-hidden=\"true\">", drawing(slug)), slug
