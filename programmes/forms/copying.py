"""Form of a copy: what tells it from the programme that it is made of."""

from django import forms

from ..models import Programme
from .plain import speak_plainly


class VariantForm(forms.ModelForm):
    class Meta:
        model = Programme
        fields = ["variant"]
        labels = {"variant": "Nom de la variante"}
        help_texts = {
            "variant": "Pour vous y retrouver, par exemple « version courte ». Il n’est jamais"
            " imprimé."
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["variant"].required = True
        speak_plainly(self)
        self.fields["variant"].error_messages["required"] = "Écrivez un nom pour la variante."
