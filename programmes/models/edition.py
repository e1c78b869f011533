"""Editions: what was printed stays as it was, whatever the team or the catalogue does next."""

from django.db import models
from django.urls import reverse

from .programme import Programme


class EditionQuerySet(models.QuerySet["Edition"]):
    def published(self) -> "EditionQuerySet":
        return self.filter(published_at__isnull=False, programme__dropped_at=None)


class Edition(models.Model):
    """A frozen, numbered state of a programme (on screen: tirage). Final prints come from one.

    `state` is what printing.freezing makes of a programme; `code` is a short name of it, printed
    at the foot of each page, which changes with a single letter of the state.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField("numéro")
    code = models.CharField("code", max_length=12, unique=True)
    state = models.JSONField("état")
    created_at = models.DateTimeField("fait le", auto_now_add=True)
    published_at = models.DateTimeField("publié le", null=True, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = "tirage"
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"], name="programme_numbers_an_edition_once"
            ),
        ]

    def __str__(self) -> str:
        return f"tirage {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("programmes:edition", args=[self.code])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None
