"""Which commitments a format prints, and in which order."""

from collections.abc import Collection, Iterable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from .. import access, actions, history
from ..access import Action
from ..models import Change, Commitment, Layout, Programme
from ..printing.formats import Format
from . import format_or_404, ordering, private_form

# Commitments on one page of a choice: keeps it under 400 nodes.
PER_PAGE = 60
NOTHING = "Cochez au moins un engagement : rien d’autre ne serait imprimé."
STALE = (
    "{who} a changé cette mise en page entre-temps. Ses choix et les vôtres sont réunis ici ;"
    " vérifiez-les, l’ordre aussi, puis enregistrez de nouveau."
)


@private_form
def selection(request: HttpRequest, programme_id: str, slug: str) -> HttpResponse:
    """The ticks and ranks of one page at a time."""
    action = Action.WRITE if request.method == "POST" else Action.READ
    programme = access.programme_for(request, programme_id, action)
    format = format_or_404(slug)
    layout = Layout.objects.filter(programme=programme, format=slug).first()
    rows, chosen = _rows(programme, format, layout)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    error, status = "", 200
    if request.method == "POST":
        typed = _typed(request.POST, rows, chosen)
        version = ordering.number(request.POST, "version") or 0
        if typed and actions.choose_commitments(programme, format, typed, version):
            messages.success(request, "Enregistré.")
            if "save" in request.POST and not page.has_other_pages():
                return redirect("programmes:format", programme.pk, slug)
            return redirect(request.get_full_path())
        error, status, chosen = NOTHING, 400, set()
        if typed:
            status = 409
            error, chosen, layout = _with_theirs(programme, format, version, set(typed))
    for row in page:
        row.programme = programme
        row.is_chosen = row.pk in chosen
        row.shown_for_format = row.shown("line" if format.field == "line" else "title")
    return render(
        request,
        "programmes/selection.html",
        {
            "programme": programme,
            "format": format,
            "page": page,
            "error": error,
            "version": layout.version if layout else 1,
        },
        status=status,
    )


def _with_theirs(
    programme: Programme, format: Format, version: int, typed: set[int]
) -> tuple[str, set[int], Layout | None]:
    """What a colleague has chosen meanwhile, with what this person changed on her own page."""
    layout = programme.layouts.filter(format=format.slug).first()
    rows, theirs = _rows(programme, format, layout)
    seen = history.state_at(layout, version) if layout else None
    base = set(seen["chosen"] if seen and seen["chosen"] else [row.pk for row in rows])
    last = layout and Change.objects.of(layout).first()
    who = (last and last.alias) or "Quelqu’un de l’équipe"
    return STALE.format(who=who), (theirs | (typed - base)) - (base - typed), layout


def _rows(
    programme: Programme, format: Format, layout: Layout | None
) -> tuple[list[Commitment], set[int]]:
    """All that the format may print, the chosen ones first; and the ids of those.

    As in print, a choice of which nothing can be printed any more is none.
    """
    offered = programme.commitments.filter(status__in=format.statuses)
    rows = list(offered.in_order().with_parameters())
    known = {row.pk for row in rows}
    chosen = layout.chosen.standing().values_list("commitment_id", flat=True) if layout else []
    chosen = [pk for pk in chosen if pk in known] or [row.pk for row in rows]
    place = {pk: index for index, pk in enumerate(chosen)}
    return sorted(rows, key=lambda row: place.get(row.pk, len(place))), set(chosen)


def _typed(data: QueryDict, rows: Iterable[Commitment], chosen: Collection[int]) -> list[int]:
    """The ids in the order that was typed; what was not on the page stays chosen, or not."""
    ticked = set(ordering.numbers(data, "chosen"))
    shown = set(ordering.numbers(data, "shown"))
    ordered = ordering.typed_order(data, [row.pk for row in rows])
    return [pk for pk in ordered if pk in (ticked if pk in shown else chosen)]
