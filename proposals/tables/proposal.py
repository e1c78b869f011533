from django.db import models
from django.urls import reverse

from ..enums import FigureOrigin
from .catalogue import CatalogueQuerySet, OfCatalogue
from .positioned import Positioned


class ProposalQuerySet(CatalogueQuerySet):
    def published(self) -> "ProposalQuerySet":
        """Those that the public sees."""
        return self.filter(published=True)

    def with_questions(self) -> "ProposalQuerySet":
        return self.prefetch_related("questions")


class Proposal(OfCatalogue):
    """One of the ten."""

    slug = models.SlugField("identifiant", max_length=110, primary_key=True)
    number = models.PositiveSmallIntegerField("numéro")
    title = models.CharField("titre", max_length=120)
    summary = models.TextField("résumé")
    purposes = models.ManyToManyField(
        "Purpose", through="ProposalPurpose", verbose_name="finalités"
    )
    site_url = models.URLField("page du site", max_length=300, blank=True)
    published = models.BooleanField("publiée", default=True)
    review_by = models.DateField("à revoir avant le", null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["number"]
        verbose_name = "proposition"
        constraints = [
            models.UniqueConstraint(
                fields=["catalogue", "number"],
                name="%(app_label)s_proposal_has_a_number_of_its_own",
                violation_error_message="Une autre proposition a déjà ce numéro.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("proposals:proposal", args=[self.slug])


class ProposalPurpose(Positioned):
    """Purposes of a proposal, most important first."""

    proposal = models.ForeignKey("Proposal", models.CASCADE)
    purpose = models.ForeignKey("Purpose", models.PROTECT, verbose_name="finalité")

    class Meta(Positioned.Meta):
        abstract = True
        verbose_name = "finalité"
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "purpose"], name="%(app_label)s_proposal_has_a_purpose_once"
            ),
        ]

    def __str__(self) -> str:
        return self.purpose_id


class Figure(Positioned):
    proposal = models.ForeignKey("Proposal", models.CASCADE, related_name="figures")
    statement = models.TextField("énoncé")
    value = models.CharField("valeur", max_length=80, blank=True)
    origin = models.CharField("provenance", max_length=20, choices=FigureOrigin)
    source = models.ForeignKey(
        "Source", models.PROTECT, null=True, blank=True, verbose_name="source"
    )
    caveat = models.TextField("réserve", blank=True)

    class Meta(Positioned.Meta):
        abstract = True
        verbose_name = "chiffre"

    def __str__(self) -> str:
        return self.value or self.statement[:60]


class Question(Positioned):
    """A question of the diagnosis."""

    proposal = models.ForeignKey("Proposal", models.CASCADE, related_name="questions")
    slug = models.CharField("identifiant", max_length=90, unique=True)
    text = models.TextField("question")
    where_to_find = models.CharField("où trouver la réponse", max_length=300, blank=True)
    measures = models.ManyToManyField(
        "Measure", through="QuestionMeasure", related_name="questions", verbose_name="mesures"
    )

    class Meta(Positioned.Meta):
        abstract = True
        verbose_name = "question de diagnostic"
        verbose_name_plural = "questions de diagnostic"

    def __str__(self) -> str:
        return self.text


class QuestionMeasure(Positioned):
    question = models.ForeignKey("Question", models.CASCADE)
    measure = models.ForeignKey("Measure", models.CASCADE, verbose_name="mesure")

    class Meta(Positioned.Meta):
        abstract = True
        verbose_name = "mesure"
        constraints = [
            models.UniqueConstraint(
                fields=["question", "measure"], name="%(app_label)s_question_names_a_measure_once"
            ),
        ]

    def __str__(self) -> str:
        return self.measure_id
