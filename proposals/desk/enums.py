from django.db import models


class Role(models.TextChoices):
    """Who does something at the desk: never a person."""

    EDITOR = "editor", "la rédaction"
    REVIEWER = "reviewer", "la relecture"
    OBSERVER = "observer", "l’observation"
    MACHINE = "machine", "le serveur"


class Cause(models.TextChoices):
    """By what an entry of the working copy changed."""

    ADMIN = "admin", "correction à l’écran"
    LOAD = "load", "chargement d’un fichier"
    RESTORE = "restore", "retour à un texte d’avant"
    MERGE = "merge", "deux corrections mises ensemble"
    CONTRIBUTION = "contribution", "proposition d’une équipe"
    REPLACE = "replace", "correction partout"
    UNDO = "undo", "annulation d’une édition"


class ReviewState(models.TextChoices):
    ASKED = "asked", "à relire"
    APPROVED = "approved", "relu"
    RETURNED = "returned", "à reprendre"


class Verb(models.TextChoices):
    CHANGED = "changed", "a corrigé"
    ASKED = "asked", "a demandé une relecture"
    APPROVED = "approved", "a relu"
    RETURNED = "returned", "a renvoyé"
    PUBLISHED = "published", "a publié"
    PLANNED = "planned", "a programmé"
    CANCELLED = "cancelled", "a retiré du programme des éditions"
    UNDID = "undid", "a annulé"
    LOADED = "loaded", "a chargé un fichier"
    ANSWERED = "answered", "a répondu à une équipe"
    CHECKED = "checked", "a vérifié une source"
    ACCESS = "access", "a changé un accès"
