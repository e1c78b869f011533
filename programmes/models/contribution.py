"""What a team sends to those who keep the catalogue, and what they answer."""

from django.db import models
from django.db.models import OuterRef, Subquery

from proposals.models import Measure, Release

from ..enums import ContributionKind, ContributionStatus, MeasureText
from .programme import Programme

NAME_LENGTH = 200
SOURCE_LENGTH = 600
SIGNATURE_LENGTH = 80
ANSWER_LENGTH = 2000
# All that leaves the programme. The rest of a row is what becomes of it.
CONTENT_FIELDS = (
    *("kind", "measure_slug", "sizes", "field", "base", "text", "note"),
    *("place", "fact", "wrong", "source", "signature"),
)
# A curator's answer is wanted, for the first time or because nothing came of it.
TO_ANSWER = (ContributionStatus.RECEIVED, ContributionStatus.GIVEN_UP)
# The words went into a draft: what becomes of them there is followed.
TAKEN_UP = (
    ContributionStatus.DRAFTED,
    ContributionStatus.PUBLISHED,
    ContributionStatus.GIVEN_UP,
)


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def waiting(self) -> "ContributionQuerySet":
        return self.filter(status=ContributionStatus.RECEIVED)

    def to_answer(self) -> "ContributionQuerySet":
        return self.filter(status__in=TO_ANSWER)

    def taken_up(self) -> "ContributionQuerySet":
        return self.filter(status__in=TAKEN_UP)

    def drafted(self) -> "ContributionQuerySet":
        return self.filter(status=ContributionStatus.DRAFTED)

    def unread(self) -> "ContributionQuerySet":
        """Those of which the team has not seen the answer, or what came of it."""
        return self.filter(is_read=False)

    def curated(self) -> "ContributionQuerySet":
        """As curators read them: without the programme, which is not even fetched."""
        return self.defer("programme", "is_read").told()

    def told(self) -> "ContributionQuerySet":
        """With what its pages name: the title of its measure, the release that published it."""
        return self.with_measure_title().select_related("release")

    def with_measure_title(self) -> "ContributionQuerySet":
        """Adds `measure_title`, None where the catalogue knows the measure no more."""
        measure = Measure.objects.filter(pk=OuterRef("measure_slug"))
        return self.annotate(measure_title=Subquery(measure.values("title")[:1]))


class Contribution(models.Model):
    """An improvement of a text, an example or a correction, as it was shown before it was sent.

    `sizes` (as in a revision) and `field` say which text of the measure; `base` is what the
    catalogue said there, `text` what it might say. `release` is the one that published it, also
    when another one has taken it back since. `programme` brings the answer back: curators
    never see it, and what was given stays when it is deleted. So does it when the measure goes.
    """

    programme = models.ForeignKey(
        Programme, models.SET_NULL, null=True, editable=False, related_name="contributions"
    )
    kind = models.CharField("genre", max_length=20, choices=ContributionKind)
    measure_slug = models.CharField("mesure", max_length=110)
    sizes = models.CharField("strates", max_length=600, blank=True)
    field = models.CharField("texte visé", max_length=10, choices=MeasureText, blank=True)
    base = models.TextField("texte du catalogue", blank=True)
    text = models.TextField("texte proposé", blank=True)
    note = models.TextField("pourquoi", blank=True)
    place = models.CharField("lieu", max_length=NAME_LENGTH, blank=True)
    fact = models.TextField("fait", blank=True)
    wrong = models.TextField("ce qui est faux", blank=True)
    source = models.CharField("où le vérifier", max_length=SOURCE_LENGTH, blank=True)
    signature = models.CharField("signature", max_length=SIGNATURE_LENGTH, blank=True)
    sent_at = models.DateTimeField("envoyé le", auto_now_add=True)
    status = models.CharField(
        "état", max_length=20, choices=ContributionStatus, default=ContributionStatus.RECEIVED
    )
    answer = models.TextField("réponse", blank=True)
    release = models.ForeignKey(
        Release,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="édition",
    )
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    is_read = models.BooleanField("lue par l’équipe", default=True)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        indexes = [
            models.Index(fields=["-sent_at", "-id"], name="contributions_newest_first"),
            models.Index(fields=["status"], name="contributions_by_status"),
            models.Index(fields=["measure_slug"], name="contributions_by_measure"),
        ]
        verbose_name = "envoi au catalogue"
        verbose_name_plural = "envois au catalogue"

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.measure_slug}"

    def content(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in CONTENT_FIELDS}

    @property
    def is_waiting(self) -> bool:
        return self.status == ContributionStatus.RECEIVED

    @property
    def is_to_answer(self) -> bool:
        return self.status in TO_ANSWER

    @property
    def is_given_up(self) -> bool:
        return self.status == ContributionStatus.GIVEN_UP
