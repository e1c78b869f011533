"""What the team decides about a measure."""

from django import forms

from ..enums import Status
from ..models import Commitment
from .guarded import SharedForm
from .plain import speak_plainly


class ChoiceForm(SharedForm):
    """What the team decides about one measure; its prefix is the slug of the measure."""

    UNDECIDED = "undecided"
    CHOICES = [
        (UNDECIDED, "Pas encore décidé"),
        (Status.RETAINED, "Retenue"),
        (Status.DISCUSSED, "À discuter"),
        (Status.DECLINED, "Écartée"),
        (Status.DONE, "Déjà fait"),
    ]
    status = forms.ChoiceField(choices=CHOICES, required=False, show_hidden_initial=True)
    reason = forms.CharField(max_length=300, required=False, show_hidden_initial=True)

    def __init__(self, *args, commitment: Commitment | None, **kwargs) -> None:
        self.commitment = commitment
        initial = {"status": self.UNDECIDED, "reason": ""}
        if commitment:
            initial = {"status": commitment.status, "reason": commitment.reason}
        super().__init__(*args, initial=initial, **kwargs)
        speak_plainly(self)

    def clean(self) -> dict:
        data = super().clean()
        if data.get("status") in ("", self.UNDECIDED):
            if data.get("reason"):
                self.add_error("reason", "Choisissez une réponse pour garder votre raison.")
            elif data["status"] and self.commitment and self.commitment.is_adapted:
                self.add_error(
                    "status",
                    "Vous avez réécrit cette mesure : choisissez « Écartée » pour la mettre de"
                    " côté sans perdre vos mots.",
                )
        return data
