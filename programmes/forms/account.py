from collections.abc import Sequence

from django import forms
from django.contrib.auth import get_user_model
from django.core.validators import EmailValidator

from desescalade import typography

from ..models import Programme
from .plain import speak_plainly

AGREE = "Cochez chacun de ces programmes, ou passez d’abord à quelqu’un ceux qui doivent rester."
CHANGED = "Vos programmes ont changé depuis que cette page est ouverte : relisez la liste."
WRONG_ADDRESS = "Écrivez une adresse de courriel complète, par exemple camille@exemple.fr."


class EmailForm(forms.ModelForm):
    """The address for a lost card; empty takes it away."""

    class Meta:
        model = get_user_model()
        fields = ["email"]
        labels = {"email": "Adresse de courriel (facultatif)"}
        help_texts = {
            "email": "Qui lit cette boîte peut se faire une nouvelle carte. Vérifiez chaque signe ;"
            " videz la case pour retirer l’adresse."
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        _say_what_is_wrong(self)


class LostCardForm(forms.Form):
    email = forms.EmailField(
        label="Adresse de courriel",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="Celle que vous aviez donnée dans « Mon accès ».",
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        _say_what_is_wrong(self)


class ClosingForm(forms.Form):
    """What a person agrees to who closes her account; without programmes to erase, one box."""

    erased = forms.MultipleChoiceField(
        label="À effacer avec votre accès",
        widget=forms.CheckboxSelectMultiple,
        help_text="Personne d’autre ne les lit. Pour en garder un, invitez d’abord quelqu’un à la"
        " coordination, depuis sa page « Équipe ».",
    )
    sure = forms.BooleanField(label="J’ai emporté ce que je veux garder")

    def __init__(self, *args, erased: Sequence[Programme], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        self.fields["sure"].error_messages["required"] = "Cochez cette case pour continuer."
        self.fields["erased"].choices = [(row.pk, _named(row)) for row in erased]
        self.fields["erased"].error_messages["required"] = AGREE
        # Another one than was shown: the page shows the present ones.
        self.fields["erased"].error_messages["invalid_choice"] = CHANGED
        if not erased:
            del self.fields["erased"]

    def clean_erased(self) -> list[str]:
        if {*self.cleaned_data["erased"]} != {pk for pk, _ in self.fields["erased"].choices}:
            raise forms.ValidationError(AGREE)
        return self.cleaned_data["erased"]


def _named(programme: Programme) -> str:
    where = ", dans la corbeille" if programme.dropped_at else ""
    return typography.typeset(f"{programme}, {programme.commune.name}{where}")


def _say_what_is_wrong(form: forms.BaseForm) -> None:
    speak_plainly(form)
    field = form.fields["email"]
    field.error_messages["required"] = field.error_messages["invalid"] = WRONG_ADDRESS
    for validator in field.validators:
        if isinstance(validator, EmailValidator):
            validator.message = WRONG_ADDRESS
