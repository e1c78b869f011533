"""« Mon accès »: card, address for a lost card, sessions; and the way back without the card."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as log_in
from django.contrib.auth import logout as log_out
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from desescalade import throttling

from .. import access, actions, cards, recovery, sessions
from ..exchange import own_data
from ..forms.account import CHANGED, ClosingForm, EmailForm, LostCardForm
from ..models import Draft, Programme
from . import private_choice, private_form, shown_card

TOO_MANY_LINKS = "Trop de demandes de suite. Attendez une heure, puis recommencez."
TOO_MANY_ARCHIVES = (
    "Ce fichier vient d’être fait plusieurs fois. Attendez une heure, puis recommencez."
)


@private_form
def account(request: HttpRequest) -> HttpResponse:
    access.require_person(request)
    # Without mail, an address of former times can only be taken away.
    is_sent = request.method == "POST" and (settings.HAS_MAIL or not request.POST.get("email"))
    form = EmailForm(request.POST if is_sent else None, instance=request.user)
    if form.is_valid():
        request.user.save(update_fields=["email"])
        messages.success(request, _said_of(form.cleaned_data["email"]))
        return redirect("programmes:account")
    return render(
        request,
        "accounts/account.html",
        {
            "form": form,
            "has_mail": settings.HAS_MAIL,
            "programmes": Programme.objects.of_user(request.user).with_place(),
        },
    )


def _said_of(address: str) -> str:
    return f"L’adresse {address} est gardée." if address else "Aucune adresse n’est gardée."


@require_POST
def new_card(request: HttpRequest) -> HttpResponse:
    """A new passphrase; this session stays, others close."""
    access.require_person(request)
    card = cards.renew(request.user)
    update_session_auth_hash(request, request.user)
    return _show(request, card)


def _show(request: HttpRequest, card: cards.Card) -> HttpResponse:
    return shown_card.redirect_with(request, "programmes:own-card", card, _salt(request))


def _salt(request: HttpRequest) -> str:
    return f"compte-{request.user.pk}"


@private_form
def own_card(request: HttpRequest) -> HttpResponse:
    """The new card, until the person says that it is noted, logs out, or an hour passes."""
    access.require_person(request)
    if request.method == "POST":
        return shown_card.put_away(redirect("programmes:account"))
    card = shown_card.read(request, _salt(request))
    if card is None:
        messages.info(
            request,
            "Cette carte a déjà été montrée. Si vous ne l’avez plus, faites-en une nouvelle.",
        )
        return redirect("programmes:account")
    return render(request, "accounts/own_card.html", {"card": card, "today": timezone.localdate()})


@require_POST
def close_other_sessions(request: HttpRequest) -> HttpResponse:
    access.require_person(request)
    if throttling.allows(request, "other_sessions"):
        sessions.close(request.user, but=request.session.session_key)
        messages.success(request, "Vos autres sessions sont fermées ; celle-ci reste ouverte.")
    else:
        messages.error(request, TOO_MANY_LINKS)
    return redirect("programmes:account")


@never_cache
@require_POST
def take_own_data(request: HttpRequest) -> HttpResponse:
    """All that the site keeps of this person, as an archive."""
    access.require_person(request)
    if not throttling.allows(request, "own_data"):
        messages.error(request, TOO_MANY_ARCHIVES)
        return redirect("programmes:account")
    return HttpResponse(
        own_data.of(request.user),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{own_data.NAME}"'},
    )


@private_choice
def close_account(request: HttpRequest) -> HttpResponse:
    """Says what goes and what stays; on POST erases the account, once all is settled."""
    access.require_person(request)
    departure = actions.departure_of(request.user)
    is_sent = request.method == "POST" and departure.is_possible
    form = ClosingForm(request.POST if is_sent else None, erased=departure.erased)
    if form.is_valid() and _close(request, form):
        messages.success(request, "Votre accès est supprimé, et ce qui était à vous seul avec lui.")
        response = shown_card.put_away(redirect("programmes:home"))
        # As after logging out: nothing of hers stays in this browser.
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response
    facts = {"form": form, "departure": departure}
    return render(request, "accounts/close_account.html", facts)


def _close(request: HttpRequest, form: ClosingForm) -> bool:
    try:
        actions.close_account(request.user, form.cleaned_data.get("erased", []))
    except actions.Unsettled:
        # Somebody left a team a moment ago.
        form.add_error(None, CHANGED)
        return False
    log_out(request)
    return True


@private_form
def lost_card(request: HttpRequest) -> HttpResponse:
    """Asks for the address. The answer is the same for a known one and an unknown one."""
    if not settings.HAS_MAIL:
        return render(request, "accounts/lost_card.html", {"form": None})
    form = LostCardForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "accounts/lost_card.html", {"form": form})
    address = form.cleaned_data["email"]
    if not throttling.allows(request, "lost_card", key=address.casefold()):
        form.add_error(None, TOO_MANY_LINKS)
        return render(request, "accounts/lost_card.html", {"form": form}, status=429)
    site = settings.PUBLIC_ADDRESS or f"{request.scheme}://{request.get_host()}"
    recovery.send_links(address, site)
    return render(request, "accounts/link_sent.html")


@private_choice
def recover(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Mail servers open links to look at them: only POST makes the card."""
    person = recovery.person_of(pk, token)
    if person is None:
        return render(request, "accounts/link_over.html", status=410)
    if request.method != "POST":
        return render(request, "accounts/recover.html", {"person": person})
    card = cards.renew(person)
    log_in(request, person)
    return _show(request, card)


@require_POST
def drop_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Throws a draft of one's own away, and goes back to its form."""
    access.require_person(request)
    draft = get_object_or_404(Draft, user=request.user, pk=pk)
    draft.delete()
    return HttpResponseRedirect(draft.path)
