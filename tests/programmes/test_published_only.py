"""Neither the public nor a team reads a word of what is drafted at the desk."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from proposals.catalogue import entries, from_rows, shape, to_rows
from proposals.desk import drafts
from proposals.desk import models as desk
from proposals.desk.enums import Cause, Role
from proposals.models import Measure, Proposal, ReflectionSheet
from tests.pages import text_of

pytestmark = pytest.mark.django_db
MARK = "Zinzolin"


def marked(kind: shape.Kind, value: Any) -> Any:
    """The value with a word in front of each of its texts that has room for it."""
    match kind:
        case shape.Text() if value and len(value) + len(MARK) < kind.max:
            return f"{MARK} {value}"
        case shape.ListOf(item=item) if value is not None:
            return [marked(item, one) for one in value]
        case shape.MapOf(item=item):
            return {key: marked(item, one) for key, one in value.items()}
        case shape.Record(fields=fields):
            # The choices of a parameter must go on holding its values.
            return {
                key: one if key == "choices" else marked(fields[key], one)
                for key, one in value.items()
            }
    return value


@pytest.fixture
def all_is_drafted(db):
    """Every text of the working copy says something else than what is published."""
    values = from_rows.entries_of(desk)
    changed = {
        key: marked(entries.shape_of(key[0]), value)
        for key, value in values.items()
        if key[0] not in ("order", "sheets", "signatories")
    }
    with drafts.recorded(Cause.ADMIN, Role.EDITOR):
        to_rows.Writer(desk).write(changed)
    assert sum(MARK in str(value) for value in from_rows.entries_of(desk).values()) > 290


def test_no_public_page_shows_a_draft(client, all_is_drafted):
    addresses = ["/", "/propositions/", "/mesures/", "/le-texte/", "/editions/",
                 f"/mesures/?q={MARK}"]  # fmt: skip
    for model in (Proposal, Measure, ReflectionSheet):
        addresses += [row.get_absolute_url() for row in model.objects.all()]
    shown = [url for url in addresses if f"{MARK} " in text_of(client.get(url))]
    assert shown == []


def test_no_page_of_a_team_shows_a_draft(programme, take, as_alice: Client, all_is_drafted):
    take("pcs-rupture-reseaux")
    base = programme.get_absolute_url()
    names = ["overview", "preview", "updates", "diagnosis"]
    addresses = [base, *(reverse(f"programmes:{name}", args=[programme.pk]) for name in names)]
    addresses += [
        reverse("programmes:choose", args=[programme.pk, slug])
        for slug in Proposal.objects.values_list("slug", flat=True)
    ]
    addresses += [
        reverse("programmes:wordings", args=[programme.pk, slug])
        for slug in Measure.objects.values_list("slug", flat=True)[:10]
    ]
    for url in addresses:
        response = as_alice.get(url)
        assert response.status_code == 200
        assert f"{MARK} " not in text_of(response)


def test_what_a_team_takes_and_prints_is_what_is_published(programme, take, all_is_drafted):
    from programmes.printing import document

    (commitment,) = take("pcs-rupture-reseaux")
    assert MARK not in commitment.base_text + commitment.base_title
    assert MARK not in str(document.build(programme))
