"""Who prints, asked for where one prints."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from .. import access, drafts, editions
from ..access import Action
from ..forms.imprint import ImprintForm
from . import conflicts, private_form


@private_form
def imprint(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Saves who prints; with `tirage`, makes the edition that can then be given out."""
    programme = access.programme_for(request, programme_id, Action.WRITE)
    form = ImprintForm(drafts.typed(request), instance=programme)
    # A form writes on its row even what it refuses.
    saved = access.programme_for(request, programme_id, Action.WRITE)
    way = conflicts.chosen(request)
    if way == conflicts.TAKE_THEIRS:
        here = reverse("programmes:print", args=[saved.pk])
        return conflicts.take_theirs(request, form, saved, here)
    if way == conflicts.COMBINE:
        form = ImprintForm(conflicts.combined(request, form, saved), instance=saved)
    elif request.method == "POST" and form.is_valid():
        if not form.save_unless_changed():
            return conflicts.page(request, programme, form, saved)
        messages.success(request, "Enregistré.")
        if "tirage" in request.POST and programme.commitments.retained().exists():
            editions.make_edition(programme)
        return redirect("programmes:print", programme.pk)
    return render(
        request,
        "programmes/imprint.html",
        {"programme": saved, "form": form, "makes_edition": saved.path.is_before_first_edition},
    )
