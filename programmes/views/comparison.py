"""Two programmes of which this person may read both, side by side."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from .. import access, comparison
from ..access import Action
from ..comparison import Pair
from ..models import Commitment, Programme
from . import private_page

PROGRAMMES_PER_PAGE = 40
# Nodes of the rows on one page, and of one row besides what says how it differs.
PAGE_NODES, ROW_NODES = 190, 9
ALL = "tout"


@private_page
def choose_other(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The other programmes of this person, to compare this one with."""
    programme = access.programme_for(request, programme_id, Action.READ)
    others = Programme.objects.of_user(request.user).exclude(pk=programme.pk)
    others = others.with_place().with_counts().order_by("-created_at", "pk")
    page = Paginator(others, PROGRAMMES_PER_PAGE)
    return render(
        request,
        "programmes/compare.html",
        {"programme": programme, "page": page.get_page(request.GET.get("page"))},
    )


@private_page
def comparison_detail(request: HttpRequest, programme_id: str, other_id: str) -> HttpResponse:
    programme = access.programme_for(request, programme_id, Action.READ)
    other = access.programme_for(request, other_id, Action.READ)
    if other == programme:
        raise Http404
    pairs = comparison.pair_up(_rows_of(programme), _rows_of(other))
    differing = [pair for pair in pairs if not pair.is_same]
    shows_all = request.GET.get("voir") == ALL
    shown = comparison.pages(pairs if shows_all else differing, _cost, PAGE_NODES)
    return render(
        request,
        "programmes/comparison.html",
        {
            "programme": programme,
            "other": other,
            "page": Paginator(shown, 1).get_page(request.GET.get("page")),
            "query": f"voir={ALL}" if shows_all else "",
            "pairs": pairs,
            "differing": differing,
            "only_here": sum(pair.second is None for pair in pairs),
            "only_there": sum(pair.first is None for pair in pairs),
        },
    )


def _cost(pair: Pair) -> int:
    return ROW_NODES + pair.nodes


def _rows_of(programme: Programme) -> list[Commitment]:
    rows = list(programme.commitments.in_order().with_parameters())
    for row in rows:
        row.programme = programme
    return rows
