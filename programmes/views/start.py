"""From the first page to a programme: commune, access card, log in and out."""

from django.contrib import messages
from django.contrib.auth import login as log_in
from django.contrib.auth import logout as log_out
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from proposals.models import Proposal, SizeClass

from .. import access, actions
from ..communes import POPULATION_YEAR
from ..forms import LoginForm
from ..models import Commune, Programme
from ..models.commune import MAX_ANSWERS

CARD_COOKIE = "carte"
CARD_SECONDS = 60 * 60


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "programmes/home.html", {"proposals": Proposal.objects.published()})


def commune_search(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()
    found = Commune.objects.search(query, MAX_ANSWERS + 1)
    return render(
        request,
        "programmes/commune_search.html",
        {"query": query, "communes": found[:MAX_ANSWERS], "has_more": len(found) > MAX_ANSWERS},
    )


@never_cache
def new_programme(request: HttpRequest) -> HttpResponse:
    """Shows the commune; on POST opens a programme, with an account for who has none."""
    code = request.POST.get("commune") or request.GET.get("commune", "")
    commune = get_object_or_404(Commune.objects.with_places(), pk=code)
    if request.method != "POST":
        return render(
            request,
            "programmes/new_programme.html",
            {
                "commune": commune,
                "size_class": SizeClass.objects.for_population(commune.population),
                "year": POPULATION_YEAR,
            },
        )
    known = request.user if request.user.is_authenticated else None
    programme, user, card = actions.open_programme(commune, known)
    if card is None:
        return redirect(programme)
    log_in(request, user)
    response = redirect("programmes:card", programme.pk)
    # The card stays with the person who holds it: the server keeps only a hash.
    response.set_cookie(
        CARD_COOKIE,
        signing.dumps([card.identifier, card.passphrase], salt=programme.pk),
        max_age=CARD_SECONDS,
        path=response.url,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


@never_cache
def card(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The access card, until the person says that it is noted."""
    programme = access.programme_for(request, programme_id, access.Action.READ)
    if request.method == "POST":
        first = Proposal.objects.published().first()
        response = (
            redirect("programmes:choose", programme.pk, first.pk) if first else redirect(programme)
        )
        response.delete_cookie(CARD_COOKIE, path=request.path)
        return response
    try:
        identifier, passphrase = signing.loads(
            request.COOKIES.get(CARD_COOKIE, ""), salt=programme.pk, max_age=CARD_SECONDS
        )
    except signing.BadSignature:
        messages.info(request, "La carte d’accès ne se montre qu’une fois.")
        return redirect(programme)
    return render(
        request,
        "programmes/card.html",
        {"programme": programme, "identifier": identifier, "passphrase": passphrase},
    )


@login_required
def programme_list(request: HttpRequest) -> HttpResponse:
    programmes = Programme.objects.of_user(request.user).with_place().with_counts()
    return render(request, "programmes/programme_list.html", {"programmes": programmes})


@never_cache
def login(request: HttpRequest) -> HttpResponse:
    form = LoginForm(request.POST or None)
    target = request.POST.get("next") or request.GET.get("next", "")
    if request.method == "POST" and form.is_valid():
        log_in(request, form.user)
        safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
        return redirect(target if safe else "programmes:list")
    return render(request, "programmes/login.html", {"form": form, "next": target})


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    log_out(request)
    messages.success(request, "Vous êtes déconnectés. Votre carte d’accès permet de revenir.")
    return redirect("programmes:home")
