"""What came back when the address of a source was last asked for."""

from django.db import models

from ...addresses import State


class SourceCheck(models.Model):
    """One at most for a source. No foreign key: to have been visited is no use of a source.

    `url` is the address that was asked for: a source that has another one since is to be visited.
    """

    LABELS = {
        State.ANSWERS: "répond",
        State.MOVED: "a déménagé",
        State.GONE: "n’existe plus",
        State.CLOSED: "refuse les machines",
        State.BROKEN: "en panne",
        State.SILENT: "ne répond pas",
        State.REFUSED: "n’a pas été demandée",
    }

    source = models.CharField("source", max_length=110, primary_key=True)
    url = models.URLField("adresse", max_length=600)
    at = models.DateTimeField("essayée le", auto_now=True)
    status = models.CharField(
        "réponse",
        max_length=20,
        choices=[(state.value, label) for state, label in LABELS.items()],
    )
    note = models.CharField("précision", max_length=600, blank=True)

    class Meta:
        ordering = ["source"]
        verbose_name = "essai d’une adresse"
        verbose_name_plural = "essais d’adresses"

    def __str__(self) -> str:
        return f"{self.source} : {self.get_status_display()}"
