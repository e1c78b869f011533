"""The closed lists of the catalogue: value in the file and the database, label on the screen."""

from django.db import models


class SignatoryKind(models.TextChoices):
    COLLECTIVE = "collective", "collectif"
    PERSON = "person", "personne"


class Authority(models.TextChoices):
    """Who has the power to decide a measure."""

    MAYOR = "mayor", "le maire"
    COUNCIL = "council", "le conseil municipal"
    INTERCOMMUNALITY = "intercommunality", "l’intercommunalité"
    SHARED = "shared", "la commune et d’autres"
    OTHER = "other", "une autre autorité"

    @property
    def sentence(self) -> str:
        """As it stands beside a promise."""
        return {
            Authority.MAYOR: "Le maire décide",
            Authority.COUNCIL: "Le conseil décide",
            Authority.INTERCOMMUNALITY: "L’intercommunalité décide",
            Authority.SHARED: "La commune décide avec d’autres",
            Authority.OTHER: "D’autres décident",
        }[self]


class Horizon(models.TextChoices):
    FIRST_100_DAYS = "first-100-days", "cent premiers jours"
    MID_TERM = "mid-term", "mi-mandat"
    TERM = "term", "mandat"

    @property
    def phrase(self) -> str:
        """As it stands beside a promise."""
        return {
            Horizon.FIRST_100_DAYS: "dans les cent premiers jours",
            Horizon.MID_TERM: "avant la moitié du mandat",
            Horizon.TERM: "avant la fin du mandat",
        }[self]


class Budget(models.TextChoices):
    SAVING = "saving", "économie"
    NEUTRAL = "neutral", "sans effet notable"
    RUNNING = "running", "dépense de fonctionnement"
    INVESTMENT = "investment", "investissement"

    @property
    def phrase(self) -> str:
        """As it stands beside a promise."""
        return {
            Budget.SAVING: "fait faire des économies",
            Budget.NEUTRAL: "sans coût notable",
            Budget.RUNNING: "coût de fonctionnement",
            Budget.INVESTMENT: "demande un investissement",
        }[self]


class Difficulty(models.TextChoices):
    EASY = "easy", "facile"
    MEDIUM = "medium", "moyenne"
    HARD = "hard", "difficile"


class Origin(models.TextChoices):
    """Where a measure comes from: not the same authority, so never mixed up."""

    TRIBUNE = "tribune", "tribune"
    SITE = "site", "site desescaladenumerique.org"
    EDITORIAL = "editorial", "rédaction du catalogue"


class FigureOrigin(models.TextChoices):
    TRIBUNE = "tribune", "tribune"
    SITE = "site", "site desescaladenumerique.org"
    OTHER = "other", "autre source"


class Confidence(models.TextChoices):
    SURE = "sure", "sûr"
    TO_VERIFY = "to-verify", "à vérifier"


class ParameterType(models.TextChoices):
    INTEGER = "integer", "nombre entier"
    DECIMAL = "decimal", "nombre décimal"
    PERCENT = "percent", "pourcentage"
    CHOICE = "choice", "choix"
    DATE = "date", "date"
    TIME = "time", "heure"
    TEXT = "text", "texte"

    @classmethod
    def numeric(cls) -> tuple["ParameterType", ...]:
        return (cls.INTEGER, cls.DECIMAL, cls.PERCENT)


class Basis(models.TextChoices):
    """What the default of a parameter rests on."""

    SITE = "site", "site desescaladenumerique.org"
    SOURCE = "source", "source citée"
    EDITORIAL = "editorial", "rédaction du catalogue"


class ExampleKind(models.TextChoices):
    EXAMPLE = "example", "exemple"
    COUNTEREXAMPLE = "counterexample", "contre-exemple"
    WARNING = "warning", "mise en garde"
