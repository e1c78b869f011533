"""Our own words for what Django says of the fields of the desk."""

import re

from django import forms
from django.core.validators import MaxLengthValidator
from django.db import models

from desescalade.field_errors import TOO_LONG

_ARTICLE = re.compile(r"^(le |la |l’)")
# What a required field is called in a sentence, for each of their names in the models.
_NOUNS = {
    _ARTICLE.sub("", noun): noun
    for noun in (
        *("le titre", "l’identifiant", "le libellé", "le texte", "le résumé", "la question"),
        *("le numéro", "le nom", "la nature", "la population", "la règle", "la fiabilité"),
        *("l’introduction", "le mode d’emploi", "la proposition", "la finalité", "l’énoncé"),
        *("la provenance", "la mesure", "l’échéance", "l’effet budgétaire", "la difficulté"),
        *("le type", "la valeur par défaut", "la strate", "la valeur", "l’instrument"),
        *("l’argument", "l’objection", "la réponse", "le lieu", "le fait", "le pays"),
        *("la source", "le catalogue", "qui décide"),
    )
} | {
    "public": "à qui la feuille s’adresse",
    "mesure liée": "la mesure",
    "s’apprécie sur": "sur quoi le seuil s’apprécie",
    "à partir de (habitants)": "à partir de combien d’habitants",
    "repose sur": "sur quoi la valeur repose",
}


def speak_plainly(field: forms.Field, db_field: models.Field) -> None:
    field.error_messages["required"] = missing(field, str(db_field.verbose_name))
    for validator in field.validators:
        if isinstance(validator, MaxLengthValidator):
            validator.message = TOO_LONG


def missing(field: forms.Field, name: str) -> str:
    if name not in _NOUNS:
        return f"Remplissez la case « {name} »."
    verb = "Choisissez" if isinstance(field, forms.ChoiceField) else "Écrivez"
    return f"{verb} {_NOUNS[name]}."
