"""Variants of one team: making one out of a programme."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from .. import access, copying, drafts, submissions
from ..access import Action
from ..forms.copying import VariantForm
from . import private_form


@private_form
def copy_programme(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Asks for the name of the variant; on POST, makes it."""
    programme = access.programme_for(request, programme_id, Action.WRITE)
    form = VariantForm(drafts.typed(request))
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            copy = copying.copy_programme(programme, form.cleaned_data["variant"])
            messages.success(
                request, "Votre copie est faite : vous y êtes. L’autre programme n’a pas changé."
            )
            return copy.get_absolute_url()

        return redirect(submissions.once(request, make, by_content=True))
    return render(request, "programmes/copy.html", {"programme": programme, "form": form})
