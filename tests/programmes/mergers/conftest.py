"""Two lists of one village, and their merger."""

import pytest
from django.test import Client

from programmes import actions, mergers
from programmes.enums import Role, Status
from programmes.models import Commitment, Merger
from proposals.models import Measure, SizeClass
from tests.programmes.mergers.choices import DAY, MAP, PLAN


@pytest.fixture
def theirs(barsac, charlie):
    """The list of charlie, in the same village."""
    programme, _, _ = actions.open_programme(barsac, charlie)
    programme.list_name = "Barsac ensemble"
    programme.save()
    return programme


@pytest.fixture
def adopt():
    def adopt(programme, *slugs, **how):
        size_class = SizeClass.objects.for_population(programme.population)
        return [
            actions.adopt_measure(programme, Measure.objects.get(pk=slug), size_class, **how)
            for slug in slugs
        ]

    return adopt


@pytest.fixture
def as_charlie(charlie):
    client = Client()
    client.force_login(charlie)
    return client


@pytest.fixture
def merger(programme, theirs):
    """Agreed on by both, nothing chosen."""
    programme.member = programme.memberships.get(role=Role.COORDINATOR)
    theirs.member = theirs.memberships.get()
    _, token = mergers.propose(programme)
    found = mergers.accept(theirs, token)
    return Merger.objects.with_programmes().get(pk=found.pk)


@pytest.fixture
def both(programme, theirs, take, adopt):
    """What the two lists have: one measure alike, one adapted by both, the rest apart."""
    take(PLAN, DAY)
    mine = programme.commitments.get(measure=PLAN)
    mine.text = "Notre texte, sous {delai_revision_mois}."
    mine.save()
    other_plan, other_map = adopt(theirs, PLAN, MAP)
    other_plan.parameters.filter(slug="delai_revision_mois").update(value="9")
    other_plan.title, other_plan.text = "Leur titre", "Leur texte, sous {delai_revision_mois}."
    other_plan.save()
    actions.decide(other_map, Status.DISCUSSED, "Raison secrète")
    adopt(programme, "seuil-plui-2000m2")
    adopt(theirs, "seuil-plui-2000m2")
    own = Commitment(programme=theirs, title="Un banc", text="Un banc.", decided_by="mayor",
                     horizon="term", budget="neutral")  # fmt: skip
    actions.add_own_commitment(own, None)
    return programme, theirs
