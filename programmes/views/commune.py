"""Another commune for a programme that has begun."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from desescalade import typography

from .. import access, actions
from ..access import Action
from ..models import Commune, Programme
from . import ordering, private_choice


@private_choice
def change_commune(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Looks a commune up as at the start; on POST, moves the programme there."""
    programme = access.programme_for(request, programme_id, Action.WRITE)
    chosen = None
    if request.method == "POST":
        code = request.POST.get("commune", "")
        # PostgreSQL refuses the sign NUL in a text.
        known = Commune.objects.with_places().filter(pk=code) if code.isalnum() else None
        chosen = known and known.first()
        if chosen and _move(request, programme, chosen):
            return redirect(programme)
        programme.refresh_from_db(fields=["version"])
    query = request.GET.get("q", "").strip()
    answers = Commune.objects.search(query)._asdict()
    if chosen:
        answers = {"communes": [chosen], "has_more": False}
    return render(
        request,
        "programmes/change_commune.html",
        {
            "programme": programme,
            "query": query,
            "chosen": chosen,
            "is_unknown": request.method == "POST" and not chosen,
            **answers,
        },
        status=409 if chosen else 200,
    )


def _move(request: HttpRequest, programme: Programme, commune: Commune) -> bool:
    """Says what the move brings; False when the settings have changed meanwhile."""
    corrected = programme.own_population
    if commune == programme.commune:
        messages.info(request, f"Ce programme est déjà pour {commune.name}.")
        return True
    if not actions.change_commune(programme, commune, ordering.number(request.POST, "version")):
        return False
    messages.success(
        request,
        f"Le programme est maintenant pour {commune.name} ({commune.department.name}). Vos textes"
        " n’ont pas changé.",
    )
    if corrected is not None:
        people = typography.quantity(corrected, "habitants", "habitant")
        messages.info(
            request,
            f"La population que vous aviez corrigée ({people}) est effacée : c’est de nouveau"
            " celle du recensement.",
        )
    return True
