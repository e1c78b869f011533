import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from ..enums import Role
from .programme import Programme

ALIAS_LENGTH = 40
# A card may be given at a meeting and used a week later.
INVITATION_DAYS = 14


class MembershipQuerySet(models.QuerySet["Membership"]):
    def coordinators(self) -> "MembershipQuerySet":
        return self.filter(role=Role.COORDINATOR)


class Membership(models.Model):
    """A person of the team. Belonging to a list reveals an opinion: an alias will do as a name."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField("rôle", max_length=20, choices=Role)
    alias = models.CharField("nom dans l’équipe", max_length=ALIAS_LENGTH, default="Équipe")
    # Which wording of the consent she gave, at the date of `joined_at`: RGPD art. 7(1) wants it
    # shown. Empty for who came before it was asked; in a programme that two teams made of theirs,
    # that of the team she came from.
    consent = models.CharField("consentement", max_length=10, blank=True)
    joined_at = models.DateTimeField("depuis le", default=timezone.now)
    # The last numbers given when she joined: what bears her name afterwards is hers. Her name may
    # have been somebody else's before, and the clock of a machine may go back.
    after_change = models.PositiveBigIntegerField(default=0, editable=False)
    after_comment = models.PositiveBigIntegerField(default=0, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "membre de l’équipe"
        verbose_name_plural = "équipe"
        constraints = [
            models.UniqueConstraint(fields=["programme", "user"], name="user_is_member_once"),
        ]

    def __str__(self) -> str:
        return self.alias


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        """Those that can be accepted: not used, not expired, from who still coordinates."""
        return self.filter(
            used_at=None,
            expires_at__gt=timezone.now(),
            invited_by__role=Role.COORDINATOR,
            programme__dropped_at=None,
        )

    def with_token(self, token: str) -> "InvitationQuerySet":
        return self.filter(token_hash=hash_token(token))


def hash_token(token: str) -> str:
    """A token is 66 random bits: a plain digest cannot be guessed back within its fortnight."""
    return hashlib.sha256(token.encode()).hexdigest()


class Invitation(models.Model):
    """A way into the team, by link or by printed card: only the hash of its token is kept.

    Whoever invited takes her invitations along when she leaves or coordinates no more.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="invitations")
    invited_by = models.ForeignKey(Membership, models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField("rôle", max_length=20, choices=Role, default=Role.WRITER)
    alias = models.CharField("pour qui", max_length=ALIAS_LENGTH, blank=True)
    created_at = models.DateTimeField("faite le", auto_now_add=True)
    expires_at = models.DateTimeField("valable jusqu’au")
    used_at = models.DateTimeField("acceptée le", null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "invitation"
        indexes = [models.Index(fields=["expires_at"], name="invitations_by_their_end")]

    def __str__(self) -> str:
        return self.alias or self.get_role_display()

    def save(self, *args, **kwargs) -> None:
        if not self.expires_at:
            self.expires_at = timezone.now() + timedelta(days=INVITATION_DAYS)
        super().save(*args, **kwargs)
