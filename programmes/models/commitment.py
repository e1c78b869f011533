"""What a programme promises: copies of the catalogue, the team's words beside them.

A commitment renders from these rows alone: deleting the whole catalogue must not change it.
"""

import uuid
from datetime import timedelta

from django.db import models
from django.urls import reverse
from django.utils import timezone

from desescalade import markdown, typography
from proposals import parameters, placeholders
from proposals.enums import Authority, Budget, Horizon, ParameterType
from proposals.models import Measure, Proposal, WordingRevision
from proposals.tables.measure import LINE_LENGTH
from proposals.tables.positioned import Positioned

from ..enums import Fidelity, Status
from .programme import Programme
from .versioned import Versioned

# What is dropped can be brought back this long.
BIN_DAYS = 30
OWN_CHAPTER = "Nos autres engagements"
TEXT_FIELDS = ("title", "line", "text", "easy")
BASE_FIELDS = tuple(f"base_{name}" for name in TEXT_FIELDS)
# What a version of a commitment holds, besides its parameters: see Commitment.state.
STATE_FIELDS = (
    *TEXT_FIELDS,
    *BASE_FIELDS,
    *("measure_id", "revision_id", "declined_revision_id"),
    *("sizes", "size_label", "taken_at_size"),
    *("decided_by", "horizon", "budget", "status", "reason", "dropped_at"),
)


class ChapterQuerySet(models.QuerySet["Chapter"]):
    def with_counts(self) -> "ChapterQuerySet":
        """Adds the number of commitments of each status: `retained`, `discussed`…

        Counting drops the default order: it is asked for again.
        """
        return self.order_by(*Chapter._meta.ordering).annotate(
            **{
                status: models.Count(
                    "commitments",
                    filter=models.Q(commitments__status=status, commitments__dropped_at=None),
                )
                for status in Status
            }
        )


class Chapter(Versioned):
    """A chapter of the programme: the copy of a proposal, or the team's own (number 0)."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="chapters")
    proposal = models.ForeignKey(Proposal, models.SET_NULL, null=True, related_name="+")
    number = models.PositiveSmallIntegerField("numéro")
    title = models.CharField("titre", max_length=120)
    summary = models.TextField("résumé", blank=True)

    objects = ChapterQuerySet.as_manager()

    class Meta:
        # The team's own chapter, number 0, comes last.
        ordering = [
            models.Case(models.When(number=0, then=1), default=0),
            "number",
        ]
        verbose_name = "chapitre"
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"], name="programme_has_a_chapter_once"
            ),
            models.UniqueConstraint(
                fields=["programme", "proposal"], name="proposal_has_one_chapter"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def state(self) -> dict:
        """The order of its commitments and the figures that are printed, as ids."""
        return {
            "order": list(self.commitments.in_order().values_list("pk", flat=True)),
            "figures": list(self.figures.filter(is_printed=True).values_list("pk", flat=True)),
        }

    def counts_in_words(self) -> str:
        """As in « 2 retenues, 1 à discuter ». Reads what `with_counts` adds."""
        words = {
            Status.RETAINED: ("retenue", "retenues"),
            Status.DISCUSSED: ("à discuter", "à discuter"),
            Status.DONE: ("déjà fait", "déjà faits"),
            Status.DECLINED: ("écartée", "écartées"),
        }
        counted = [
            typography.quantity(number, many, one)
            for status, (one, many) in words.items()
            if (number := getattr(self, status))
        ]
        return ", ".join(counted) or "aucun choix"


class ChapterFigure(Positioned):
    """A figure of the proposal, copied with its source; the team chooses which are printed."""

    chapter = models.ForeignKey(Chapter, models.CASCADE, related_name="figures")
    statement = models.TextField("énoncé")
    value = models.CharField("valeur", max_length=80, blank=True)
    caveat = models.TextField("réserve", blank=True)
    source_title = models.CharField("source", max_length=300, blank=True)
    source_url = models.CharField("adresse", max_length=600, blank=True)
    source_date = models.CharField("date", max_length=80, blank=True)
    is_printed = models.BooleanField("imprimé", default=False)

    class Meta(Positioned.Meta):
        verbose_name = "chiffre"

    def __str__(self) -> str:
        return self.value or self.statement[:60]


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def retained(self) -> "CommitmentQuerySet":
        """Those that are printed."""
        return self.filter(status=Status.RETAINED)

    def in_use(self) -> "CommitmentQuerySet":
        """Measures that programmes hold to or talk about. A declined one, a bin count for none."""
        statuses = [Status.RETAINED, Status.DISCUSSED, Status.DONE]
        return self.filter(
            measure__isnull=False,
            status__in=statuses,
            dropped_at=None,
            programme__dropped_at=None,
        )

    def with_adapted(self) -> "CommitmentQuerySet":
        """Adds `adapted`, which is `is_adapted` asked of the database."""
        differs = models.Q()
        for field in TEXT_FIELDS:
            differs |= ~models.Q(**{field: ""}) & ~models.Q(**{field: models.F(f"base_{field}")})
        return self.annotate(adapted=models.ExpressionWrapper(differs, models.BooleanField()))

    def in_order(self) -> "CommitmentQuerySet":
        """By chapter, then as the team ordered them."""
        last = models.Case(models.When(chapter__number=0, then=1), default=0)
        return self.order_by(last, "chapter__number", "position", "pk")

    def with_parameters(self) -> "CommitmentQuerySet":
        return self.select_related("chapter").prefetch_related("parameters")

    def with_comments(self) -> "CommitmentQuerySet":
        """Adds `unresolved`, the number of comments that wait for an answer."""
        return self.annotate(
            unresolved=models.Count("comments", filter=models.Q(comments__resolved_at=None))
        )

    def in_bin(self) -> "CommitmentQuerySet":
        """Those that can still be brought back. Ask it of `Commitment.everything`."""
        return self.filter(dropped_at__gt=timezone.now() - timedelta(days=BIN_DAYS))

    def with_arguments(self) -> "CommitmentQuerySet":
        """What a canvasser says: arguments, objections and their answers."""
        return self.prefetch_related("pitches", "objections")


class CommitmentManager(models.Manager.from_queryset(CommitmentQuerySet)):
    """All but those in the bin."""

    def get_queryset(self) -> CommitmentQuerySet:
        return super().get_queryset().filter(dropped_at=None)


class Commitment(Positioned, Versioned):
    """A measure taken up by a programme, or one of the team's own (no `base_text`).

    `base_*` is what the catalogue said when the measure was taken; `title`, `line`, `text` and
    `easy` are the team's, empty where it keeps the catalogue's. `key` tells it from its neighbours
    in a file that leaves the site and comes back, here or elsewhere.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="commitments")
    chapter = models.ForeignKey(Chapter, models.CASCADE, related_name="commitments")
    key = models.UUIDField("clé", default=uuid.uuid4, editable=False)
    measure = models.ForeignKey(
        Measure, models.SET_NULL, null=True, blank=True, related_name="commitments"
    )
    revision = models.ForeignKey(
        WordingRevision, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # A newer text of the catalogue that the team does not want: not offered again.
    declined_revision = models.ForeignKey(
        WordingRevision, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Slugs with a space between them, as in a revision; empty for the default wording.
    sizes = models.CharField("strates", max_length=600, blank=True)
    size_label = models.CharField("déclinaison", max_length=200, blank=True)
    # The size of the commune when the wording was taken, be it for that size or another.
    taken_at_size = models.CharField(max_length=110, blank=True)
    base_title = models.CharField(max_length=LINE_LENGTH, blank=True)
    base_line = models.CharField(max_length=LINE_LENGTH, blank=True)
    base_text = models.TextField(blank=True)
    base_easy = models.TextField(blank=True)
    title = models.CharField("titre", max_length=LINE_LENGTH, blank=True)
    line = models.CharField("ligne de tract", max_length=LINE_LENGTH, blank=True)
    text = models.TextField("texte", blank=True)
    easy = models.TextField("version simplifiée", blank=True)
    decided_by = models.CharField("qui décide", max_length=20, choices=Authority)
    horizon = models.CharField("échéance", max_length=20, choices=Horizon)
    budget = models.CharField(
        "effet budgétaire", max_length=20, choices=Budget, default=Budget.NEUTRAL
    )
    status = models.CharField("choix", max_length=20, choices=Status, default=Status.RETAINED)
    reason = models.CharField("raison", max_length=300, blank=True)
    dropped_at = models.DateTimeField("mis à la corbeille le", null=True, blank=True)

    objects = CommitmentManager()
    everything = CommitmentQuerySet.as_manager()

    class Meta(Positioned.Meta):
        verbose_name = "engagement"
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "measure"],
                condition=models.Q(dropped_at=None),
                name="programme_takes_a_measure_once",
            ),
            models.UniqueConstraint(fields=["programme", "key"], name="programme_has_a_key_once"),
        ]
        indexes = [models.Index(fields=["dropped_at"], name="commitments_in_the_bin")]

    def __str__(self) -> str:
        return self.source_title

    def get_absolute_url(self) -> str:
        return reverse("programmes:commitment", args=[self.programme_id, self.pk])

    @property
    def is_own(self) -> bool:
        return not self.base_text

    @property
    def is_adapted(self) -> bool:
        """Whether a text differs from the catalogue's; values of parameters do not count."""
        return any(
            getattr(self, field) not in ("", getattr(self, f"base_{field}"))
            for field in TEXT_FIELDS
        )

    @property
    def fidelity(self) -> Fidelity:
        if self.is_own:
            return Fidelity.OWN
        return Fidelity.ADAPTED if self.is_adapted else Fidelity.AS_IS

    @property
    def source_title(self) -> str:
        return self.source_text("title")

    @property
    def shown_title(self) -> str:
        return self.shown("title")

    def source_text(self, field: str) -> str:
        """The team's text where it wrote one, else the catalogue's, placeholders and all."""
        return getattr(self, field) or getattr(self, f"base_{field}")

    def shown(self, field: str) -> str:
        """The text as it reads for this commune; `text` and `easy` are still Markdown.

        Reads the programme, its commune and the parameters: prefetch them for lists.
        """
        return self.filled(self.source_text(field), is_plain=field in ("title", "line"))

    def state(self) -> dict:
        """What a version holds: all but its place and its comments."""
        return {
            **{name: getattr(self, name) for name in STATE_FIELDS},
            "parameters": {row.slug: row.value for row in self.parameters.all()},
        }

    def filled(self, text: str, *, is_plain: bool = False) -> str:
        """Any text of this commitment with its placeholders filled in."""
        if "{" not in text:
            return text
        values = {row.slug: row.in_words for row in self.parameters.all()}
        return placeholders.fill(
            text,
            values,
            commune=self.programme.commune.name,
            intercommunality=self.programme.intercommunality_in_words(),
            escape=str if is_plain else markdown.escape,
        )


class CommitmentParameter(Positioned):
    """The copy of a parameter, with the team's value."""

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="parameters")
    slug = models.CharField(max_length=60)
    label = models.CharField("libellé", max_length=120)
    type = models.CharField("type", max_length=20, choices=ParameterType)
    unit = models.CharField("unité", max_length=40, blank=True)
    unit_one = models.CharField("unité au singulier", max_length=40, blank=True)
    min = models.DecimalField("minimum", max_digits=14, decimal_places=4, null=True)
    max = models.DecimalField("maximum", max_digits=14, decimal_places=4, null=True)
    choices = models.TextField("choix", blank=True)
    help = models.TextField("aide", blank=True)
    default = models.CharField("valeur du catalogue", max_length=200)
    value = models.CharField("valeur", max_length=200)

    class Meta(Positioned.Meta):
        verbose_name = "réglage"
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "slug"], name="commitment_has_a_parameter_once"
            ),
            models.CheckConstraint(
                condition=parameters.within_bounds("value"),
                name="commitment_parameter_is_within_bounds",
                violation_error_message="Cette valeur sort des bornes.",
            ),
        ]

    def __str__(self) -> str:
        return f"{{{self.slug}}}"

    @property
    def in_words(self) -> str:
        return parameters.display(
            self.value, type=self.type, unit=self.unit, unit_one=self.unit_one
        )

    @property
    def is_firm(self) -> bool:
        """A commitment of the catalogue that is not to be tuned: min and max are the same."""
        return self.min is not None and self.min == self.max

    def choice_list(self) -> list[str]:
        return self.choices.splitlines()


class CommitmentPitch(Positioned):
    """The copy of an argument for the door."""

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="pitches")
    text = models.CharField("argument", max_length=240)

    class Meta(Positioned.Meta):
        verbose_name = "argument"

    def __str__(self) -> str:
        return self.text


class CommitmentObjection(Positioned):
    """The copy of an objection and its answer; `source` is in words, empty without one."""

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="objections")
    objection = models.CharField("objection", max_length=300)
    answer = models.CharField("réponse", max_length=400)
    source = models.CharField("source", max_length=600, blank=True)

    class Meta(Positioned.Meta):
        verbose_name = "objection"

    def __str__(self) -> str:
        return self.objection
