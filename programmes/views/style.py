"""The living style page: every element of the screen once, drawn by the real sheet."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from proposals.models import Proposal

from ..forms.plain import speak_plainly
from ..models import Ballot

# Name of the variable in the sheet, and what it is for.
COLOURS = [
    ("paper", "le papier"),
    ("ink", "l’encre : le texte"),
    ("soft", "ce qui accompagne"),
    ("rule", "les filets"),
    ("field-rule", "le bord des cases"),
    ("spot", "le vert : titres, liens, boutons"),
    ("ochre", "l’ocre : où l’on est"),
    ("wrong", "ce qui est à reprendre"),
    ("tint", "un fond, rarement"),
]


class SampleForm(forms.Form):
    """One field of each kind; the first two are sent empty and wrong."""

    name = forms.CharField(label="Nom de la liste", help_text="Tel qu’il sera imprimé.")
    months = forms.IntegerField(label="Délai, en mois", min_value=1, max_value=24)
    size = forms.ChoiceField(label="Taille", choices=[("1", "Village"), ("2", "Bourg")])
    text = forms.CharField(label="Texte", widget=forms.Textarea, initial="Notre plan tiendra.")
    choice = forms.ChoiceField(
        label="Votre choix",
        choices=[("1", "Retenue"), ("2", "À discuter")],
        widget=forms.RadioSelect,
    )
    agreed = forms.BooleanField(label="Nous l’avons relu à deux.", required=False)


@require_safe
@vary_on_cookie
def style(request: HttpRequest) -> HttpResponse:
    form = SampleForm(
        {"name": "", "months": "99", "size": "1", "text": "Notre plan tiendra.", "choice": "1"}
    )
    speak_plainly(form)
    proposals = Proposal.objects.published()
    return render(
        request,
        "style.html",
        {
            "colours": COLOURS,
            "form": form,
            "proposals": proposals[:2],
            "ballot": Ballot(in_favour=12, against=3, to_adapt=5, abstained=2),
        },
    )
