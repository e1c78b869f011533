from django.db import models
from django.utils import timezone

from .commitment import Commitment
from .team import ALIAS_LENGTH, Membership


class CommentQuerySet(models.QuerySet["Comment"]):
    def by(self, member: Membership) -> "CommentQuerySet":
        """What a member of a team said, as far as it bears her present name."""
        return self.filter(
            commitment__programme=member.programme_id,
            alias=member.alias,
            pk__gt=member.after_comment,
        )

    def unresolved(self) -> "CommentQuerySet":
        return self.filter(resolved_at=None)


class Comment(models.Model):
    """What somebody says of a commitment; never printed, never exported.

    `said_by` is for a voice that has no account ("Mme R., au marché").
    """

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="comments")
    alias = models.CharField("par", max_length=ALIAS_LENGTH, blank=True)
    said_by = models.CharField("dit par", max_length=80, blank=True)
    text = models.TextField("commentaire", max_length=2000)
    at = models.DateTimeField("le", auto_now_add=True)
    resolved_at = models.DateTimeField("réglé le", null=True)
    resolved_by = models.CharField("réglé par", max_length=ALIAS_LENGTH, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        # Not by `at`: the clock of a machine may go back.
        ordering = ["pk"]
        verbose_name = "commentaire"

    def __str__(self) -> str:
        return self.text[:60]

    def resolve(self, alias: str) -> None:
        self.resolved_at, self.resolved_by = timezone.now(), alias
        self.save(update_fields=["resolved_at", "resolved_by"])

    def reopen(self) -> None:
        self.resolved_at, self.resolved_by = None, ""
        self.save(update_fields=["resolved_at", "resolved_by"])
