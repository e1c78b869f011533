from collections.abc import Sequence

from django import forms

from .enums import Authority, Budget, Horizon
from .models import Catalogue, Purpose
from .search import MAX_QUERY


class MeasureFilterForm(forms.Form):
    """State of the search, kept in the address. What is not valid is left aside.

    `catalogues` are those that are shown; with one alone, there is nothing to choose.
    """

    q = forms.CharField(label="Mots", max_length=MAX_QUERY, required=False)
    catalogue = forms.ChoiceField(label="Catalogue", required=False)
    finalite = forms.ModelChoiceField(
        Purpose.objects.none(), label="Finalité", required=False, empty_label="toutes"
    )
    decide = forms.ChoiceField(
        label="Qui décide", choices=[("", "tous"), *Authority.choices], required=False
    )
    echeance = forms.ChoiceField(
        label="Échéance", choices=[("", "toutes"), *Horizon.choices], required=False
    )
    budget = forms.ChoiceField(
        label="Effet budgétaire", choices=[("", "tous"), *Budget.choices], required=False
    )

    def __init__(self, *args, catalogues: Sequence[Catalogue], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"
        asked = self.data.get("catalogue")
        named = [known for known in catalogues if known.pk == asked]
        self.catalogue = next(iter([*named, *catalogues]), None)
        self.fields["catalogue"].choices = [(known.pk, str(known)) for known in catalogues]
        if len(catalogues) < 2:
            del self.fields["catalogue"]
        self.fields["finalite"].queryset = Purpose.objects.filter(catalogue=self.catalogue)

    def lookups(self) -> dict[str, object]:
        """Keyword arguments for a filter of measures."""
        self.is_valid()
        wanted = {
            "purposes": self.cleaned_data.get("finalite"),
            "decided_by": self.cleaned_data.get("decide"),
            "horizon": self.cleaned_data.get("echeance"),
            "budget": self.cleaned_data.get("budget"),
        }
        return {name: value for name, value in wanted.items() if value}
