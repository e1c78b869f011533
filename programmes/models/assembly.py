"""What a room decided on paper, keyed in afterwards; never printed, never exported."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import models
from django.urls import reverse
from django.utils import timezone

from desescalade import typography

from .commitment import BIN_DAYS, Commitment
from .programme import Programme
from .versioned import Versioned

NOTE_LENGTH = 300
# The boxes of a line, from left to right as on paper; the paper has none for who abstains.
BOXES = ("in_favour", "against", "to_adapt", "abstained")
# What is said of the assembly itself.
HEAD = ("held_on", "place", "present", "note")


class AssemblyQuerySet(models.QuerySet["Assembly"]):
    def in_bin(self) -> "AssemblyQuerySet":
        """Those that can still be brought back. Ask it of `Assembly.everything`."""
        return self.filter(dropped_at__gt=timezone.now() - timedelta(days=BIN_DAYS))

    def with_counts(self) -> "AssemblyQuerySet":
        """Adds `asked`, the number of commitments that the room voted on."""
        is_asked = models.Q(ballots__commitment__dropped_at=None) & _asked("ballots__")
        counted = self.annotate(asked=models.Count("ballots", filter=is_asked))
        # Counting drops the order of the model.
        return counted.order_by(*Assembly._meta.ordering)


class AssemblyManager(models.Manager.from_queryset(AssemblyQuerySet)):
    """All but those in the bin."""

    def get_queryset(self) -> AssemblyQuerySet:
        return super().get_queryset().filter(dropped_at=None)


class Assembly(Versioned):
    """A meeting that voted by raised hands. `present` is None where nobody counted.

    `order` holds the ids of the commitments as the lines were numbered on paper: fixed by the
    first results keyed in, so that a change of order leaves the numbers of the form in hand.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="assemblies")
    held_on = models.DateField("date")
    place = models.CharField("lieu ou nom", max_length=80, blank=True)
    present = models.PositiveIntegerField("personnes présentes", null=True, blank=True)
    note = models.CharField("remarque", max_length=NOTE_LENGTH, blank=True)
    order = models.JSONField("ordre des lignes", default=list)
    dropped_at = models.DateTimeField("mise à la corbeille le", null=True, blank=True)

    objects = AssemblyManager()
    everything = AssemblyQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-pk"]
        verbose_name = "assemblée"
        indexes = [models.Index(fields=["dropped_at"], name="assemblies_in_the_bin")]

    def __str__(self) -> str:
        place = f", {self.place}" if self.place else ""
        return f"Assemblée du {typography.date_in_words(self.held_on)}{place}"

    def get_absolute_url(self) -> str:
        return reverse("programmes:assembly-results", args=[self.programme_id, self.pk])

    def state(self) -> dict:
        """What a version holds: the head, the order of the lines, and each ballot by its line."""
        return {
            **{name: getattr(self, name) for name in HEAD},
            "held_on": self.held_on.isoformat(),
            "order": self.order,
            "ballots": {str(row.commitment_id): row.values() for row in self.ballots.all()},
        }


class BallotQuerySet(models.QuerySet["Ballot"]):
    def asked(self) -> "BallotQuerySet":
        """Those on which hands were counted, even if none was raised."""
        return self.filter(_asked())

    def in_time(self) -> "BallotQuerySet":
        """Of assemblies that stand, the oldest first, with their assembly."""
        return (
            self.filter(assembly__dropped_at=None)
            .select_related("assembly")
            .order_by("assembly__held_on", "assembly", "pk")
        )

    def by_commitment(self, commitments: Iterable[Commitment]) -> dict[int, list["Ballot"]]:
        """The votes on each of these commitments that was voted on, the last one last."""
        found: dict[int, list[Ballot]] = {}
        ids = [commitment.pk for commitment in commitments]
        # Asked of the rows, not of the database: Django writes the condition slower than it reads.
        for ballot in self.filter(commitment__in=ids).in_time():
            if any(getattr(ballot, box) is not None for box in BOXES):
                found.setdefault(ballot.commitment_id, []).append(ballot)
        return found


def _asked(prefix: str = "") -> models.Q:
    return models.Q.create(
        [(f"{prefix}{box}__isnull", False) for box in BOXES], connector=models.Q.OR
    )


class Ballot(models.Model):
    """What a room said of one commitment. A box is None where nobody asked, 0 for no hand."""

    assembly = models.ForeignKey(Assembly, models.CASCADE, related_name="ballots")
    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="ballots")
    in_favour = models.PositiveIntegerField("pour", null=True, blank=True)
    against = models.PositiveIntegerField("contre", null=True, blank=True)
    to_adapt = models.PositiveIntegerField("à adapter", null=True, blank=True)
    abstained = models.PositiveIntegerField("abstention", null=True, blank=True)
    note = models.CharField("ce qu’il faut changer", max_length=NOTE_LENGTH, blank=True)

    objects = BallotQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "vote"
        constraints = [
            models.UniqueConstraint(
                fields=["assembly", "commitment"], name="assembly_votes_on_a_commitment_once"
            ),
        ]

    def __str__(self) -> str:
        return self.in_words()

    def values(self) -> list[int | str | None]:
        """The boxes, then the note."""
        return [*(getattr(self, box) for box in BOXES), self.note]

    @property
    def voices(self) -> int:
        return sum(getattr(self, box) or 0 for box in BOXES)

    @property
    def share(self) -> float | None:
        """The part of the voices that is in favour; None where no hand was raised at all."""
        return (self.in_favour or 0) / self.voices if self.voices else None

    @property
    def is_rejected(self) -> bool:
        """More hands against than in favour."""
        return (self.against or 0) > (self.in_favour or 0)

    def in_words(self) -> str:
        """As in « 12 pour, 3 contre »; only what was asked."""
        words = [
            typography.quantity(value, "abstentions" if box == "abstained" else label, label)
            for box in BOXES
            if (value := getattr(self, box)) is not None
            for label in [str(self._meta.get_field(box).verbose_name)]
        ]
        return ", ".join(words)

    def rejection_in_words(self) -> str:
        """« L’assemblée du 3 mars l’a repoussé (12 contre 3) », or nothing."""
        if not self.is_rejected:
            return ""
        day: date = self.assembly.held_on
        return (
            f"L’assemblée du {typography.date_in_words(day)} l’a repoussé"
            f" ({self.against} contre {self.in_favour or 0})"
        )
