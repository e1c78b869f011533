from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from desescalade import typography

from .. import parameters
from ..enums import (
    Authority,
    Basis,
    Budget,
    Confidence,
    Difficulty,
    ExampleKind,
    Horizon,
    Origin,
    ParameterType,
)
from .catalogue import Catalogue
from .positioned import Positioned

LINE_LENGTH = 90


class MeasureQuerySet(models.QuerySet["Measure"]):
    def of(self, catalogue: str | Catalogue | None) -> "MeasureQuerySet":
        return self.filter(proposal__catalogue=catalogue)

    def published(self) -> "MeasureQuerySet":
        """Those that the public sees: published, under a published proposal, not withdrawn.

        A measure without a default wording is not finished, and not shown either.
        """
        return self.filter(
            published=True,
            retired=False,
            proposal__published=True,
            wordings__is_default=True,
        )

    def withdrawn(self) -> "MeasureQuerySet":
        """Those that the public has seen and sees no more, with the one that replaces them."""
        return self.filter(retired=True, published=True, proposal__published=True).select_related(
            "proposal", "successor"
        )

    def with_default_wording(self) -> "MeasureQuerySet":
        """What `default_wording` reads, and no more: enough for a list."""
        default = self._model("Wording").objects.filter(is_default=True)
        return self.prefetch_related(models.Prefetch("wordings", default))

    def with_wordings(self) -> "MeasureQuerySet":
        """What `default_wording` and `wording_for` read."""
        sizes = self._model("WordingSize").objects.select_related("size_class")
        return self.prefetch_related(models.Prefetch("wordings__sizes", sizes))

    def with_parameters(self) -> "MeasureQuerySet":
        return self.prefetch_related("parameters__by_size")

    def _model(self, name: str) -> type[models.Model]:
        """The model of this name beside the measures asked for: published, or of the desk."""
        return apps.get_model(self.model._meta.app_label, name)


class Measure(Positioned):
    """A concrete act under a proposal. Its texts are its wordings."""

    slug = models.SlugField("identifiant", max_length=110, primary_key=True)
    proposal = models.ForeignKey(
        "Proposal", models.PROTECT, related_name="measures", verbose_name="proposition"
    )
    title = models.CharField("titre", max_length=LINE_LENGTH)
    decided_by = models.CharField("qui décide", max_length=20, choices=Authority)
    decided_by_note = models.TextField("précision sur qui décide", blank=True)
    horizon = models.CharField("échéance", max_length=20, choices=Horizon)
    budget = models.CharField("effet budgétaire", max_length=20, choices=Budget)
    budget_note = models.TextField("précision sur le budget", blank=True)
    difficulty = models.CharField("difficulté", max_length=20, choices=Difficulty)
    origin = models.CharField("provenance", max_length=20, choices=Origin)
    origin_note = models.TextField("précision sur la provenance", blank=True)
    purposes = models.ManyToManyField(
        "Purpose", through="MeasurePurpose", related_name="measures", verbose_name="finalités"
    )
    related = models.ManyToManyField(
        "self",
        through="RelatedMeasure",
        symmetrical=False,
        related_name="related_by",
        verbose_name="mesures liées",
    )
    published = models.BooleanField("publiée", default=True)
    retired = models.BooleanField("retirée", default=False)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name="remplacée par",
    )
    review_by = models.DateField("à revoir avant le", null=True, blank=True)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["proposal__number", "position", "slug"]
        verbose_name = "mesure"

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("proposals:measure", args=[self.slug])

    @property
    def default_wording(self) -> "Wording":
        """Reads the prefetched wordings."""
        return next(wording for wording in self.wordings.all() if wording.is_default)

    def wording_for(self, size_class_slug: str) -> "Wording":
        """The wording for a size, else the default. Reads the prefetched wordings."""
        for wording in self.wordings.all():
            if any(size.size_class_id == size_class_slug for size in wording.sizes.all()):
                return wording
        return self.default_wording


class MeasurePurpose(Positioned):
    measure = models.ForeignKey("Measure", models.CASCADE)
    purpose = models.ForeignKey("Purpose", models.PROTECT, verbose_name="finalité")

    class Meta(Positioned.Meta):
        abstract = True
        verbose_name = "finalité"
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "purpose"], name="%(app_label)s_measure_has_a_purpose_once"
            ),
        ]

    def __str__(self) -> str:
        return self.purpose_id


class RelatedMeasure(Positioned):
    measure = models.ForeignKey("Measure", models.CASCADE, related_name="related_links")
    related = models.ForeignKey(
        "Measure", models.CASCADE, related_name="+", verbose_name="mesure liée"
    )

    class Meta(Positioned.Meta):
        abstract = True
        verbose_name = "mesure liée"
        verbose_name_plural = "mesures liées"
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "related"], name="%(app_label)s_measure_is_related_once"
            ),
        ]

    def __str__(self) -> str:
        return self.related_id


class Wording(Positioned):
    """The text of a measure: the default, or one for given sizes of commune.

    A line or an easy text left empty is that of the default wording. `unsuitable` says why the
    measure is not advised at that size; `text` is then the alternative.
    """

    measure = models.ForeignKey("Measure", models.CASCADE, related_name="wordings")
    is_default = models.BooleanField("déclinaison par défaut", default=False)
    line = models.CharField("ligne de tract", max_length=LINE_LENGTH, blank=True)
    text = models.TextField("texte")
    easy = models.TextField("version simplifiée", blank=True)
    unsuitable = models.TextField("pourquoi elle est déconseillée", blank=True)
    size_classes = models.ManyToManyField(
        "SizeClass", through="WordingSize", related_name="wordings", verbose_name="strates"
    )

    class Meta(Positioned.Meta):
        abstract = True
        verbose_name = "déclinaison"
        constraints = [
            models.UniqueConstraint(
                fields=["measure"],
                condition=models.Q(is_default=True),
                name="%(app_label)s_measure_has_one_default_wording",
                violation_error_message="Cette mesure a déjà une déclinaison par défaut.",
            ),
        ]

    def __str__(self) -> str:
        """What it is for: a cut text tells nothing. Reads the prefetched sizes."""
        if self.is_default or not self.pk:
            return "par défaut" if self.is_default else "nouvelle déclinaison"
        return self.sizes_in_words()

    def shown_line(self) -> str:
        return self.line or self.measure.default_wording.line

    def shown_easy(self) -> str:
        return self.easy or self.measure.default_wording.easy

    def sizes_in_words(self) -> str:
        """As in « village et bourg », or « toutes les tailles » for the default."""
        labels = [size.size_class.label.lower() for size in self.sizes.all()]
        if not labels:
            return "toutes les tailles"
        *first, last = labels
        return f"{', '.join(first)} et {last}" if first else last


class WordingSize(models.Model):
    """Which sizes a wording is for.

    The measure is repeated here so that the database itself refuses two wordings for one size.
    """

    wording = models.ForeignKey("Wording", models.CASCADE, related_name="sizes")
    measure = models.ForeignKey("Measure", models.CASCADE, editable=False)
    size_class = models.ForeignKey("SizeClass", models.PROTECT, verbose_name="strate")

    class Meta:
        abstract = True
        ordering = ["size_class__min_population"]
        verbose_name = "strate"
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "size_class"],
                name="%(app_label)s_measure_has_one_wording_for_a_size",
                violation_error_message=(
                    "Cette strate a déjà une autre déclinaison de la même mesure."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.size_class_id

    def save(self, *args, **kwargs) -> None:
        self.measure_id = self.wording.measure_id
        super().save(*args, **kwargs)


class Parameter(Positioned):
    """A number or a choice that a team tunes in a text, written `{slug}` there.

    `default` is written as in the file ("0.5", "2027-06-30", "23:00"). `min` = `max` is a firm
    commitment of the catalogue, not a setting.
    """

    measure = models.ForeignKey("Measure", models.CASCADE, related_name="parameters")
    slug = models.CharField("identifiant", max_length=60)
    label = models.CharField("libellé", max_length=120)
    type = models.CharField("type", max_length=20, choices=ParameterType)
    unit = models.CharField("unité", max_length=40, blank=True)
    unit_one = models.CharField("unité au singulier", max_length=40, blank=True)
    default = models.CharField("valeur par défaut", max_length=200)
    min = models.DecimalField("minimum", max_digits=14, decimal_places=4, null=True, blank=True)
    max = models.DecimalField("maximum", max_digits=14, decimal_places=4, null=True, blank=True)
    choices = models.TextField("choix", blank=True, help_text="Un par ligne.")
    basis = models.CharField("repose sur", max_length=20, choices=Basis)
    help = models.TextField("aide", blank=True)

    class Meta(Positioned.Meta):
        abstract = True
        verbose_name = "réglage"
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "slug"], name="%(app_label)s_measure_has_a_parameter_once"
            ),
            models.CheckConstraint(
                condition=models.Q(min__isnull=True)
                | models.Q(max__isnull=True)
                | models.Q(min__lte=models.F("max")),
                name="%(app_label)s_parameter_min_is_at_most_max",
                violation_error_message="Le minimum dépasse le maximum.",
            ),
            models.CheckConstraint(
                condition=parameters.within_bounds("default"),
                name="%(app_label)s_parameter_default_is_within_bounds",
                violation_error_message="La valeur par défaut sort des bornes.",
            ),
        ]

    def __str__(self) -> str:
        return f"{{{self.slug}}}"

    def save(self, *args, **kwargs) -> None:
        super().save(*args, **kwargs)
        self.by_size.update(type=self.type, min=self.min, max=self.max)

    def choice_list(self) -> list[str]:
        return self.choices.splitlines()

    def in_words(self, value: str) -> str:
        """A value as it reads in a sentence: "6 mois"."""
        return parameters.display(value, type=self.type, unit=self.unit, unit_one=self.unit_one)

    @property
    def default_in_words(self) -> str:
        return self.in_words(self.default)

    @property
    def bounds_in_words(self) -> str:
        """As in « de 3 à 24 »; empty where there is no choice to make."""
        if self.choices:
            return f"au choix : {', '.join(self.choice_list())}"
        if None in (self.min, self.max):
            return ""
        if self.min == self.max:
            return "engagement ferme"
        return f"de {typography.number(self.min)} à {typography.number(self.max)}"

    def value_for(self, size_class_slug: str) -> str:
        """The value that the catalogue advises for a size. Reads the prefetched `by_size`."""
        for row in self.by_size.all():
            if row.size_class_id == size_class_slug:
                return row.value
        return self.default

    def check_value(self, value: str) -> None:
        """Raises ValidationError when the value has the wrong type or is out of bounds."""
        parameters.parse(
            value, type=self.type, min=self.min, max=self.max, choices=self.choice_list()
        )

    def clean(self) -> None:
        try:
            self.check_value(self.default)
        except ValidationError as error:
            raise ValidationError({"default": error.messages}) from error
        for row in self.by_size.all() if self.pk else ():
            try:
                self.check_value(row.value)
            except ValidationError as error:
                raise ValidationError(
                    f"La valeur pour « {row.size_class} » ne va plus : {error.messages[0]}"
                ) from error


class ParameterDefault(models.Model):
    """The default of a parameter for one size of commune.

    Type and bounds are repeated here so that the database itself refuses a value beyond them.
    """

    parameter = models.ForeignKey("Parameter", models.CASCADE, related_name="by_size")
    size_class = models.ForeignKey("SizeClass", models.PROTECT, verbose_name="strate")
    value = models.CharField("valeur", max_length=200)
    type = models.CharField(max_length=20, editable=False)
    min = models.DecimalField(max_digits=14, decimal_places=4, null=True, editable=False)
    max = models.DecimalField(max_digits=14, decimal_places=4, null=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["size_class__min_population"]
        verbose_name = "valeur par strate"
        verbose_name_plural = "valeurs par strate"
        constraints = [
            models.UniqueConstraint(
                fields=["parameter", "size_class"],
                name="%(app_label)s_parameter_has_one_default_for_a_size",
            ),
            models.CheckConstraint(
                condition=parameters.within_bounds("value"),
                name="%(app_label)s_parameter_value_by_size_is_within_bounds",
                violation_error_message="La valeur sort des bornes.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.size_class_id} : {self.value}"

    def save(self, *args, **kwargs) -> None:
        self.type, self.min, self.max = self.parameter.type, self.parameter.min, self.parameter.max
        super().save(*args, **kwargs)

    @property
    def in_words(self) -> str:
        return self.parameter.in_words(self.value)

    def clean(self) -> None:
        try:
            self.parameter.check_value(self.value)
        except ValidationError as error:
            raise ValidationError({"value": error.messages}) from error


class LegalBasis(Positioned):
    measure = models.ForeignKey("Measure", models.CASCADE, related_name="legal_bases")
    instrument = models.CharField("instrument", max_length=200)
    reference = models.CharField("référence", max_length=300, blank=True)
    note = models.TextField("précision", blank=True)
    confidence = models.CharField("fiabilité", max_length=20, choices=Confidence)
    source = models.ForeignKey(
        "Source", models.PROTECT, null=True, blank=True, verbose_name="source"
    )

    class Meta(Positioned.Meta):
        abstract = True
        verbose_name = "base légale"
        verbose_name_plural = "bases légales"

    def __str__(self) -> str:
        return self.instrument

    @property
    def is_to_verify(self) -> bool:
        return self.confidence == Confidence.TO_VERIFY


class Pitch(Positioned):
    """What a canvasser says at the door."""

    measure = models.ForeignKey("Measure", models.CASCADE, related_name="pitches")
    text = models.CharField("argument", max_length=240)

    class Meta(Positioned.Meta):
        abstract = True
        verbose_name = "argument"

    def __str__(self) -> str:
        return self.text


class Objection(Positioned):
    measure = models.ForeignKey("Measure", models.CASCADE, related_name="objections")
    objection = models.CharField("objection", max_length=300)
    answer = models.CharField("réponse", max_length=400)
    sources = models.ManyToManyField("Source", through="ObjectionSource", verbose_name="sources")

    class Meta(Positioned.Meta):
        abstract = True
        verbose_name = "objection"

    def __str__(self) -> str:
        return self.objection


class ObjectionSource(Positioned):
    objection = models.ForeignKey("Objection", models.CASCADE)
    source = models.ForeignKey("Source", models.PROTECT, verbose_name="source")

    class Meta(Positioned.Meta):
        abstract = True
        verbose_name = "source"

    def __str__(self) -> str:
        return self.source_id


class Example(Positioned):
    """A fact elsewhere. Only the kind « exemple » may be shown as a model."""

    measure = models.ForeignKey("Measure", models.CASCADE, related_name="examples")
    place = models.CharField("lieu", max_length=200)
    fact = models.TextField("fait")
    kind = models.CharField("nature", max_length=20, choices=ExampleKind)
    country = models.CharField("pays", max_length=2, default="FR")
    source = models.ForeignKey(
        "Source", models.PROTECT, null=True, blank=True, verbose_name="source"
    )

    class Meta(Positioned.Meta):
        abstract = True
        verbose_name = "exemple"

    def __str__(self) -> str:
        return self.place
