"""What was published, append-only, and what was last loaded."""

from django.db import models
from django.urls import reverse

from ..tables.catalogue import OfCatalogue


class Release(OfCatalogue):
    """A published state of the catalogue: the entries that it changed, as before and as after."""

    number = models.CharField("numéro", max_length=20)
    date = models.DateField("date")
    note = models.TextField("note", blank=True)
    undoes = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="undone_by",
        verbose_name="annule",
    )

    class Meta:
        # As they were published: a file may come with a date of its own.
        ordering = ["-pk"]
        verbose_name = "édition du catalogue"
        verbose_name_plural = "éditions du catalogue"
        constraints = [
            models.UniqueConstraint(fields=["catalogue", "number"], name="release_has_a_number"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("proposals:release", args=[self.catalogue_id, self.number])


class ReleasedEntry(models.Model):
    """What a release changed: an entry of the catalogue (`catalogue/entries.py`).

    `before` is null for what the release brought, `after` for what it took away.
    """

    release = models.ForeignKey(Release, models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=30)
    key = models.CharField("identifiant", max_length=200, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = "entrée publiée"
        verbose_name_plural = "entrées publiées"
        constraints = [
            models.UniqueConstraint(
                fields=["release", "kind", "key"], name="release_has_an_entry_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class WordingRevision(models.Model):
    """The text of a wording as it was published.

    Names its measure and its sizes by slug, without a foreign key: it outlives both. `sizes`
    holds slugs with a space between them, and is empty for the default wording.
    """

    release = models.ForeignKey(Release, models.PROTECT, related_name="revisions")
    measure_slug = models.CharField("mesure", max_length=110, db_index=True)
    sizes = models.CharField("strates", max_length=600, blank=True)
    title = models.CharField("titre", max_length=90)
    line = models.CharField("ligne de tract", max_length=90)
    text = models.TextField("texte")
    easy = models.TextField("version simplifiée", blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = "révision"

    def __str__(self) -> str:
        return f"{self.measure_slug} {self.sizes or 'par défaut'} ({self.release_id})"


class LoadedEntry(OfCatalogue):
    """What was last read from the file: the base of the three-way merge.

    `value` is null for what was loaded before values were kept; its digest is known.
    """

    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    value = models.JSONField(null=True)

    class Meta:
        verbose_name = "entrée chargée"
        verbose_name_plural = "entrées chargées"
        constraints = [
            models.UniqueConstraint(
                fields=["catalogue", "kind", "key"], name="entry_is_loaded_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
