"""What happens at the desk: each change, each decision, what is to be published later."""

from django.db import models

from ...tables.catalogue import OfCatalogue
from ..enums import Cause, ReviewState, Role, Verb


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **kwargs) -> int:
        raise TypeError("Append-only.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("Append-only.")


class AppendOnly(models.Model):
    """Written once. Nothing here says who somebody is: a role at most."""

    at = models.DateTimeField("quand", auto_now_add=True)
    role = models.CharField("qui", max_length=20, choices=Role)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:
        if not self._state.adding:
            raise TypeError("Append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs) -> tuple[int, dict[str, int]]:
        raise TypeError("Append-only.")


class Entry(OfCatalogue):
    """Names an entry of the catalogue, as the file does (`catalogue/entries.py`)."""

    kind = models.CharField("nature", max_length=30)
    key = models.CharField("identifiant", max_length=200, blank=True)

    class Meta:
        abstract = True


class EntryChange(AppendOnly, Entry):
    """An entry before and after somebody changed it; null where it did not exist."""

    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    cause = models.CharField("moyen", max_length=20, choices=Cause)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "correction"
        indexes = [models.Index(fields=["catalogue", "kind", "key"], name="change_of_entry")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class JournalEntry(AppendOnly):
    """What was done at the desk, in the order in which it was done."""

    verb = models.CharField("quoi", max_length=20, choices=Verb)
    subject = models.CharField("sur quoi", max_length=300)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "ligne du journal"
        verbose_name_plural = "lignes du journal"

    def __str__(self) -> str:
        return f"{self.get_verb_display()} : {self.subject}"


class Review(Entry):
    """Where a draft stands between writing and publishing.

    `digest` is that of the text under review: who changes it takes it out of review.
    """

    digest = models.CharField(max_length=64)
    state = models.CharField("état", max_length=20, choices=ReviewState)
    note = models.TextField("mot", blank=True)
    at = models.DateTimeField("quand", auto_now=True)

    class Meta:
        verbose_name = "relecture"
        constraints = [
            models.UniqueConstraint(
                fields=["catalogue", "kind", "key"], name="entry_is_under_review_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class PlannedRelease(OfCatalogue):
    """A release to come. Its entries are kept as they were when it was planned.

    `entries` is a list of `{"kind", "key", "before", "after"}`: `before` is what was published
    at that moment.
    """

    number = models.CharField("numéro", max_length=20)
    note = models.TextField("note", blank=True)
    publish_at = models.DateTimeField("à publier le")
    entries = models.JSONField()
    problem = models.TextField("ce qui l’en a empêchée", blank=True)

    class Meta:
        ordering = ["publish_at"]
        permissions = [("publish_release", "Peut relire, publier, programmer et annuler")]
        verbose_name = "édition à venir"
        verbose_name_plural = "éditions à venir"

    def __str__(self) -> str:
        return self.number
