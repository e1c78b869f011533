from django.db import models


class Look(models.Model):
    """The one row that says when the clock was last read, and since when it has run steadily."""

    at = models.DateTimeField("dernier regard")
    since = models.DateTimeField("horloge régulière depuis le")

    class Meta:
        verbose_name = "regard sur l’horloge"
        verbose_name_plural = "regard sur l’horloge"

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M}"
