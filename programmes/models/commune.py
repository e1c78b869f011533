"""Reference data: the communes of France, loaded from data/communes/."""

from django.db import models
from django.db.models import Case, F, IntegerField, Q, Value, When

from ..names import folded

# More answers than this on one page help nobody: the person is asked to write more.
MAX_ANSWERS = 20
# Shorter queries match too many names to be worth ordering; whole names still match ("Y", "Eu").
MIN_PREFIX = 3


class Department(models.Model):
    code = models.CharField("code", max_length=3, primary_key=True)
    name = models.CharField("nom", max_length=80)
    region_name = models.CharField("région", max_length=80, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = "département"

    def __str__(self) -> str:
        return self.name


class Intercommunality(models.Model):
    siren = models.CharField("SIREN", max_length=9, primary_key=True)
    name = models.CharField("nom", max_length=120)
    kind = models.CharField("nature", max_length=10)
    population = models.PositiveIntegerField("population", null=True)

    class Meta:
        ordering = ["name"]
        verbose_name = "intercommunalité"

    def __str__(self) -> str:
        return self.name


class CommuneQuerySet(models.QuerySet["Commune"]):
    def search(self, query: str) -> "CommuneQuerySet":
        """Communes by the beginning of a name or of a word in it, postal code or INSEE code.

        Accents, hyphens, capitals and "st" for "saint" do not matter. The whole name first,
        then names that begin so, then the most populous.
        """
        key = folded(query)
        if not key:
            return self.none()
        is_prefix = len(key) >= MIN_PREFIX
        match = Q(keys__key=key)
        if is_prefix:
            match = Q(keys__key__gte=key, keys__key__lt=key + "\uffff")
        return (
            self.filter(match)
            .annotate(
                rank=models.Min(
                    Case(
                        When(keys__key=key, keys__is_whole=True, then=Value(0)),
                        When(keys__is_whole=True, then=Value(1)),
                        default=Value(2),
                        output_field=IntegerField(),
                    )
                )
            )
            .order_by("rank", F("population").desc(nulls_last=True), "insee_code")
        )

    def with_places(self) -> "CommuneQuerySet":
        return self.select_related("department", "intercommunality")


class Commune(models.Model):
    insee_code = models.CharField("code INSEE", max_length=5, primary_key=True)
    name = models.CharField("nom", max_length=80)
    department = models.ForeignKey(Department, models.PROTECT, verbose_name="département")
    intercommunality = models.ForeignKey(
        Intercommunality, models.PROTECT, null=True, blank=True, verbose_name="intercommunalité"
    )
    population = models.PositiveIntegerField("population", null=True, blank=True)
    postal_codes = models.CharField("codes postaux", max_length=200, blank=True)

    objects = CommuneQuerySet.as_manager()

    class Meta:
        ordering = ["insee_code"]
        verbose_name = "commune"

    def __str__(self) -> str:
        return f"{self.name} ({self.department_id})"


class CommuneKey(models.Model):
    """What a commune can be found by: its folded name from each word on, and its codes."""

    commune = models.ForeignKey(Commune, models.CASCADE, related_name="keys")
    key = models.CharField(max_length=90)
    is_whole = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["key", "commune", "is_whole"], name="commune_by_key")]
        verbose_name = "clé de recherche"
        verbose_name_plural = "clés de recherche"

    def __str__(self) -> str:
        return self.key


class CommuneLoad(models.Model):
    """Which files the communes were last loaded from, so that an unchanged load is quick."""

    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "chargement des communes"
        verbose_name_plural = "chargements des communes"

    def __str__(self) -> str:
        return self.digest[:12]
