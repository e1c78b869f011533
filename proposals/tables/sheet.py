from django.db import models
from django.urls import reverse

from .catalogue import OfCatalogue
from .positioned import Positioned


class ReflectionSheet(OfCatalogue, Positioned):
    """A sheet of questions for one audience, to read on screen or to print for a meeting."""

    slug = models.SlugField("identifiant", max_length=110, primary_key=True)
    title = models.CharField("titre", max_length=200)
    audience = models.TextField("public")
    intro = models.TextField("introduction")
    how_to_use = models.TextField("mode d’emploi")
    source = models.ForeignKey(
        "Source", models.PROTECT, null=True, blank=True, verbose_name="source"
    )
    proposals = models.ManyToManyField(
        "Proposal", through="SheetProposal", verbose_name="propositions"
    )

    class Meta(Positioned.Meta):
        abstract = True
        verbose_name = "fiche de réflexion"
        verbose_name_plural = "fiches de réflexion"

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("proposals:sheet", args=[self.slug])


class SheetProposal(Positioned):
    sheet = models.ForeignKey("ReflectionSheet", models.CASCADE)
    proposal = models.ForeignKey("Proposal", models.CASCADE, verbose_name="proposition")

    class Meta(Positioned.Meta):
        abstract = True
        verbose_name = "proposition"

    def __str__(self) -> str:
        return self.proposal_id


class SheetQuestion(Positioned):
    sheet = models.ForeignKey("ReflectionSheet", models.CASCADE, related_name="questions")
    slug = models.CharField("identifiant", max_length=60)
    text = models.TextField("question")
    prompts = models.TextField("pistes", blank=True, help_text="Une par ligne.")

    class Meta(Positioned.Meta):
        abstract = True
        verbose_name = "question"
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "slug"], name="%(app_label)s_sheet_has_a_question_once"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def prompt_list(self) -> list[str]:
        return self.prompts.splitlines()
