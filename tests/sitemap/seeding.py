"""A site in use: one programme of a village with much of everything, and what is around it."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from uuid import UUID

from django.contrib.auth import get_user_model
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from desescalade import throttling
from programmes import actions, contributions, copying, editions, mergers, recovery, team
from programmes.enums import Role
from programmes.exchange import complete_file, gathering
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
from proposals import catalogue
from proposals.desk.enums import Role as DeskRole
from proposals.models import Measure, Release, Wording
from proposals.releases import record_revisions
from tests.programmes.files import write

from .visiting import from_where

PLAN = "pcs-rupture-reseaux"
SECOND_CATALOGUE = Path(__file__).parent.parent / "data" / "second.yaml"


@dataclass(frozen=True)
class Site:
    """What the addresses of the pages are made of."""

    programme: Programme
    other: Programme
    commitment: Commitment
    # In the bin.
    gone: Commitment
    edition: Edition
    assembly: Assembly
    # One in which the teams still choose, one whose common programme is made.
    merger: Merger
    made_merger: Merger
    invitation: str
    # The link in the mail to who lost her card.
    recovery: str
    # What was taken away of the programme, and rewritten there, before it was rewritten here.
    file: str


def open_programme() -> Programme:
    """A programme in Barsac: alice coordinates, bob reads."""
    make_user = get_user_model().objects.create_user
    barsac = Commune.objects.get(pk="26027")
    programme, _, _ = actions.open_programme(barsac, make_user("alice"))
    Membership.objects.create(programme=programme, user=make_user("bob"), role=Role.READER)
    return programme


def seed(programme: Programme) -> Site:
    """Fills the programme, so that its pages are as long as they get.

    The published catalogue gets one edition more, and a second one beside it; nothing here needs
    a network or the clock.
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
    taken_away = _rewritten(programme)
    write(commitment, text=f"{commitment.text} Une phrase d’ici.", line="Une ligne d’ici")
    for row in programme.commitments.all()[30:45]:
        row.programme = programme
        actions.drop(row)
    programme.member = programme.memberships.first()
    invitations = [
        team.invite(programme.member, Role.READER, f"Personne {n}")[1] for n in range(12)
    ]
    publish_again([PLAN, *programme.commitments.values_list("measure", flat=True)[:20]])
    assembly = _vote(programme)
    _send(programme)
    _publish_second()
    _crowd()
    other = _write_otherwise(programme)
    made_merger, merger = _merge(programme, other)
    return Site(
        programme=programme,
        other=other,
        commitment=commitment,
        gone=Commitment.everything.filter(programme=programme, dropped_at__isnull=False).first(),
        edition=edition,
        assembly=assembly,
        merger=merger,
        made_merger=made_merger,
        invitation=invitations[0],
        recovery=_lose_a_card(),
        file=taken_away,
    )


def _rewritten(programme: Programme) -> str:
    """A few of its commitments as a file, as somebody rewrote them: a page carries all of it."""
    whole = gathering.gather(programme)
    chapter = whole.chapters[0]
    rewritten, kept, other = (
        replace(row, pitches=(), objections=()) for row in chapter.commitments[:3]
    )
    rows = (
        # Both are written on here too: one of them meets, the other clashes.
        replace(
            rewritten, text=f"{rewritten.text} Une phrase du fichier.", line="Une ligne du fichier"
        ),
        replace(kept, line=f"{kept.line}, et plus"),
        # One that this site never knew.
        replace(other, measure="d-un-autre-site", key=str(UUID(int=1))),
    )
    few = replace(chapter, commitments=rows, figures=())
    return complete_file.dump(replace(whole, chapters=(few,))).decode()


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


def _write_otherwise(programme: Programme) -> Programme:
    """A copy that does not say the same, as another list would."""
    other = copying.copy_programme(programme, "courte")
    other.member = other.memberships.first()
    rows = list(other.commitments.all()[:20])
    for row in rows:
        row.text += " Et une phrase à nous."
    Commitment.objects.bulk_update(rows, ["text"])
    return other


def _merge(programme: Programme, other: Programme) -> tuple[Merger, Merger]:
    """A merger whose common programme is made, and one in which the teams still choose."""
    made = mergers.accept(other, mergers.propose(programme)[1])
    Merger.objects.filter(pk=made.pk).update(made_at=timezone.now(), result=other)
    return made, mergers.accept(other, mergers.propose(programme)[1])


def _publish_second() -> None:
    """Another catalogue, of which one measure is withdrawn since."""
    catalogue.load(catalogue.read(SECOND_CATALOGUE.read_bytes()))
    Measure.objects.filter(pk="table--journee-hors-reseau").update(
        retired=True, successor="table--preter-les-terres"
    )


def _crowd() -> None:
    """From one address, all that may be asked in an hour was asked."""
    request = RequestFactory(**from_where("crowd")).post("/")
    for action in ("open_programme", "import_file"):
        while throttling.allows(request, action):
            pass


def _lose_a_card() -> str:
    person = get_user_model().objects.create_user("camille")
    token = recovery.tokens.make_token(person)
    return reverse("programmes:recover", args=[person.pk, token])
