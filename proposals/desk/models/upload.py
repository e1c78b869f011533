"""A file between its report and its load."""

from datetime import timedelta

from django.db import models
from django.utils import timezone


class UploadQuerySet(models.QuerySet):
    def forgotten(self) -> "UploadQuerySet":
        """Those that nobody loaded within a day."""
        return self.filter(at__lt=timezone.now() - timedelta(days=1))


class Upload(models.Model):
    """A catalogue's file that somebody sent and has not loaded yet.

    The reader found nothing to say against `data`; it is erased by its load, or after a day.
    """

    at = models.DateTimeField("quand", auto_now_add=True)
    name = models.CharField("nom du fichier", max_length=100)
    data = models.BinaryField("contenu")
    digest = models.CharField("empreinte", max_length=64)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "fichier envoyé"
        verbose_name_plural = "fichiers envoyés"

    def __str__(self) -> str:
        return self.name
