"""The closed lists of a programme: value in the database, label on the screen."""

from django.db import models


class ProgrammeKind(models.TextChoices):
    CAMPAIGN = "campaign", "programme pour une élection"
    MANDATE = "mandate", "plan pour le mandat en cours"


class Role(models.TextChoices):
    COORDINATOR = "coordinator", "coordination"
    WRITER = "writer", "écriture"
    READER = "reader", "lecture"


class Status(models.TextChoices):
    """What the team decided about a measure."""

    RETAINED = "retained", "retenue"
    DISCUSSED = "discussed", "à discuter"
    DECLINED = "declined", "écartée"
    DONE = "done", "déjà fait"


class Fidelity(models.TextChoices):
    """How near a commitment is to the catalogue."""

    AS_IS = "as-is", "reprise du catalogue"
    ADAPTED = "adapted", "adaptée par la liste"
    OWN = "own", "propre à la liste"


class Printer(models.TextChoices):
    """Who prints: the law of 29 July 1881, art. 3, wants a name and an address."""

    OURSELVES = "ourselves", "nous-mêmes"
    COMPANY = "company", "une imprimerie"


class DocumentKind(models.TextChoices):
    """What the law calls a print; the rules differ."""

    TRACT = "tract", "tract"
    CIRCULAIRE = "circulaire", "circulaire"
    AFFICHE = "affiche", "affiche"
    INTERNE = "interne", "document interne"


class Output(models.TextChoices):
    """What a print is made for."""

    ECRAN = "ecran", "écran"
    COPIEUR = "copieur", "copieur"
    IMPRIMEUR = "imprimeur", "imprimeur"
