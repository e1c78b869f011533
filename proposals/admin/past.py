"""The history of an entry: each correction word by word, and the ways back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from ..catalogue import entries as cut
from ..catalogue import from_rows
from ..catalogue.differences import differences
from ..desk import models, restoring, roles
from ..desk.models import EntryChange
from .access import LOOK, WRITE, catalogue_of, desk_page, in_catalogue, show
from .places import page_of, preview_of

PER_PAGE = 20


@desk_page(LOOK)
def entry_history(request: HttpRequest, kind: str, key: str = "") -> HttpResponse:
    catalogue = catalogue_of(request)
    if kind not in cut.NAMES:
        raise Http404
    changes = EntryChange.objects.filter(catalogue=catalogue, kind=kind, key=key)
    page = Paginator(changes, PER_PAGE).get_page(request.GET.get("page"))
    published = restoring.releases_by_text((kind, key), catalogue)
    rows = [
        (
            row,
            differences((kind, key), row.before, row.after),
            published.get(cut.digest(row.after)),
        )
        for row in page
    ]
    exists = from_rows.entry(models, kind, key, catalogue) is not None
    first = None if page.has_next() else changes.last()
    if first and first.before is None:
        # It was made here: there is nothing before it.
        first = None
    return show(
        request,
        "history",
        {
            "title": f"Historique : {cut.name((kind, key))}",
            "kind": kind,
            "key": key,
            "page": page,
            "rows": rows,
            "edit": page_of((kind, key), catalogue) if exists else "",
            "preview": preview_of((kind, key), catalogue) if exists else "",
            "first": first,
            "first_release": first and published.get(cut.digest(first.before)),
            "catalogue": catalogue,
        },
    )


WAYS = {
    "annuler": (restoring.undo, "Cette correction est annulée ; celles d’après restent."),
    "revenir": (restoring.restore, "Le texte est revenu à cet état."),
    "avant": (restoring.restore_before, "Le texte est revenu à ce qu’il était au départ."),
}


@desk_page(WRITE)
@require_POST
def go_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes one correction back, or brings the whole entry back to what it was after it."""
    change = get_object_or_404(EntryChange, pk=pk)
    if (way := request.POST.get("quoi", "")) not in WAYS:
        raise Http404
    verb, sentence = WAYS[way]
    try:
        verb(change, roles.role_of(request.user))
    except restoring.CannotRestore as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{sentence} C’est un brouillon jusqu’à la prochaine édition.")
    return redirect(history_url(change.kind, change.key, change.catalogue_id))


def history_url(kind: str, key: str, catalogue: str) -> str:
    address = reverse("admin:desk_history", args=[kind, key] if key else [kind])
    return in_catalogue(address, catalogue)
