"""The access card as it is typed."""

from allauth.account.adapter import get_adapter
from django import forms
from django.http import HttpRequest

from .plain import speak_plainly


class LoginForm(forms.Form):
    """The access card: capitals, accents and hyphens of the passphrase do not matter.

    Wrong cards are counted, per address and per identifier (ACCOUNT_RATE_LIMITS).
    """

    identifier = forms.CharField(
        label="Identifiant",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        help_text="Les deux mots et le nombre de votre carte, par exemple lettre-canal-37.",
    )
    passphrase = forms.CharField(
        label="Phrase",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "current-password", "spellcheck": "false"}),
        help_text="Les six mots, dans l’ordre. Les accents et les majuscules ne comptent pas.",
    )
    user = None

    def __init__(self, *args, request: HttpRequest | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        speak_plainly(self)

    def clean(self) -> dict:
        data = super().clean()
        if {"identifier", "passphrase"} <= data.keys():
            self.user = get_adapter().authenticate(
                self.request,
                username="-".join(data["identifier"].lower().split()),
                password=data["passphrase"],
            )
            if self.user is None:
                raise forms.ValidationError(
                    "Cet identifiant et cette phrase ne vont pas ensemble. Vérifiez chaque mot"
                    " sur la carte."
                )
        return data
