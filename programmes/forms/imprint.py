"""Who prints: all that a first leaflet needs beyond its text."""

from django import forms

from ..models import Programme
from .guarded import GuardedForm
from .plain import capitalise_choices, speak_plainly
from .programme import ProgrammeForm


class ImprintForm(GuardedForm):
    """The part of the settings that the law of 29 July 1881 asks for; here nothing may lack."""

    cause = ProgrammeForm.cause

    class Meta(ProgrammeForm.Meta):
        model = Programme
        fields = ["printer", "printer_name", "printer_address"]
        widgets = {"printer": forms.RadioSelect}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in self._meta.fields:
            self.fields[name].required = True
        capitalise_choices(self)
        speak_plainly(self)
        self.fields["printer"].choices = [
            (value, label) for value, label in self.fields["printer"].choices if value
        ]
