"""What was published, append-only, and what was last loaded."""

from django.db import models


class Release(models.Model):
    """A published state of the catalogue."""

    number = models.CharField("numéro", max_length=20, unique=True)
    date = models.DateField("date")
    note = models.TextField("note", blank=True)

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = "édition du catalogue"
        verbose_name_plural = "éditions du catalogue"

    def __str__(self) -> str:
        return self.number


class WordingRevision(models.Model):
    """The text of a wording as it was published.

    Names its measure and its sizes by slug, without a foreign key: it outlives both. `sizes`
    holds slugs with a space between them, and is empty for the default wording.
    """

    release = models.ForeignKey(Release, models.PROTECT, related_name="revisions")
    measure_slug = models.CharField("mesure", max_length=80, db_index=True)
    sizes = models.CharField("strates", max_length=200, blank=True)
    title = models.CharField("titre", max_length=90)
    line = models.CharField("ligne de tract", max_length=90)
    text = models.TextField("texte")
    easy = models.TextField("version simplifiée", blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = "révision"

    def __str__(self) -> str:
        return f"{self.measure_slug} {self.sizes or 'par défaut'} ({self.release_id})"


class LoadedEntry(models.Model):
    """What was last read from the file: the base of the three-way merge."""

    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = "entrée chargée"
        verbose_name_plural = "entrées chargées"
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="entry_is_loaded_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
