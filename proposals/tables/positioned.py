from django.db import models


class Positioned(models.Model):
    """A row of an ordered list: the order of the file is the order on screen and on paper."""

    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]
