"""The desk's drafts, for a chosen commune. Pages of the admin, for staff only (`admin.py`)."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from proposals.desk.excerpt import Excerpt, NotWritable

from .. import desk_preview
from ..models import Commune
from ..printing import background
from ..printing.formats import FORMATS
from ..printing.prints import Print, PrintFailed
from .asking_again import asking_again

OFFERED = ("programme-a4", "depliant", "porte-a-porte")
# Seconds that a curator waits for a print before the page says how far it is.
PATIENCE = 8


@require_safe
def screen(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """What the draft reads like in the commune (`?commune=`), or the search for one (`?q=`)."""
    excerpt = _excerpt_or_404(kind, key)
    code, query = (request.GET.get(name, "").strip() for name in ("commune", "q"))
    commune = Commune.objects.with_places().filter(pk=code).first() if code else None
    context: dict[str, Any] = {
        "excerpt": excerpt,
        "query": query,
        "answers": Commune.objects.search(query)._asdict(),
        "commune": commune,
        "unknown": code if code and commune is None else "",
        "examples": desk_preview.examples(excerpt),
        "formats": [FORMATS[slug] for slug in OFFERED],
        "screen": None,
        "refused": None,
    }
    if commune:
        try:
            context["screen"] = desk_preview.screen(excerpt, commune)
        except NotWritable as error:
            context["refused"] = error
    return _page(request, "preview", context, 404 if context["unknown"] else 200)


@require_safe
def print_file(request: HttpRequest, kind: str, key: str, slug: str) -> HttpResponse:
    """The PDF that the commune's team would print; meanwhile a page that asks again by itself."""
    excerpt = _excerpt_or_404(kind, key)
    if slug not in OFFERED:
        raise Http404
    code = request.GET.get("commune", "").strip()
    commune = get_object_or_404(Commune.objects.with_places(), pk=code)
    address = f"{reverse('admin:desk_preview', args=[kind, key])}?{urlencode({'commune': code})}"
    try:
        order = desk_preview.order(excerpt, commune, FORMATS[slug])
    except NotWritable:
        # The page says what to mend.
        return HttpResponseRedirect(address)
    if not order.document.commitments:
        return HttpResponseRedirect(address)
    context = {"excerpt": excerpt, "format": FORMATS[slug], "address": address, "error": None}
    try:
        made = background.wait(order, PATIENCE)
    except PrintFailed as error:
        return _page(request, "preview_print", {**context, "error": error}, 503)
    if made is None:
        return _under_way(request, context, order)
    name = slugify(f"apercu {commune.name} {FORMATS[slug].label}")
    return HttpResponse(
        made.pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )


def _under_way(request: HttpRequest, context: dict[str, Any], order: Print) -> HttpResponse:
    pages = background.pages_so_far(order)
    response = _page(request, "preview_print", {**context, "pages": pages}, 202)
    return asking_again(request, response)


def _excerpt_or_404(kind: str, key: str) -> Excerpt:
    try:
        return Excerpt(kind, key)
    except LookupError as error:
        raise Http404 from error


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int) -> HttpResponse:
    about = {**admin.site.each_context(request), "title": "Voir comme une commune"}
    return render(request, f"admin/desk/commune_{name}.html", {**about, **context}, status=status)
