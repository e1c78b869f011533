"""Editions: freezing a programme, showing it to everybody, checking a paper copy."""

from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_cookie

from .. import access, editions, sharing
from ..access import Action
from ..enums import Output
from ..models import Edition
from ..printing import freezing, orders, print_rules, rendering
from ..printing.document import Stamp
from ..printing.formats import FAMILIES, FORMATS
from ..printing.orders import Desk
from . import private_form, private_page

# Commitments on one public page: keeps it under 400 nodes and 20 kB.
PER_PAGE = 20
POSTERS = ("affiche-a3", "affiche-a2")


@private_form
def edition_list(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The editions of a programme; on POST, freezes its present state."""
    action = Action.WRITE if request.method == "POST" else Action.READ
    programme = access.programme_for(request, programme_id, action)
    desk = Desk(programme)
    if request.method == "POST" and not desk.document.commitments:
        messages.error(request, "Retenez d’abord un engagement : ce tirage serait vide.")
    elif request.method == "POST":
        edition = editions.make_edition(programme)
        messages.success(
            request,
            f"Le tirage {edition.number} est fait : son code est {edition.code}.",
        )
        return redirect("programmes:print", programme.pk)
    return render(
        request,
        "programmes/edition_list.html",
        {
            "programme": programme,
            "editions": programme.editions.defer("state"),
            "current": desk.edition,
            "is_empty": not desk.document.commitments,
        },
    )


@private_page
def edition_detail(request: HttpRequest, programme_id: str, number: int) -> HttpResponse:
    """One edition for its team: what can be printed from it, whether it is public."""
    programme = access.programme_for(request, programme_id, Action.READ)
    edition = get_object_or_404(Edition, programme=programme, number=number)
    desk = Desk(programme, edition)
    stamp = _stamp(request, edition)
    return render(
        request,
        "programmes/edition_detail.html",
        {
            "programme": programme,
            "edition": edition,
            "stamp": stamp,
            "word": sharing.word(desk.document, stamp),
            "mail_link": sharing.mail_link(desk.document, stamp),
            "posters": [FORMATS[slug] for slug in POSTERS],
            "prints_address": bool(settings.PUBLIC_ADDRESS),
            "document": desk.document,
            "is_silent": _is_silent(desk),
            "formats": [f for _, formats in FAMILIES for f in formats if f.is_public],
            "outputs": Output.choices,
        },
    )


@require_POST
def publish_edition(request: HttpRequest, programme_id: str, number: int) -> HttpResponse:
    """Publishes an edition, or takes its page away (`withdraw`); not while the vote is silent."""
    programme = access.programme_for(request, programme_id, Action.MANAGE)
    edition = get_object_or_404(Edition, programme=programme, number=number)
    desk = Desk(programme, edition)
    if "withdraw" in request.POST:
        editions.withdraw(edition)
        messages.success(request, f"La page du tirage {number} n’est plus publique.")
    elif _is_silent(desk):
        messages.error(
            request,
            "Depuis la veille du vote à minuit et jusqu’à la fermeture des bureaux, rien de"
            " nouveau ne peut être publié (code électoral, article L. 49).",
        )
    else:
        editions.publish(edition)
        messages.success(request, f"Le tirage {number} est public : {edition.get_absolute_url()}")
    return redirect("programmes:edition-detail", programme.pk, number)


def _stamp(request: HttpRequest, edition: Edition) -> Stamp:
    """With the address of its public page as this visitor reaches it, where none is set."""
    site = settings.PUBLIC_ADDRESS or f"{request.scheme}://{request.get_host()}"
    return replace(orders.stamp_of(edition), address=f"{site}{edition.get_absolute_url()}")


def _is_silent(desk: Desk) -> bool:
    return print_rules.is_silent(desk.judged(desk.document), timezone.now())


@require_safe
@vary_on_cookie
def public_edition(request: HttpRequest, code: str) -> HttpResponse:
    """Just the text that was frozen, whatever became of the programme: to check a paper copy."""
    known = freezing.code_from_typed(code)
    edition = Edition.objects.published().filter(code=known).first()
    if edition is None:
        return _unknown_code(request, code)
    if code != known:
        return redirect("programmes:edition", known)
    frozen = freezing.thaw_document(edition.state)
    rows = [(chapter, row) for chapter in frozen.chapters for row in chapter.commitments]
    # Where each chapter begins.
    ranks = {chapter.number: rank for rank, (chapter, _) in reversed([*enumerate(rows)])}
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "programmes/public_edition.html",
        {
            "edition": edition,
            "stamp": _stamp(request, edition),
            "document": frozen,
            "contents": [
                (chapter, ranks[chapter.number] // PER_PAGE + 1) for chapter in frozen.chapters
            ],
            "page": page,
            "is_last": not page.has_next(),
            "layouts": [
                (format, freezing.thaw_layout(edition.state, format.slug))
                for format in FORMATS.values()
                if format.is_public and format.slug in edition.state["layouts"]
            ],
            "provenance": rendering.provenance(frozen),
        },
    )


@require_safe
@vary_on_cookie
def check_copy(request: HttpRequest) -> HttpResponse:
    """Where one types the code that stands at the foot of a paper copy."""
    typed = request.GET.get("code", "").strip()
    code = freezing.code_from_typed(typed)
    if code and Edition.objects.published().filter(code=code).exists():
        return redirect("programmes:edition", code)
    if typed:
        return _unknown_code(request, typed)
    return render(request, "programmes/check_copy.html", {"typed": ""})


def _unknown_code(request: HttpRequest, typed: str) -> HttpResponse:
    """Whether there is no such edition or its team has not published it is nobody's business."""
    return render(request, "programmes/check_copy.html", {"typed": typed[:40]}, status=404)
