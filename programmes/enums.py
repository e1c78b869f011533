"""The closed lists of a programme: value in the database, label on the screen."""

from django.db import models


class ProgrammeKind(models.TextChoices):
    CAMPAIGN = "campaign", "programme pour une élection"
    MANDATE = "mandate", "plan pour le mandat en cours"


class Role(models.TextChoices):
    COORDINATOR = "coordinator", "coordination"
    WRITER = "writer", "écriture"
    READER = "reader", "lecture"


class Cause(models.TextChoices):
    """Why a version of a text is there."""

    ADDED = "added", "ajout"
    EDITED = "edited", "textes et réglages"
    DECIDED = "decided", "choix"
    WORDING = "wording", "autre texte du catalogue"
    UPDATED = "updated", "mise à jour du catalogue prise"
    REFUSED = "refused", "mise à jour du catalogue refusée"
    ORDERED = "ordered", "ordre et chiffres"
    ANSWERED = "answered", "réponse au diagnostic"
    ANSWER_LEFT = "answer-left", "réponse mise de côté"
    KEYED_IN = "keyed-in", "résultats d’une assemblée"
    SETTINGS = "settings", "couverture, commune et imprimeur"
    LAID_OUT = "laid-out", "mise en page"
    SET_ASIDE = "set-aside", "texte mis de côté"
    RESTORED = "restored", "retour à une version d’avant"
    DROPPED = "dropped", "mise à la corbeille"
    BROUGHT_BACK = "brought-back", "reprise de la corbeille"
    IMPORTED = "imported", "import d’un fichier"
    COPIED = "copied", "copie d’un autre programme"


class Status(models.TextChoices):
    """What the team decided about a measure."""

    RETAINED = "retained", "retenue"
    DISCUSSED = "discussed", "à discuter"
    DECLINED = "declined", "écartée"
    DONE = "done", "déjà fait"


class Finding(models.TextChoices):
    """What follows for the commune from what a question of the diagnosis brought to light."""

    TO_DO = "to-do", "il y a à faire ici"
    FINE = "fine", "tout va bien ici"
    UNKNOWN = "unknown", "on ne sait pas encore"


class Fidelity(models.TextChoices):
    """How near a commitment is to the catalogue."""

    AS_IS = "as-is", "reprise du catalogue"
    ADAPTED = "adapted", "adaptée par la liste"
    OWN = "own", "propre à la liste"


class Side(models.TextChoices):
    """What of two programmes goes into the third; the first is the one that proposed it."""

    FIRST = "first", "le premier"
    SECOND = "second", "le second"
    BOTH = "both", "les deux"
    NEITHER = "neither", "aucun"


class ContributionKind(models.TextChoices):
    """What a team sends to the catalogue."""

    IMPROVEMENT = "improvement", "texte amélioré"
    EXAMPLE = "example", "exemple d’une commune"
    CORRECTION = "correction", "erreur signalée"


class MeasureText(models.TextChoices):
    """The texts of a measure, by the names that they have in the catalogue and in a commitment."""

    TITLE = "title", "titre"
    LINE = "line", "ligne de tract"
    TEXT = "text", "texte"
    EASY = "easy", "version simplifiée"


class ContributionStatus(models.TextChoices):
    """Accepted is what curators write themselves; the next three follow what went into a draft."""

    RECEIVED = "received", "en attente"
    ACCEPTED = "accepted", "accepté"
    DRAFTED = "drafted", "accepté, en brouillon"
    PUBLISHED = "published", "accepté et publié"
    GIVEN_UP = "given-up", "accepté, puis abandonné"
    DECLINED = "declined", "décliné"


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
