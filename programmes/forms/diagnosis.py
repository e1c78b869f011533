from django import forms

from ..enums import Finding
from ..models import Answer
from ..models.answer import NOTE_LENGTH
from .guarded import SharedForm
from .plain import speak_plainly


class AnswerForm(SharedForm):
    """What the team answers to one question; its prefix is the slug of the question."""

    CHOICES = [
        (Finding.TO_DO, "Il y a à faire ici"),
        (Finding.FINE, "Tout va bien ici"),
        (Finding.UNKNOWN, "On ne sait pas encore"),
        ("", "Pas de réponse"),
    ]
    value = forms.ChoiceField(
        choices=CHOICES,
        required=False,
        show_hidden_initial=True,
        error_messages={"invalid_choice": "Choisissez une des réponses de la liste."},
    )
    note = forms.CharField(max_length=NOTE_LENGTH, required=False, show_hidden_initial=True)

    def __init__(self, *args, answer: Answer | None, **kwargs) -> None:
        self.answer = answer
        initial = {"value": "", "note": ""}
        if answer:
            initial = {"value": answer.value, "note": answer.note}
        super().__init__(*args, initial=initial, **kwargs)
        speak_plainly(self)
