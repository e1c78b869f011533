"""The page for who saves after somebody else did: mine, theirs, what it was; three ways on."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.text import Truncator

from desescalade import markdown

from .. import conflicts, history
from ..forms.guarded import TAKE_THEIRS, WAY, GuardedForm
from ..models import Programme, Versioned
from . import ordering

# Signs of what gave way that a message repeats.
SHOWN_WORDS, WHOLE_WORDS = 80, 400
# The other two of the three buttons of the page, which all send the form again.
KEEP_MINE, COMBINE = "le-mien", "les-deux"


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


def tell_left(request: HttpRequest, title: str, words: str, *, is_kept: bool) -> None:
    """Says what gave way to the team's; in whole, unless the history keeps it.

    Messages travel in a cookie: many long ones would push each other out.
    """
    shown = Truncator(words).chars(SHOWN_WORDS if is_kept else WHOLE_WORDS)
    where = ", gardé dans l’historique" if is_kept else ""
    yours = f" Vous aviez noté «\u00a0{shown}\u00a0»{where}." if words else ""
    messages.info(request, f"«\u00a0{title}\u00a0»\u00a0: ce que l’équipe a noté reste.{yours}")
