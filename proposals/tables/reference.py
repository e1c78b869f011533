"""What proposals and measures refer to. The slug is the key: it never changes."""

from django.core.validators import MinValueValidator
from django.db import models

from ..enums import Confidence, SignatoryKind
from .catalogue import CatalogueQuerySet, OfCatalogue
from .positioned import Positioned


class Purpose(OfCatalogue, Positioned):
    slug = models.SlugField("identifiant", max_length=110, primary_key=True)
    label = models.CharField("libellé", max_length=200)

    class Meta(Positioned.Meta):
        abstract = True
        verbose_name = "finalité"

    def __str__(self) -> str:
        return self.label


class SizeClassQuerySet(CatalogueQuerySet):
    def for_population(self, population: int | None) -> "SizeClass | None":
        """The size class of a commune; an unknown population counts as none at all."""
        classes = self.order_by("-min_population")
        return classes.filter(min_population__lte=population or 0).first() or classes.last()


class SizeClass(OfCatalogue):
    """A range of populations, known by its lower bound only.

    The upper bound is where the next class begins, so that classes can neither overlap nor
    leave a gap, whatever is written to the table.
    """

    slug = models.SlugField("identifiant", max_length=110, primary_key=True)
    label = models.CharField("libellé", max_length=100)
    min_population = models.PositiveIntegerField("à partir de (habitants)")

    objects = SizeClassQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["min_population"]
        verbose_name = "strate"
        constraints = [
            models.UniqueConstraint(
                fields=["catalogue", "min_population"],
                name="%(app_label)s_size_class_begins_where_no_other_does",
                violation_error_message="Une autre strate commence déjà à cette population.",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Signatory(OfCatalogue, Positioned):
    """Who signed the op-ed: shown on the page about the text, never on a list's print."""

    name = models.CharField("nom", max_length=200)
    kind = models.CharField("nature", max_length=20, choices=SignatoryKind)
    role = models.CharField("qualité", max_length=200, blank=True)

    class Meta(Positioned.Meta):
        abstract = True
        verbose_name = "signataire"
        constraints = [
            models.UniqueConstraint(
                fields=["catalogue", "name"],
                name="%(app_label)s_signatory_is_named_once",
                violation_error_message="Ce signataire est déjà dans la liste.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Source(OfCatalogue):
    slug = models.SlugField("identifiant", max_length=110, primary_key=True)
    title = models.CharField("titre", max_length=300)
    url = models.URLField("adresse", max_length=600, blank=True)
    date = models.CharField("date", max_length=80, blank=True, help_text="Telle qu’on la connaît.")
    checked_on = models.DateField("vérifiée le", null=True, blank=True)
    checked_by = models.CharField(
        "vérifiée par",
        max_length=80,
        blank=True,
        help_text="Un collectif ou un rôle, pas un nom de personne : le fichier est public.",
    )

    class Meta:
        abstract = True
        ordering = ["slug"]
        verbose_name = "source"

    def __str__(self) -> str:
        return self.title


class Threshold(OfCatalogue, Positioned):
    population = models.PositiveIntegerField("population", validators=[MinValueValidator(1)])
    scope = models.CharField("s’apprécie sur", max_length=100)
    rule = models.TextField("règle")
    confidence = models.CharField("fiabilité", max_length=20, choices=Confidence)
    source = models.ForeignKey("Source", models.PROTECT, verbose_name="source")

    class Meta(Positioned.Meta):
        abstract = True
        verbose_name = "seuil légal"
        verbose_name_plural = "seuils légaux"

    def __str__(self) -> str:
        return f"{self.population} : {self.rule[:60]}"
