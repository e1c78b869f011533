"""From the first page to a programme: commune, access card, log in and out."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import get_user_model, update_session_auth_hash
from django.contrib.auth import login as log_in
from django.contrib.auth import logout as log_out
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_cookie

from desescalade import throttling
from proposals.kept_pages import catalogue_page
from proposals.models import Catalogue, Proposal, SizeClass

from .. import access, actions, cards, submissions
from ..communes import POPULATION_YEAR
from ..forms.consent import CONSENT
from ..forms.login import LoginForm
from ..forms.start import StartForm
from ..models import Commune, Programme
from ..models.programme import PROGRAMME_BIN_DAYS
from . import private_form, private_page, shown_card


@catalogue_page
def home(request: HttpRequest) -> HttpResponse:
    proposals = Proposal.objects.published().of_first()
    return render(request, "programmes/home.html", {"proposals": proposals})


@require_safe
@vary_on_cookie
def commune_search(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()
    answers = Commune.objects.search(query)
    return render(request, "programmes/commune_search.html", {"query": query, **answers._asdict()})


@private_form
def new_programme(request: HttpRequest) -> HttpResponse:
    """Shows the commune; on POST opens a programme, with an account for who has none."""
    code = (request.POST.get("commune") or request.GET.get("commune", "")).replace("\0", "")
    commune = get_object_or_404(Commune.objects.with_places(), pk=code)
    form = StartForm(
        request.POST if request.method == "POST" else None,
        catalogues=list(Catalogue.objects.shown()),
        commune=commune,
        asked=request.GET.get("catalogue", ""),
    )
    if request.method == "POST" and form.is_valid():
        return _start(request, commune, form.chosen)
    sizes = SizeClass.objects.of(form.first)
    return render(
        request,
        "programmes/new_programme.html",
        {
            "commune": commune,
            "form": form,
            "size_class": sizes.for_population(commune.population),
            "year": POPULATION_YEAR,
            "known": Programme.objects.of_user(request.user).filter(commune=commune).first(),
        },
    )


def _start(request: HttpRequest, commune: Commune, catalogue: str) -> HttpResponse:
    known = request.user if request.user.is_authenticated else None

    def opening() -> Opened:
        seed = submissions.seed_of(request)
        return actions.open_programme(commune, known, seed, catalogue=catalogue, consent=CONSENT)

    return open_once(request, opening)


# A programme, the account of the person, and the card of one that is new.
Opened = tuple[Programme, AbstractUser, cards.Card | None]


def open_once(request: HttpRequest, opening: Callable[[], Opened]) -> HttpResponse:
    """Opens a programme, once for a form; without an account, only so many in an hour."""
    is_new = not request.user.is_authenticated and submissions.already_made(request) is None
    if is_new and not throttling.allows(request, "open_programme"):
        return render(request, "429.html", status=429)
    return enter_once(request, opening)


def enter_once(request: HttpRequest, opening: Callable[[], Opened]) -> HttpResponse:
    """Into a programme that `opening` opens or joins, by way of the card for who has none yet."""
    cards_made = []

    def make() -> str:
        programme, user, card = opening()
        cards_made.append(card)
        return f"{programme.pk} {user.pk} {'new' if card else 'known'}"

    made = submissions.once(request, make)
    return enter(request, made, *cards_made)


def enter(request: HttpRequest, made: str, card: cards.Card | None = None) -> HttpResponse:
    """The answer to a form that has made something, now or before.

    Of a double click, both answers show one card, drawn from the form itself. Who sends an old
    form again, from the back button of a shared machine, is asked for the card.
    """
    if not made:
        return redirect("programmes:login")
    programme_id, user_id, how = made.split()
    programme = get_object_or_404(Programme, pk=programme_id)
    if request.user.is_authenticated:
        return redirect(programme)
    user = get_object_or_404(get_user_model(), pk=user_id)
    if card is None and how == "new" and submissions.is_recent(request):
        card = cards.new_card(submissions.seed_of(request))
    if card is None or not cards.opens(card, user):
        return redirect_to_login(programme.get_absolute_url())
    log_in(request, user)
    return redirect_to_card(request, programme, card)


def redirect_to_card(request: HttpRequest, programme: Programme, card: cards.Card) -> HttpResponse:
    address = reverse("programmes:card", args=[programme.pk])
    return shown_card.redirect_with(request, address, card, programme.pk)


@private_form
def card(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The access card, until the person says that it is noted, logs out, or an hour passes."""
    programme = access.programme_for(request, programme_id, access.Action.READ)
    if request.method == "POST":
        first = Proposal.objects.published().of(programme.catalogue_id).first()
        is_new = first and not programme.commitments.exists()
        response = (
            redirect("programmes:choose", programme.pk, first.pk) if is_new else redirect(programme)
        )
        return shown_card.put_away(response)
    card = shown_card.read(request, programme.pk)
    if card is None:
        messages.info(
            request,
            "Cette carte a déjà été montrée. Si vous ne l’avez plus, faites-en une nouvelle.",
        )
        return redirect(programme)
    return render(
        request,
        "programmes/card.html",
        {"programme": programme, "card": card, "today": timezone.localdate()},
    )


@require_POST
def new_card(request: HttpRequest, programme_id: str) -> HttpResponse:
    """A new passphrase for who has lost the card; this session stays, others close."""
    programme = access.programme_for(request, programme_id, access.Action.READ)
    card = cards.renew(request.user)
    update_session_auth_hash(request, request.user)
    return redirect_to_card(request, programme, card)


@private_form
def delete_programme(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Puts the programme in the bin for a month, or erases it at once (`erase`)."""
    programme = access.programme_for(request, programme_id, access.Action.MANAGE)
    if request.method != "POST":
        return render(request, "programmes/delete_programme.html", {"programme": programme})
    if "erase" in request.POST:
        programme.delete()
        messages.success(request, "Le programme est effacé, et tout ce qui était à lui ici.")
    else:
        programme.drop()
        messages.success(
            request,
            "Le programme est dans la corbeille, plus bas sur cette page. Vous pouvez l’en"
            f" reprendre pendant {PROGRAMME_BIN_DAYS} jours.",
        )
    return redirect("programmes:list")


@require_POST
def bring_back_programme(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Takes a programme out of the bin: only who coordinates it finds it there."""
    if not request.user.is_authenticated:
        raise access.LoggedOut
    programme = get_object_or_404(Programme.objects.in_bin_of(request.user), pk=programme_id)
    programme.bring_back()
    messages.success(request, "Le programme est revenu.")
    return redirect(programme)


@private_page
@login_required
def programme_list(request: HttpRequest) -> HttpResponse:
    programmes = Programme.objects.of_user(request.user).with_place().with_counts()
    dropped = Programme.objects.in_bin_of(request.user).with_place()
    return render(
        request,
        "programmes/programme_list.html",
        {"programmes": programmes, "dropped": dropped},
    )


@private_form
def login(request: HttpRequest) -> HttpResponse:
    form = LoginForm(request.POST or None, request=request)
    target = request.POST.get("next") or request.GET.get("next", "")
    if request.method == "POST" and form.is_valid():
        log_in(request, form.user)
        safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
        # redirect() would take a word without a slash for the name of a view.
        is_path = safe and target.startswith("/")
        return HttpResponseRedirect(target) if is_path else redirect("programmes:list")
    return render(request, "programmes/login.html", {"form": form, "next": target})


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    submissions.forget(f" {request.user.pk} new")
    log_out(request)
    messages.success(request, "La session est fermée. Votre carte d’accès permet de revenir.")
    response = shown_card.put_away(redirect("programmes:home"))
    # Pages behind the back button, and drafts that the workshop's script kept in this browser.
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
