"""Our own words for what Django says of fields."""

from django import forms
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator

from desescalade.field_errors import TOO_LONG

REQUIRED = {
    "title": "Écrivez un titre.",
    "text": "Écrivez le texte de l’engagement.",
    "decided_by": "Choisissez qui décide.",
    "horizon": "Choisissez une échéance.",
    "catalogue": "Choisissez un catalogue.",
    "printer": "Choisissez qui imprime.",
    "printer_name": "Écrivez le nom de l’imprimerie, ou de la personne qui imprime.",
    "printer_address": "Écrivez son adresse complète.",
    "identifier": "Écrivez l’identifiant de votre carte.",
    "passphrase": "Écrivez les six mots de votre carte.",
    "consent": "Cochez la case si vous êtes d’accord. Sans elle, rien n’est gardé ici.",
}


# Signs; of a shorter field one sees the length.
WORTH_COUNTING = 80


def speak_plainly(form: forms.BaseForm) -> None:
    """Our own words for what is missing or too long.

    The browser is not told the length: it would cut a pasted text without a word. The optional
    script is, and counts.
    """
    for name, field in form.fields.items():
        field.error_messages["required"] = REQUIRED.get(name, "Remplissez cette case.")
        field.widget.attrs.pop("maxlength", None)
        if (getattr(field, "max_length", None) or 0) >= WORTH_COUNTING:
            field.widget.attrs["data-limit"] = field.max_length
        for validator in field.validators:
            if isinstance(validator, MaxLengthValidator):
                validator.message = TOO_LONG
            elif isinstance(validator, MinValueValidator):
                validator.message = WRONG_NUMBER
            elif isinstance(validator, MaxValueValidator):
                validator.message = "Écrivez un nombre qui ne dépasse pas %(limit_value)s."
        if isinstance(field, forms.IntegerField):
            field.error_messages["invalid"] = WRONG_NUMBER


WRONG_NUMBER = "Écrivez un nombre en chiffres, par exemple 154."


def capitalise_choices(form: forms.BaseForm) -> None:
    """Labels of choices are lower case in sentences, and begin with a capital in a form."""
    for field in form.fields.values():
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [
                (value, f"{label[:1].upper()}{label[1:]}" if value else "À choisir")
                for value, label in field.choices
            ]
