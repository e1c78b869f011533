"""What stands on the cover and at the foot of the prints."""

from django import forms

from desescalade import typography

from ..enums import Cause, ProgrammeKind
from ..models import Programme
from ..models.programme import DEFAULT_TITLE
from .guarded import GuardedForm
from .plain import capitalise_choices, speak_plainly


class ProgrammeForm(GuardedForm):
    """What stands on the cover and at the foot of the prints."""

    cause = Cause.SETTINGS

    class Meta:
        model = Programme
        fields = [
            "list_name",
            "title",
            "subtitle",
            "variant",
            "kind",
            "vote_date",
            "own_population",
            "printer",
            "printer_name",
            "printer_address",
        ]
        widgets = {
            "vote_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "kind": forms.RadioSelect,
            "printer": forms.RadioSelect,
        }
        labels = {
            "list_name": "Nom de la liste ou de l’équipe",
            "title": "Titre du programme",
            "subtitle": "Sous-titre",
            "variant": "Nom de cette variante (jamais imprimé)",
            "kind": "De quoi s’agit-il ?",
            "own_population": "Nombre d’habitants",
            "printer": "Qui imprime ?",
            "printer_name": "Nom de l’imprimerie, ou de la personne qui imprime",
            "printer_address": "Son adresse complète",
        }
        help_texts = {
            "title": "Court : il est imprimé en grand sur la couverture. Laissé vide, ce sera"
            f" « {DEFAULT_TITLE} ».",
            "variant": "Seulement si vous composez plusieurs versions du programme, pour les"
            " distinguer.",
            "vote_date": "S’il s’agit d’une élection et que la date est connue.",
            "printer": "La loi demande le nom et l’adresse de l’imprimeur sur ce qui est"
            " distribué (loi du 29 juillet 1881, art. 3). On peut imprimer soi-même.",
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        capitalise_choices(self)
        speak_plainly(self)
        known = self.instance.commune.population
        self.fields["own_population"].help_text = (
            "Laissez vide pour garder le recensement\u00a0:"
            f" {typography.quantity(known, 'habitants', 'habitant')}."
            if known is not None
            else "Le recensement ne donne pas de population pour cette commune."
        )
        self.fields["printer"].choices = [
            (value, label) for value, label in self.fields["printer"].choices if value
        ]

    def clean(self) -> dict:
        data = super().clean()
        if data.get("kind") == ProgrammeKind.MANDATE:
            data["vote_date"] = None
        return data
