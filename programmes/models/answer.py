from django.db import models

from ..enums import Finding
from .programme import Programme

NOTE_LENGTH = 300


class Answer(models.Model):
    """What the team found out about a question of the catalogue, which is copied here.

    A question is open ("Qui gère l’eau ?"): `note` is what was found, `value` what follows from
    it. Either may be empty, not both: a question without an answer has no row.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="answers")
    slug = models.CharField("identifiant de la question", max_length=90)
    text = models.TextField("question")
    value = models.CharField("réponse", max_length=20, choices=Finding, blank=True)
    note = models.CharField("ce que l’on sait", max_length=NOTE_LENGTH, blank=True)
    at = models.DateTimeField("le", auto_now=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = "réponse"
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "slug"], name="programme_answers_a_question_once"
            ),
        ]

    def __str__(self) -> str:
        return self.text
