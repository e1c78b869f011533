"""Reference data: the communes of France, loaded from data/communes/."""

from typing import NamedTuple

from django.db import models
from django.db.models import Case, Q, Value, When

from ..names import folded, intercommunality_in_words

# More answers than this on one page help nobody: the person is asked to write more.
MAX_ANSWERS = 20
# Shorter queries match too many names to be worth ordering; whole names still match ("Y", "Eu").
MIN_PREFIX = 3
# The fullest postal code covers 46 communes.
MAX_OF_A_POSTAL_CODE = 60
# Of the commonest name there are twelve; of those that begin alike, some hundreds.
MANY = 400
# No name has more words that begin alike ("Saint-…-Saint-…-et-Saint-…").
MAX_WORDS = 4


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

    def in_words(self) -> str:
        """With its article, to stand in a sentence."""
        return intercommunality_in_words(self.name, self.kind)


class Answers(NamedTuple):
    """What a search found, best first; `has_more` when the list was cut."""

    communes: list["Commune"]
    has_more: bool


class CommuneQuerySet(models.QuerySet["Commune"]):
    def search(self, query: str) -> Answers:
        """Communes by the beginning of a name or of a word in it, postal code or INSEE code.

        Accents, hyphens, capitals and "st" for "saint" do not matter. The whole name first,
        then names that begin so, then the most populous. A name may come with its department or
        a postal code ("barsac drome", "lille 59"). Two queries: the first reads nothing but an
        index.
        """
        key, limit = folded(query), MAX_ANSWERS
        if key.replace(" ", "").isdigit():
            # A postal code is answered in full, "06 000" too.
            key, limit = key.replace(" ", ""), MAX_OF_A_POSTAL_CODE
        found = self._best(key, limit + 1) or self._best_in_a_place(key, limit + 1)
        return Answers(found[:limit], has_more=len(found) > limit)

    def _best(self, key: str, limit: int) -> list["Commune"]:
        ids = CommuneKey.objects.best(key, limit)
        found = self.select_related("department").in_bulk(ids)
        return [found[pk] for pk in ids]

    def _best_in_a_place(self, key: str, limit: int) -> list["Commune"]:
        words = key.split()
        cuts = range(len(words) - 1, 0, -1)
        pairs = [(words[:cut], words[cut:]) for cut in cuts]
        pairs += [(words[-cut:], words[:-cut]) for cut in cuts]
        for name, place in pairs:
            rows = self._best(" ".join(name), MANY)
            if found := [row for row in rows if row.is_in(" ".join(place))]:
                return found[:limit]
        return []

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

    def is_in(self, place: str) -> bool:
        """Whether a folded text names the department, its number or a postal code."""
        names = (self.department_id.lower(), folded(self.department.name))
        return place in names or place in self.postal_codes.split()


class CommuneKeyQuerySet(models.QuerySet["CommuneKey"]):
    def best(self, key: str, limit: int) -> list[str]:
        """INSEE codes of the communes that a folded query finds, best first."""
        if not key:
            return []
        match = Q(key=key)
        if len(key) >= MIN_PREFIX:
            match = Q(key__gte=key, key__lt=key + "\uffff")
        rank = Case(
            When(key=key, is_whole=True, then=Value(0)),
            When(is_whole=True, then=Value(1)),
            default=Value(2),
        )
        rows = self.filter(match).order_by(rank, "-population", "commune_id")
        # A commune may match by several of its words: ask for more than is shown.
        codes = rows.values_list("commune_id", flat=True)[: limit * MAX_WORDS]
        return list(dict.fromkeys(codes))[:limit]


class CommuneKey(models.Model):
    """What a commune can be found by: its folded name from each word on, and its codes.

    The population is repeated here so that a search reads nothing but the index.
    """

    commune = models.ForeignKey(Commune, models.CASCADE, related_name="keys")
    key = models.CharField(max_length=90)
    is_whole = models.BooleanField()
    population = models.PositiveIntegerField(default=0)

    objects = CommuneKeyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["key", "is_whole", "population", "commune"], name="commune_by_key")
        ]
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
