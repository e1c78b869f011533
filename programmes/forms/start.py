"""What is asked before a programme begins."""

from collections.abc import Sequence

from django import forms
from django.utils import timezone

from desescalade import typography
from proposals.models import Catalogue, SizeClass
from proposals.tables.catalogue import MAIN

from .. import lifetime
from ..models import Commune
from .consent import ConsentForm
from .plain import speak_plainly


class StartForm(ConsentForm):
    """Which catalogue a new programme follows; with one alone, there is only the consent."""

    catalogue = forms.ChoiceField(
        label="Catalogue",
        widget=forms.RadioSelect,
        help_text="Les mesures du programme viennent de là ; il n’en change plus ensuite.",
    )

    def __init__(
        self, *args, catalogues: Sequence[Catalogue], commune: Commune, asked: str, **kwargs
    ) -> None:
        known = [catalogue.pk for catalogue in catalogues]
        self.first = next(iter(known), MAIN)
        initial = {"catalogue": asked if asked in known else self.first}
        # As `Programme` has it from the start: the vote is not known yet.
        day = lifetime.latest(timezone.localdate())
        super().__init__(*args, initial=initial, erase_on=day, **kwargs)
        self.fields["catalogue"].choices = [
            (catalogue.pk, _with_size(catalogue, commune)) for catalogue in catalogues
        ]
        self.fields["catalogue"].error_messages["invalid_choice"] = (
            "Choisissez un des catalogues de la liste."
        )
        if len(known) < 2:
            del self.fields["catalogue"]
        speak_plainly(self)

    @property
    def chosen(self) -> str:
        return self.cleaned_data.get("catalogue", self.first)


def _with_size(catalogue: Catalogue, commune: Commune) -> str:
    size = SizeClass.objects.of(catalogue).for_population(commune.population)
    # One that was made in the admin may have no sizes yet.
    return typography.typeset(f"{catalogue} (taille « {size} »)" if size else str(catalogue))
