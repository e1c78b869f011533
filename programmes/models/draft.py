from django.conf import settings
from django.db import models


class Draft(models.Model):
    """What a person typed in a form that could not be saved; dropped when it is.

    `typed` holds the fields as they were sent, the version that the form started from among them.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    path = models.CharField("page", max_length=200)
    typed = models.JSONField("ce qui était écrit")
    at = models.DateTimeField("le", auto_now=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["at"], name="drafts_by_their_age")]
        verbose_name = "brouillon"
        constraints = [
            models.UniqueConstraint(fields=["user", "path"], name="form_has_one_draft"),
        ]

    def __str__(self) -> str:
        return self.path
