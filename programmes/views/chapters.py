"""A chapter: the order of its commitments, and the figures that are printed with them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render

from .. import access, actions, history, updates
from ..access import Action
from ..models import Ballot, Change, Chapter, Commitment, Programme
from ..ordering import combined
from . import conflicts, ordering, private_form

# Commitments on one page of a chapter: keeps it under 250 nodes, votes and comments shown.
PER_PAGE = 15


@private_form
def chapter_detail(request: HttpRequest, programme_id: str, number: int) -> HttpResponse:
    action = Action.WRITE if request.method == "POST" else Action.READ
    programme = access.programme_for(request, programme_id, action)
    chapter = get_object_or_404(programme.chapters, number=number)
    if request.method != "POST":
        return _page(request, programme, chapter)
    present = list(chapter.commitments.in_order().values_list("pk", flat=True))
    if wrong := ordering.wrong_ranks(request.POST, present):
        return _page(request, programme, chapter, wrong)
    if request.POST.get(conflicts.WAY) == conflicts.TAKE_THEIRS:
        history.set_aside(chapter, _sent(request.POST, present).state())
        messages.success(request, "L’ordre enregistré reste. Le vôtre est dans l’historique.")
        return HttpResponseRedirect(request.get_full_path())
    if not _arrange(chapter, request.POST):
        return _conflict(request, programme, chapter)
    messages.success(request, "Enregistré.")
    return redirect(request.get_full_path())


def _page(
    request: HttpRequest, programme: Programme, chapter: Chapter, wrong: Sequence[int] = ()
) -> HttpResponse:
    """The list; where a rank is no number, all that was typed stays in the boxes."""
    commitments = chapter.commitments.in_order().with_parameters().with_comments()
    commitments = commitments.select_related("chapter", "measure__proposal")
    page = Paginator(commitments, PER_PAGE).get_page(request.GET.get("page"))
    votes = Ballot.objects.by_commitment(page.object_list)
    withdrawals = updates.withdrawals(programme, page.object_list)
    for rank, commitment in enumerate(page, start=page.start_index()):
        commitment.programme = programme
        commitment.votes = votes.get(commitment.pk, [])
        commitment.withdrawal = withdrawals.get(commitment.pk)
        commitment.typed_rank = request.POST.get(f"rank-{commitment.pk}", rank)
        commitment.has_wrong_rank = commitment.pk in wrong
    figures = list(chapter.figures.all())
    if wrong:
        ticked = set(ordering.numbers(request.POST, "figures"))
        for figure in figures:
            figure.is_printed = figure.pk in ticked
    return render(
        request,
        "programmes/chapter_detail.html",
        {
            "programme": programme,
            "chapter": chapter,
            "page": page,
            "figures": figures,
            "seen": _of_state(chapter.state()),
            "has_votes": bool(votes),
            "following": _following(programme, chapter),
            "is_wrong": bool(wrong),
        },
        status=400 if wrong else 200,
    )


def _following(programme: Programme, chapter: Chapter) -> Chapter | None:
    chapters = list(programme.chapters.all())
    return next(iter(chapters[chapters.index(chapter) + 1 :]), None)


def _arrange(chapter: Chapter, data: QueryDict) -> bool:
    """Keeps the order and the figures that were sent, unless somebody has changed them since."""
    with transaction.atomic():
        Programme.objects.lock(chapter.programme_id)
        if not chapter.claim(ordering.number(data, "version")):
            return False
        present = list(chapter.commitments.in_order().values_list("pk", flat=True))
        sent = _sent(data, present)
        actions.arrange(chapter, sent.order, sent.figures)
    return True


@dataclass(frozen=True)
class Arrangement:
    """An order of commitments and the figures that are printed, as ids."""

    order: tuple[int, ...]
    figures: frozenset[int]

    def state(self) -> dict[str, list[int]]:
        return {"order": list(self.order), "figures": sorted(self.figures)}


def _sent(data: QueryDict, present: Sequence[int]) -> Arrangement:
    """What a page sends: ranks that were typed over `present`, or a whole order (`ordre`)."""
    figures = frozenset(ordering.numbers(data, "figures"))
    if "ordre" in data:
        return Arrangement(_ids(data["ordre"]), figures)
    return Arrangement(tuple(ordering.typed_order(data, present)), figures)


def _conflict(request: HttpRequest, programme: Programme, chapter: Chapter) -> HttpResponse:
    """Nothing is written; the saved order, the one that was sent and both together are offered."""
    chapter.refresh_from_db()
    theirs = _of_state(chapter.state())
    base = _seen(request.POST, theirs)
    mine = _sent(request.POST, base.order)
    both = Arrangement(
        tuple(combined(base.order, mine.order, theirs.order)),
        (theirs.figures | (mine.figures - base.figures)) - (base.figures - mine.figures),
    )
    rows = {row.pk: row for row in chapter.commitments.with_parameters()}
    for row in rows.values():
        row.programme = programme
    changed = (mine.figures | theirs.figures) - (mine.figures & theirs.figures)
    return render(
        request,
        "programmes/order_conflict.html",
        {
            "programme": programme,
            "chapter": chapter,
            "last": Change.objects.of(chapter).first(),
            "base": _rows(rows, base),
            "theirs": _rows(rows, theirs),
            "mine": (_rows(rows, mine), mine),
            "both": (_rows(rows, both), both),
            "figures": [
                (figure, figure.pk in theirs.figures)
                for figure in chapter.figures.filter(pk__in=changed)
            ],
        },
        status=409,
    )


def _of_state(state: dict[str, list[int]]) -> Arrangement:
    return Arrangement(tuple(state["order"]), frozenset(state["figures"]))


def _seen(data: QueryDict, present: Arrangement) -> Arrangement:
    """What the page showed, as it says itself; what has come since stands last."""
    if "vu-ordre" not in data:
        return present
    order = _ids(data["vu-ordre"])
    added = [pk for pk in present.order if pk not in order]
    return Arrangement((*order, *added), frozenset(_ids(data.get("vu-chiffres", ""))))


def _ids(text: str) -> tuple[int, ...]:
    numbers = (ordering.whole(word) for word in text.split())
    return tuple(dict.fromkeys(pk for pk in numbers if pk is not None))


def _rows(rows: dict[int, Commitment], arrangement: Arrangement) -> list[Commitment]:
    """Those that are still there, in this order; the others after."""
    named = [rows[pk] for pk in arrangement.order if pk in rows]
    return [*named, *(row for row in rows.values() if row not in named)]
