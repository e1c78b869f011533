from django.db import models

# The catalogue of the ten proposals. Its slugs stand as the file has them; those of another
# catalogue begin with its own name (`catalogue/scope.py`), so that two may say the same word.
MAIN = "principal"


class Catalogue(models.Model):
    """A theme, or a year of it, with its own proposals, sizes, sources and releases.

    `release`, `date` and `note` are the head of its file.
    """

    slug = models.SlugField("identifiant", max_length=20, primary_key=True)
    title = models.CharField("titre", max_length=200, blank=True)
    release = models.CharField("édition", max_length=20, default="0.0.0")
    date = models.DateField("date", default="1970-01-01")
    note = models.TextField("note", blank=True)

    class Meta:
        abstract = True
        ordering = ["slug"]
        verbose_name = "catalogue"

    def __str__(self) -> str:
        return self.title or self.slug


class CatalogueQuerySet(models.QuerySet):
    def of(self, catalogue: str) -> "CatalogueQuerySet":
        return self.filter(catalogue=catalogue)


class OfCatalogue(models.Model):
    """What a catalogue has of its own."""

    catalogue = models.ForeignKey(
        "Catalogue", models.PROTECT, default=MAIN, related_name="+", verbose_name="catalogue"
    )

    class Meta:
        abstract = True
