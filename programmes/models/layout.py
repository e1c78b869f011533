"""How a team wants one format printed: remembered per format, apart from the texts."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from ..enums import Printer
from .commitment import Commitment
from .programme import Programme
from .versioned import Versioned

NOT_CHOSEN = {"id", "version", "programme_id", "format"}


class LogoQuerySet(models.QuerySet["Logo"]):
    def at_hand(self) -> "LogoQuerySet":
        """Those that can be chosen, without their pictures."""
        return self.filter(is_hidden=False).defer("image")


class Logo(models.Model):
    """A sign of the list, drawn again as PNG by us; kept in the database, never as a file.

    The picture of a row is never changed and a row goes with its programme only: an edition names
    the digest of the one it is printed with. What the team drops is hidden.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="logos")
    digest = models.CharField("empreinte", max_length=64)
    image = models.BinaryField("image")
    width = models.PositiveIntegerField("largeur")
    height = models.PositiveIntegerField("hauteur")
    description = models.CharField("ce que montre l’image", max_length=120)
    # Somebody else's sign needs a consent: CE, 12 April 2021, no 445515.
    consent_on = models.DateField("accord donné le")
    is_hidden = models.BooleanField("retiré", default=False)

    objects = LogoQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "logo"
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "digest", "description"], name="programme_has_a_logo_once"
            ),
        ]

    def __str__(self) -> str:
        return self.description


class Layout(Versioned):
    """The team's choices for one format; where a field is empty, the programme's own hold."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="layouts")
    format = models.CharField("nom du format", max_length=40)
    list_name = models.CharField("nom de la liste", max_length=100, blank=True)
    slogan = models.CharField("slogan", max_length=120, blank=True)
    candidates = models.TextField("noms des candidats", blank=True)
    logo = models.ForeignKey(
        Logo, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="logo"
    )
    color = models.CharField("couleur", max_length=7, blank=True)
    printer = models.CharField("imprimé par", max_length=20, choices=Printer, blank=True)
    printer_name = models.CharField("nom", max_length=120, blank=True)
    printer_address = models.CharField("adresse", max_length=200, blank=True)
    bleed = models.PositiveSmallIntegerField("fond perdu, en mm", default=3)
    copies = models.PositiveIntegerField("nombre d’exemplaires", null=True, blank=True)
    side_price = models.DecimalField(
        "prix d’une face, en euros",
        max_digits=6,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta:
        ordering = ["format"]
        verbose_name = "mise en page"
        verbose_name_plural = "mises en page"
        constraints = [
            models.UniqueConstraint(fields=["programme", "format"], name="format_has_one_layout"),
        ]

    def __str__(self) -> str:
        return self.format

    def state(self) -> dict:
        """All its choices; the commitments chosen as ids."""
        names = [field.attname for field in self._meta.concrete_fields]
        return {
            **{name: getattr(self, name) for name in names if name not in NOT_CHOSEN},
            "chosen": list(self.chosen.standing().values_list("commitment_id", flat=True)),
        }


class LayoutCommitmentQuerySet(models.QuerySet["LayoutCommitment"]):
    def standing(self) -> "LayoutCommitmentQuerySet":
        """Those whose commitment is not in the bin; from there it comes back chosen."""
        return self.filter(commitment__dropped_at=None)


class LayoutCommitment(models.Model):
    """A commitment chosen for a format, in its place. Without any row, all of them are printed."""

    layout = models.ForeignKey(Layout, models.CASCADE, related_name="chosen")
    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="+")
    position = models.PositiveIntegerField("rang", default=0)

    objects = LayoutCommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "engagement choisi"
        verbose_name_plural = "engagements choisis"
        constraints = [
            models.UniqueConstraint(
                fields=["layout", "commitment"], name="layout_chooses_a_commitment_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.position)
