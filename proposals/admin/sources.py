"""Sources that stand twice, and addresses that do not answer any more."""

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from desescalade import environment, typography

from .. import duplicates
from ..addresses import Offline, State
from ..desk import visits
from ..desk.models import Source, SourceCheck
from .access import LOOK, WRITE, desk_page, require, show
from .editing import ReadOnlyAdmin

PER_PAGE = 50
# Groups of duplicates shown at once; mended ones leave the list.
GROUPS = 20
# Addresses of one click: two rounds of as many as are asked at once, some twenty seconds.
AT_ONCE = 16


@admin.register(SourceCheck)
class SourceCheckAdmin(ReadOnlyAdmin):
    fields = list_display = ["source", "url", "status", "note", "at"]
    list_filter = ["status"]
    search_fields = ["source", "url"]


@desk_page(LOOK)
def sources(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        require(request, WRITE)
        _visit_some(request)
        return redirect(request.path)
    known = {row.pk: row for row in Source.objects.all()}
    groups = [
        (group.what, [known[slug] for slug in group.slugs])
        for group in duplicates.groups((row.pk, row.title, row.url) for row in known.values())
    ]
    visited = [row for row in SourceCheck.objects.all() if _is_current(row, known)]
    wrong = [(row, known[row.source]) for row in visited if row.status != State.ANSWERS]
    page = Paginator(wrong, PER_PAGE).get_page(request.GET.get("page"))
    return show(
        request,
        "sources",
        {
            "title": "Sources en double, adresses qui ne répondent plus",
            "groups": groups[:GROUPS],
            "more_groups": len(groups[GROUPS:]),
            "page": page,
            "pages": page.paginator.get_elided_page_range(page.number),
            "query": "",
            "visited": len(visited),
            "unvisited": sum(bool(row.url) for row in known.values()) - len(visited),
            "at_once": AT_ONCE,
        },
    )


def _is_current(row: SourceCheck, known: dict[str, Source]) -> bool:
    return row.source in known and known[row.source].url == row.url


def _visit_some(request: HttpRequest) -> None:
    try:
        rows = visits.visit(visits.due(AT_ONCE))
    except Offline:
        messages.error(
            request,
            "Le serveur n’a pas de réseau : aucune adresse n’a été essayée. Réessayez plus tard,"
            f" ou lancez « {environment.command('check_sources')} »"
            " d’une machine reliée à internet.",
        )
        return
    wrong = sum(row.status != State.ANSWERS for row in rows)
    tried = typography.quantity(len(rows), "adresses essayées", "adresse essayée")
    messages.success(request, f"{tried}, {wrong} à revoir.")
