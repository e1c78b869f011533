"""Until when a programme is kept, and what goes then."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from desescalade import typography

from .. import access
from ..access import Action
from ..forms.erase_date import EraseDateForm
from . import private_choice


@private_choice
def erase_date(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Shows the day to the whole team; on POST, gives it another one."""
    action = Action.MANAGE if request.method == "POST" else Action.READ
    programme = access.programme_for(request, programme_id, action)
    form = EraseDateForm(request.POST if request.method == "POST" else None, programme=programme)
    if form.is_bound and form.is_valid():
        programme.choose_erase_date(form.cleaned_data["erase_on"])
        day = typography.date_in_words(programme.erase_on)
        messages.success(request, f"Effacement le {day} : c’est enregistré.")
        return redirect("programmes:erase-date", programme.pk)
    return render(request, "programmes/erase_date.html", {"programme": programme, "form": form})
