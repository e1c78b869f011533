from django.db import models


class Submission(models.Model):
    """A form that made something, so that the same one sent twice makes it once."""

    digest = models.CharField(max_length=64, primary_key=True)
    made = models.CharField("ce qui en est né", max_length=300)
    at = models.DateTimeField("le", auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = "envoi"

    def __str__(self) -> str:
        return self.made
