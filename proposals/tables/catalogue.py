from typing import Self

from django.apps import apps
from django.db import models
from django.urls import reverse

# The catalogue of the ten proposals. Its slugs stand as the file has them; those of another
# catalogue begin with its own name (`catalogue/scope.py`), so that two may say the same word.
MAIN = "principal"
MAIN_TITLE = "Les dix propositions"


class HeadQuerySet(models.QuerySet["Catalogue"]):
    def shown(self) -> Self:
        """Those with something to read, the main one first."""
        proposals = apps.get_model(self.model._meta.app_label, "Proposal").objects
        return self.filter(
            models.Exists(proposals.published().filter(catalogue=models.OuterRef("pk")))
        ).order_by(models.Case(models.When(slug=MAIN, then=0), default=1), "slug")


class Catalogue(models.Model):
    """A theme, or a year of it, with its own proposals, sizes, sources and releases.

    `release`, `date` and `note` are the head of its file.
    """

    slug = models.SlugField("identifiant", max_length=20, primary_key=True)
    title = models.CharField("titre", max_length=200, blank=True)
    release = models.CharField("édition", max_length=20, default="0.0.0")
    date = models.DateField("date", default="1970-01-01")
    note = models.TextField("note", blank=True)

    objects = HeadQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["slug"]
        verbose_name = "catalogue"

    def __str__(self) -> str:
        return self.title or (MAIN_TITLE if self.is_main else self.slug)

    def get_absolute_url(self) -> str:
        if self.is_main:
            return reverse("proposals:proposals")
        return reverse("proposals:catalogue", args=[self.slug])

    @property
    def is_main(self) -> bool:
        return self.slug == MAIN


class CatalogueQuerySet(models.QuerySet):
    def of(self, catalogue: str | Catalogue | None) -> Self:
        return self.filter(catalogue=catalogue)

    def of_first(self) -> Self:
        """Those of the catalogue that is shown where none is asked for, without one more query."""
        heads = apps.get_model(self.model._meta.app_label, "Catalogue").objects
        return self.filter(catalogue=heads.shown().values("pk")[:1])


class OfCatalogue(models.Model):
    """What a catalogue has of its own."""

    catalogue = models.ForeignKey(
        "Catalogue", models.PROTECT, default=MAIN, related_name="+", verbose_name="catalogue"
    )

    class Meta:
        abstract = True
