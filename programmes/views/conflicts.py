"""The page for who saves after somebody else did: mine, theirs, what it was; three ways on."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render

from desescalade import markdown

from .. import conflicts, history
from ..forms.guarded import GuardedForm
from ..models import Programme, Versioned
from . import ordering

# The three buttons of the page send the form again with one of these.
WAY = "conflit"
KEEP_MINE, TAKE_THEIRS, COMBINE = "le-mien", "le-leur", "les-deux"


def page(
    request: HttpRequest, programme: Programme, form: GuardedForm, subject: Versioned
) -> HttpResponse:
    """Nothing is written; everything that was typed goes along. `subject` as it is now."""
    base_version = form.cleaned_data["version"]
    subject.refresh_from_db()
    return render(
        request,
        "programmes/conflict.html",
        {
            "programme": programme,
            "conflict": conflicts.find(form, subject, base_version),
            "base_version": base_version,
        },
        status=409,
    )


def chosen(request: HttpRequest) -> str:
    """Which of the ways out this request comes by; empty for an ordinary form."""
    way = request.POST.get(WAY, "")
    return way if way in (TAKE_THEIRS, COMBINE) else ""


def combined(request: HttpRequest, form: GuardedForm, subject: Versioned) -> QueryDict:
    """Both texts put together, to be read over before they are saved."""
    base_version = ordering.number(request.POST, "base")
    return conflicts.find(form, subject, base_version).combined()


def take_theirs(
    request: HttpRequest, form: GuardedForm, subject: Versioned, address: str
) -> HttpResponse:
    """Leaves the colleague's text; what was typed goes to the history.

    Nobody has checked it: a text that no form would ever take is cut, visibly.
    """
    fields = {name: markdown.cut(typed) for name, typed in form.typed_values().items()}
    history.set_aside(subject, {**subject.state(), **form.state_of(fields)})
    messages.success(
        request, "Le texte enregistré reste en place. Le vôtre est gardé dans l’historique."
    )
    return HttpResponseRedirect(address)
