"""Reading the whole programme over, and printing it."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify

from desescalade import pdf

from .. import access
from ..access import Action
from ..printing import document, print_rules, rendering
from ..printing.formats import FORMATS
from . import private_page

# Commitments on one page of the preview: keeps it under 400 nodes and 14 kB.
PER_PAGE = 30


@private_page
def preview(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The printed text on screen, from the same document as the print."""
    programme = access.programme_for(request, programme_id, Action.READ)
    built = document.build(programme)
    rows = [(chapter, row) for chapter in built.chapters for row in chapter.commitments]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "programmes/preview.html",
        {
            "programme": programme,
            "document": built,
            "page": page,
            "is_last": not page.has_next(),
            "provenance": rendering.provenance(built),
        },
    )


@private_page
def print_screen(request: HttpRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request, programme_id, Action.READ)
    built = document.build(programme)
    # The likely next request is a print: its engine starts meanwhile.
    pdf.warm_up(FORMATS["programme-a4"].style_sheets)
    return render(
        request,
        "programmes/print_screen.html",
        {
            "programme": programme,
            "document": built,
            "formats": FORMATS.values(),
            "problems": print_rules.problems(built),
        },
    )


@private_page
def print_file(request: HttpRequest, programme_id: str, slug: str) -> HttpResponse:
    programme = access.programme_for(request, programme_id, Action.READ)
    if slug not in FORMATS:
        raise Http404
    try:
        content = rendering.print_document(document.build(programme), FORMATS[slug])
    except pdf.RenderError as error:
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
