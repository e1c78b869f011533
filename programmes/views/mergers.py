"""Merging with another list: agreeing by six words, choosing together, making the third."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from desescalade import typography

from .. import access, comparison, drafts, mergers
from ..access import Action
from ..forms.merger import SideForm, WordsForm
from ..mergers import Item
from ..models import Merger, Programme
from . import private_choice, private_form, private_page, shown_once

WORDS_COOKIE = "fusion"
# Nodes of the items on one page.
PAGE_NODES = 170
ALL = "tout"
CLOSED = "Cette fusion est close : une des deux équipes s’est retirée. Aucun programme n’a changé."


@private_choice
def merger_list(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The mergers of this programme; on POST, proposes one."""
    action = Action.MANAGE if request.method == "POST" else Action.READ
    programme = access.programme_for(request, programme_id, action)
    if request.method == "POST":
        return _propose(request, programme)
    agreed = Merger.objects.agreed().of(programme).with_programmes()
    return render(
        request,
        "programmes/merger_list.html",
        {
            "programme": programme,
            "offered": Merger.objects.offered().filter(programme=programme),
            "agreed": [(merger, merger.partner_of(programme)) for merger in agreed],
        },
    )


def _propose(request: HttpRequest, programme: Programme) -> HttpResponse:
    """The words go along in a cookie: the server keeps only their hash."""

    def make() -> shown_once.Made:
        merger, token = mergers.propose(programme)
        address = reverse("programmes:merger-words", args=[programme.pk, merger.pk])
        return address, [merger.pk, token]

    return shown_once.make_and_show(request, make, WORDS_COOKIE, programme.pk)


@private_page
def merger_words(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    """The six words to hand over, for an hour and in the browser that asked for them only."""
    programme = access.programme_for(request, programme_id, Action.MANAGE)
    merger = get_object_or_404(Merger.objects.offered(), programme=programme, pk=pk)
    kept, token = shown_once.read(request, WORDS_COOKIE, programme.pk) or (None, "")
    if kept != merger.pk:
        messages.info(
            request,
            "Ces mots ont déjà été montrés. S’ils sont perdus, retirez la proposition et faites-en"
            " une autre.",
        )
        return redirect("programmes:mergers", programme.pk)
    return render(
        request,
        "programmes/merger_words.html",
        {"programme": programme, "merger": merger, "words": token.replace("-", " ")},
    )


@private_choice
def accept_merger(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Asks for the words, then shows whose list it is; a second POST (`accept`) agrees."""
    programme = access.programme_for(request, programme_id, Action.MANAGE)
    form = WordsForm(request.POST or None)
    merger = None
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        try:
            if "accept" in request.POST:
                merger = mergers.accept(programme, words)
                messages.success(request, "Les deux équipes se lisent maintenant.")
                return redirect("programmes:merger", programme.pk, merger.pk)
            merger = mergers.offered_to(programme, words)
        except mergers.Refused as refused:
            form.add_error("words", str(refused))
    return render(
        request,
        "programmes/accept_merger.html",
        {"programme": programme, "form": form, "merger": merger},
    )


@private_form
def merger_detail(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    """Item by item, what the third programme will have; the choices of both teams are one."""
    action = Action.WRITE if request.method == "POST" else Action.READ
    programme = access.programme_for(request, programme_id, action)
    merger = _merger(programme, pk)
    if merger.made_at:
        return _made(request, programme, merger)
    items, is_first = mergers.items(merger), merger.programme_id == programme.pk
    sent = _sent(request, items, is_first)
    stale: set[str] = set()
    if request.method == "POST" and all(form.is_valid() for form in sent):
        try:
            stale = mergers.choose(merger, [form.choice() for form in sent])
        except mergers.Closed:
            messages.error(request, CLOSED)
            return redirect("programmes:mergers", programme.pk)
        if not stale:
            return _chosen(request, sent)
        # What the others have done since is shown.
        items = mergers.items(merger)
        sent = _sent(request, items, is_first)
    waiting = [item for item in items if not item.chosen]
    shows_all = request.GET.get("voir") == ALL
    shown = [SideForm(item=item, is_first=is_first) for item in (items if shows_all else waiting)]
    pages = [sent] if sent else comparison.pages(shown, lambda form: form.nodes, PAGE_NODES)
    return render(
        request,
        "programmes/merger.html",
        {
            "programme": programme,
            "other": merger.partner_of(programme),
            "merger": merger,
            "is_first": is_first,
            "page": Paginator(pages, 1).get_page(request.GET.get("page")),
            "query": f"voir={ALL}" if shows_all else "",
            "items": items,
            "waiting": waiting,
            "errors": [form for form in sent if form.errors],
            "stale": [form for form in sent if form.item.key in stale],
        },
        status=409 if stale else 200,
    )


def _sent(request: HttpRequest, items: list[Item], is_first: bool) -> list[SideForm]:
    """The items of which a choice is being sent, or stands in a draft."""
    typed = drafts.typed(request) or QueryDict()
    known = [item for item in items if f"{item.key}-side" in typed]
    return [SideForm(typed, item=item, is_first=is_first) for item in known]


def _chosen(request: HttpRequest, sent: list[SideForm]) -> HttpResponse:
    """Back to what is left to choose, from its first page; to the same page of the whole."""
    if count := sum(form.cleaned_data["side"] != form.item.chosen for form in sent):
        kept = typography.quantity(count, "choix enregistrés", "choix enregistré")
        messages.success(request, f"{kept}.")
    shows_all = request.GET.get("voir") == ALL
    return HttpResponseRedirect(request.get_full_path() if shows_all else request.path)


def _made(request: HttpRequest, programme: Programme, merger: Merger) -> HttpResponse:
    known = Programme.objects.of_user(request.user).with_place()
    return render(
        request,
        "programmes/merger_made.html",
        {
            "programme": programme,
            "merger": merger,
            "common": known.filter(pk=merger.result_id).first(),
        },
    )


@require_POST
def withdraw_merger(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    """Takes the words back, or ends what was agreed on."""
    programme = access.programme_for(request, programme_id, Action.MANAGE)
    known = Merger.objects.filter(pk=pk).of(programme).first()
    if known and mergers.withdraw(known):
        messages.success(
            request, "C’est retiré : aucune des deux équipes ne lit l’autre par cette fusion."
        )
    elif known:
        messages.info(request, "Le programme commun est déjà fait : il n’y a plus rien à retirer.")
    return redirect("programmes:mergers", programme.pk)


@require_POST
def make_common(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    """Makes the third programme, once however often this is sent and by whichever team."""
    programme = access.programme_for(request, programme_id, Action.MANAGE)
    merger = _merger(programme, pk)
    if merger.made_at:
        return redirect("programmes:merger", programme.pk, pk)
    try:
        common = mergers.make(merger, programme.member)
    except mergers.Refused as refused:
        messages.error(request, str(refused))
        return redirect("programmes:merger", programme.pk, pk)
    except mergers.Closed:
        # The other team was quicker: the list says what it did.
        return redirect("programmes:mergers", programme.pk)
    messages.success(
        request, "Le programme commun est fait, pour les deux équipes. Les vôtres n’ont pas changé."
    )
    return redirect(common)


def _merger(programme: Programme, pk: int) -> Merger:
    merger = Merger.objects.agreed().of(programme).with_programmes().filter(pk=pk).first()
    if merger is None:
        raise Http404
    return merger
