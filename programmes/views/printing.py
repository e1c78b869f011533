"""Reading the whole programme over, and printing it."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.cache import never_cache

from desescalade.pdf import RenderError

from .. import access
from ..access import Action
from ..printing import document, print_rules, rendering
from ..printing.formats import FORMATS

# Commitments on one page of the preview: keeps it under 400 nodes.
PER_PAGE = 40


@never_cache
def preview(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The printed text on screen, from the same document as the print."""
    programme = access.programme_for(request, programme_id, Action.READ)
    built = document.build(programme)
    rows = [(chapter, row) for chapter in built.chapters for row in chapter.commitments]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "programmes/preview.html",
        {"programme": programme, "document": built, "page": page},
    )


@never_cache
def print_screen(request: HttpRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request, programme_id, Action.READ)
    built = document.build(programme)
    return render(
        request,
        "programmes/print_screen.html",
        {
            "programme": programme,
            "document": built,
            "formats": FORMATS.values(),
            "problems": print_rules.problems(built, None),
        },
    )


@never_cache
def print_file(request: HttpRequest, programme_id: str, slug: str) -> HttpResponse:
    programme = access.programme_for(request, programme_id, Action.READ)
    if slug not in FORMATS:
        raise Http404
    try:
        content = rendering.print_document(document.build(programme), FORMATS[slug])
    except RenderError as error:
        return render(
            request,
            "programmes/print_failed.html",
            {"programme": programme, "error": error},
            status=503,
        )
    name = slugify(f"{programme.commune.name} {FORMATS[slug].label}")
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )
