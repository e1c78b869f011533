"""Two programmes that are merged into a third, item by item, when both teams agree."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from ..enums import Role, Side
from .programme import Programme
from .team import Membership, hash_token

# The words may be handed over before the first round and typed between the two.
WORDS_DAYS = 14


class MergerQuerySet(models.QuerySet["Merger"]):
    def offered(self) -> "MergerQuerySet":
        """Those whose words can be typed: not used, not expired, from who still coordinates."""
        return self.filter(
            accepted_at=None,
            expires_at__gt=timezone.now(),
            proposed_by__role=Role.COORDINATOR,
            programme__dropped_at=None,
        )

    def agreed(self) -> "MergerQuerySet":
        """Those in which each team reads the other: both who agreed still coordinate."""
        return self.filter(
            accepted_at__isnull=False,
            proposed_by__role=Role.COORDINATOR,
            accepted_by__role=Role.COORDINATOR,
            programme__dropped_at=None,
            other__dropped_at=None,
        )

    def open(self) -> "MergerQuerySet":
        """Those agreed on of which the third programme is not made yet."""
        return self.agreed().filter(made_at=None)

    def of(self, programme: Programme) -> "MergerQuerySet":
        return self.filter(models.Q(programme=programme) | models.Q(other=programme))

    def with_token(self, token: str) -> "MergerQuerySet":
        return self.filter(token_hash=hash_token(token))

    def with_programmes(self) -> "MergerQuerySet":
        return self.select_related(
            "programme__commune__department",
            "programme__commune__intercommunality",
            "other__commune__department",
            "other__commune__intercommunality",
            "result__commune",
        )


class Merger(models.Model):
    """The agreement of two teams: `programme` proposed it by six words, `other` typed them.

    Whoever proposed or accepted takes it along when she leaves or coordinates no more. Neither
    programme is ever changed by it; `result` is the third, made once (`made_at`).
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="mergers_proposed")
    proposed_by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("proposée le", auto_now_add=True)
    expires_at = models.DateTimeField("mots valables jusqu’au")
    other = models.ForeignKey(Programme, models.CASCADE, null=True, related_name="mergers_accepted")
    accepted_by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    accepted_at = models.DateTimeField("acceptée le", null=True)
    result = models.ForeignKey(Programme, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField("programme commun fait le", null=True)

    objects = MergerQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "fusion"

    def __str__(self) -> str:
        return f"fusion du {self.created_at:%d/%m/%Y}"

    def save(self, *args, **kwargs) -> None:
        if not self.expires_at:
            self.expires_at = timezone.now() + timedelta(days=WORDS_DAYS)
        super().save(*args, **kwargs)

    def partner_of(self, programme: Programme) -> Programme | None:
        """The other side; None while nobody has typed the words."""
        return self.other if programme.pk == self.programme_id else self.programme


class MergerChoice(models.Model):
    """What both teams want of one item: of the commitments of these ids, at these versions.

    Both as in « 12-34 »; 0 where one side has none. An empty side is a choice taken back.
    """

    merger = models.ForeignKey(Merger, models.CASCADE, related_name="choices")
    key = models.CharField(max_length=40)
    versions = models.CharField(max_length=40)
    side = models.CharField("choix", max_length=10, choices=Side, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = "choix d’une fusion"
        verbose_name_plural = "choix d’une fusion"
        constraints = [
            models.UniqueConstraint(fields=["merger", "key"], name="item_is_chosen_once"),
        ]

    def __str__(self) -> str:
        return self.key
