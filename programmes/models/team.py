from django.conf import settings
from django.db import models

from ..enums import Role
from .programme import Programme


class Membership(models.Model):
    """A person of the team. Belonging to a list reveals an opinion: no name is asked."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField("rôle", max_length=20, choices=Role)

    class Meta:
        ordering = ["pk"]
        verbose_name = "membre de l’équipe"
        verbose_name_plural = "équipe"
        constraints = [
            models.UniqueConstraint(fields=["programme", "user"], name="user_is_member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} : {self.role}"
