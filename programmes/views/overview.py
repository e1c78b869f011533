"""The whole programme at a glance: when, at what cost, by whose decision, and what to mend."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from desescalade import typography
from proposals.enums import Authority, Budget, Horizon

from .. import access, advice, charts
from ..access import Action
from ..models import Commitment
from . import private_page

# Commitments with remarks on one page, and those named under a horizon: 400 nodes, 14 kB at most.
REMARKS_PAGE = 12
MAX_NAMED = 40
ALONE = (Authority.MAYOR, Authority.COUNCIL)


@dataclass(frozen=True)
class Term:
    """A horizon with the commitments that it names; `more` are left to the page to read over."""

    horizon: Horizon
    count: int
    named: Sequence[Commitment]
    more: int


@private_page
def overview(request: HttpRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request, programme_id, Action.READ)
    commitments = list(programme.commitments.retained().in_order().with_parameters())
    for commitment in commitments:
        commitment.programme = programme
    horizons = Counter(Horizon(row.horizon) for row in commitments)
    budgets = Counter(Budget(row.budget) for row in commitments)
    authorities = Counter(Authority(row.decided_by) for row in commitments)
    remarks = advice.remarks([_promise(row) for row in commitments])
    groups = [(promise, list(said)) for promise, said in groupby(remarks, lambda r: r.promise)]
    return render(
        request,
        "programmes/overview.html",
        {
            "programme": programme,
            "total": len(commitments),
            "calendar": charts.calendar(horizons),
            "terms": [_term(horizon, commitments) for horizon in Horizon],
            "balance": charts.balance(budgets),
            "budgets": [(budget.label, budgets[budget]) for budget in charts.BUDGETS],
            "authorities": [(who.label, authorities[who]) for who in Authority],
            "territory": charts.territory(authorities),
            "decided": _decided_in_words(authorities),
            "remarks": len(remarks),
            "page": Paginator(groups, REMARKS_PAGE).get_page(request.GET.get("page")),
        },
    )


def _term(horizon: Horizon, commitments: Sequence[Commitment]) -> Term:
    rows = [row for row in commitments if row.horizon == horizon]
    return Term(horizon, len(rows), rows[:MAX_NAMED], max(len(rows) - MAX_NAMED, 0))


def _promise(row: Commitment) -> advice.Promise:
    fields = ("title", "line", "text")
    return advice.Promise(
        id=row.pk,
        **{name: row.shown(name) for name in fields},
        decided_by=Authority(row.decided_by),
        horizon=Horizon(row.horizon),
        base_text=row.filled(row.base_text),
        own=frozenset(
            name for name in fields if getattr(row, name) not in ("", getattr(row, f"base_{name}"))
        ),
    )


def _decided_in_words(authorities: Counter[Authority]) -> str:
    """As in « La commune décide seule de 2 engagements sur 3 »."""
    total = authorities.total()
    alone = sum(authorities[who] for who in ALONE)
    if alone == total:
        return "La commune décide seule de tout ce qui est promis ici."
    rest = "Pour le reste, elle demande ou se met d’accord : mieux vaut l’écrire."
    if not alone:
        return f"La commune ne décide seule d’aucun de ces engagements. {rest}"
    counted = typography.quantity(alone, "engagements", "engagement")
    return f"La commune décide seule de {counted} sur {total}. {rest}"
