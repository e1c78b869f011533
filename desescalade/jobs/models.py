"""Who works: one row for each process of `manage.py work`."""

from django.db import models


class Worker(models.Model):
    """`beat_at` is the time of the database, `beats` only counts: clocks may jump."""

    id = models.CharField(primary_key=True, max_length=32)
    # desescalade.release.digest(): another one's prints would differ.
    release = models.CharField(max_length=64)
    beat_at = models.DateTimeField()
    beats = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.id
