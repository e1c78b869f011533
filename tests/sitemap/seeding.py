"""A site in use: one programme of a village with much of everything, and what is around it."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth import get_user_model

from programmes import actions, contributions, copying, editions, mergers, team
from programmes.enums import Role
from programmes.models import (
    Assembly,
    Ballot,
    Comment,
    Commitment,
    Commune,
    Contribution,
    Edition,
    Membership,
    Merger,
    Programme,
)
from proposals.desk.enums import Role as DeskRole
from proposals.models import Measure, Release, Wording
from proposals.releases import record_revisions

PLAN = "pcs-rupture-reseaux"


@dataclass(frozen=True)
class Site:
    """What the addresses of the pages are made of."""

    programme: Programme
    other: Programme
    commitment: Commitment
    edition: Edition
    assembly: Assembly
    merger: Merger
    invitation: str


def open_programme() -> Programme:
    """A programme in Barsac: alice coordinates, bob reads."""
    make_user = get_user_model().objects.create_user
    barsac = Commune.objects.get(pk="26027")
    programme, _, _ = actions.open_programme(barsac, make_user("alice"))
    Membership.objects.create(programme=programme, user=make_user("bob"), role=Role.READER)
    return programme


def seed(programme: Programme) -> Site:
    """Fills the programme, so that its pages are as long as they get.

    The published catalogue gets one edition more; nothing here needs a network or the clock.
    """
    size_class = programme.size_class()
    plan, *measures = [
        Measure.objects.get(pk=PLAN),
        *Measure.objects.exclude(pk=PLAN).order_by("pk")[:45],
    ]
    commitment = actions.adopt_measure(programme, plan, size_class)
    for measure in measures:
        actions.adopt_measure(programme, measure, size_class)
    edition = editions.make_edition(programme)
    editions.publish(edition)
    _talk(commitment)
    for row in programme.commitments.all()[30:45]:
        row.programme = programme
        actions.drop(row)
    coordinator = programme.memberships.first()
    invitations = [team.invite(coordinator, Role.READER, f"Personne {n}")[1] for n in range(12)]
    publish_again([PLAN, *programme.commitments.values_list("measure", flat=True)[:20]])
    assembly = _vote(programme)
    _send(programme)
    other = copying.copy_programme(programme, "courte")
    programme.member, other.member = coordinator, other.memberships.first()
    merger = mergers.accept(other, mergers.propose(programme)[1])
    return Site(programme, other, commitment, edition, assembly, merger, invitations[0])


def _talk(commitment: Commitment) -> None:
    for text in range(12):
        actions.decide(commitment, "retained", f"Raison {text}")
        Comment.objects.create(commitment=commitment, text="Un mot." * 20)


def publish_again(measures) -> None:
    """The catalogue says something else of these measures, in a new edition."""
    for wording in Wording.objects.filter(measure__in=measures):
        wording.text += " Une phrase de plus."
        wording.save()
    Release.objects.create(number="2099.1", date=date(2099, 1, 1))
    record_revisions(Release.objects.first())


def _vote(programme: Programme) -> Assembly:
    assembly = programme.assemblies.create(held_on=date(2026, 11, 20), place="Salle des fêtes")
    Ballot.objects.bulk_create(
        Ballot(assembly=assembly, commitment=row, in_favour=2, against=9, note="Plus court")
        for row in programme.commitments.all()
    )
    return assembly


def _send(programme: Programme) -> None:
    for number in range(12):
        sent = Contribution(
            kind="improvement", measure_slug=PLAN, field="text", base="Un mot. " * 90,
            text="Un mot. " * 80 + "Un autre.", note="Plus court.",
        )  # fmt: skip
        contributions.send(programme, sent)
        answered = programme.contributions.first()
        contributions.answer(answered, "declined", f"Non merci, {number}.", DeskRole.EDITOR)
