from django import forms
from django.contrib.auth import get_user_model
from django.core.validators import EmailValidator

from .plain import speak_plainly

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


def _say_what_is_wrong(form: forms.BaseForm) -> None:
    speak_plainly(form)
    field = form.fields["email"]
    field.error_messages["required"] = field.error_messages["invalid"] = WRONG_ADDRESS
    for validator in field.validators:
        if isinstance(validator, EmailValidator):
            validator.message = WRONG_ADDRESS
