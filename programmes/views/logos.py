"""The logos of a list: to add one, to drop one, to look at one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from .. import access, actions
from ..access import Action
from ..forms.layout import LogoForm
from ..models import Logo
from . import ordering, private_form, private_page


@private_form
def logos(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The logos of the list: adding one, dropping one."""
    action = Action.WRITE if request.method == "POST" else Action.READ
    programme = access.programme_for(request, programme_id, action)
    if "drop" in request.POST:
        known = programme.logos.at_hand().filter(pk=ordering.number(request.POST, "drop")).first()
        if known:
            actions.drop_logo(known)
            messages.success(request, "Le logo n’est plus dans votre programme.")
        return redirect("programmes:logos", programme.pk)
    form = LogoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        actions.keep_logo(
            programme,
            form.redrawn,
            description=form.cleaned_data["description"],
            consent_on=form.consent(),
        )
        messages.success(request, "Le logo est prêt : choisissez-le dans chaque format.")
        return redirect("programmes:print", programme.pk)
    return render(
        request,
        "programmes/logos.html",
        {"programme": programme, "form": form, "logos": programme.logos.at_hand()},
    )


@private_page
def logo(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    programme = access.programme_for(request, programme_id, Action.READ)
    found = get_object_or_404(Logo, programme=programme, pk=pk)
    return HttpResponse(bytes(found.image), content_type="image/png")
