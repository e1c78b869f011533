"""The day on which a programme is erased, within its bounds."""

from datetime import date

from django import forms
from django.utils import timezone

from desescalade import typography

from .. import lifetime
from ..enums import ProgrammeKind
from ..models import Programme
from .plain import speak_plainly


class EraseDateForm(forms.Form):
    """An empty date follows the vote again."""

    erase_on = forms.DateField(
        label="Effacement le",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "invalid": "Écrivez une date, par exemple 14/06/2027, ou laissez la case vide."
        },
    )

    def __init__(self, *args, programme: Programme, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial["erase_on"] = programme.erase_on
        self.first, self.last = (
            bound(timezone.localdate()) for bound in (lifetime.soonest, lifetime.latest)
        )
        self.fields["erase_on"].help_text = (
            f"Entre le {typography.date_in_words(self.first)} et le"
            f" {typography.date_in_words(self.last)}. Laissez vide pour suivre"
            f" {_rule(programme)}."
        )
        speak_plainly(self)

    def clean_erase_on(self) -> date | None:
        chosen = self.cleaned_data["erase_on"]
        if chosen and chosen < self.first:
            raise forms.ValidationError(
                "Ce jour est passé, ou c’est aujourd’hui : choisissez demain au plus tôt. Pour"
                " l’effacer tout de suite, prenez « L’effacer pour toujours », plus bas."
            )
        if chosen and chosen > self.last:
            raise forms.ValidationError(
                f"Choisissez le {typography.date_in_words(self.last)} au plus tard, trois mois"
                " après la fin du mandat. Pour le garder au-delà, emportez le fichier."
            )
        return chosen


def _rule(programme: Programme) -> str:
    if programme.kind == ProgrammeKind.MANDATE:
        return "la règle : la fin du mandat"
    if vote := programme.vote_date:
        return f"la règle : trois mois après le vote du {typography.date_in_words(vote)}"
    return (
        "la règle : trois mois après le vote, ou après les prochaines municipales tant que la date"
        " du vote manque"
    )
