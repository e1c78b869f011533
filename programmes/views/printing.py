"""The print shop: reading over, choosing a format, printing, exporting."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from desescalade import pdf

from .. import access, actions, drafts
from ..access import Action
from ..enums import DocumentKind, Output, ProgrammeKind
from ..exchange.exports import COMPLETE_EXPORTS, EXPORTS
from ..forms.imprint import ImprintForm
from ..forms.layout import LayoutForm
from ..models import Edition, Layout, Programme
from ..printing import (
    background,
    copier,
    document,
    fitting,
    kept,
    print_rules,
    rendering,
    trial_sheet,
)
from ..printing.formats import FAMILIES, FORMATS, Format
from ..printing.orders import Desk
from ..printing.prints import Made, Print, PrintFailed
from . import conflicts, format_or_404, ordering, private_form, private_page
from .asking_again import asking_again

# Commitments on one page of the preview: keeps it under 400 nodes and 14 kB.
PER_PAGE = 18
# Seconds that a person waits for a print before she sees how far it is.
PATIENCE = 4
# Seconds that a picture waits: it comes after its page.
PICTURE_PATIENCE = 40
# A white pixel: a sheet whose picture is not there yet.
BLANK = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c63f80f00010101001b9ebe3d0000000049454e44ae426082"
)
# Copies that the assistant counts with until the team says how many.
DEFAULT_COPIES = 100


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
    """All formats, each with a picture of its first page."""
    programme = access.programme_for(request, programme_id, Action.READ)
    desk = Desk(programme)
    lacks_imprint = not desk.document.imprint
    if desk.document.commitments:
        # The likely next request is a print: it is made meanwhile.
        background.prepare(desk.order(FORMATS["programme-a4"]))
    return render(
        request,
        "programmes/print_screen.html",
        {
            "programme": programme,
            "document": desk.document,
            "desk": desk,
            "is_silent": print_rules.is_silent(desk.judged(desk.document), timezone.now()),
            "families": _families(desk.document),
            "exports": EXPORTS.values(),
            "complete_exports": COMPLETE_EXPORTS.values(),
            "lacks_imprint": lacks_imprint,
            "form": ImprintForm(instance=programme) if lacks_imprint else None,
            "makes_edition": programme.path.is_before_first_edition,
        },
    )


def _families(document: document.Document) -> list[tuple[str, list[Format]]]:
    """The formats to offer; an official circular is for an election only."""
    left_out = DocumentKind.CIRCULAIRE if document.kind == ProgrammeKind.MANDATE else None
    return [
        (label, [format for format in formats if format.kind is not left_out])
        for label, formats in FAMILIES
    ]


@private_form
def format_detail(request: HttpRequest, programme_id: str, slug: str) -> HttpResponse:
    """One format: how it looks, what is wrong with it, its choices, its files."""
    action = Action.WRITE if request.method == "POST" else Action.READ
    programme = access.programme_for(request, programme_id, action)
    format = format_or_404(slug)
    row = _layout(request, programme, format)
    # A form writes on its row even what it refuses.
    copies, price = row.copies or DEFAULT_COPIES, row.side_price
    form = LayoutForm(drafts.typed(request), instance=row, format=format, programme=programme)
    if request.method == "POST" and (answer := _save_layout(request, format, form)):
        return answer
    desk = Desk(programme)
    now = timezone.now()
    order = desk.order(format, now=now)
    made, failure = _waited_for(order)
    response = render(
        request,
        "programmes/format_detail.html",
        {
            "programme": programme,
            "format": format,
            "document": order.document,
            "edition": desk.edition_for(format),
            "form": form,
            # A page that comes again by itself would drop what is being typed.
            "shows_form": programme.may_write and (made or failure or form.is_bound),
            "made": made,
            "failure": failure,
            "pages_so_far": background.pages_so_far(order),
            "kilobytes": made and round(len(made.pdf) / 1000),
            "picture_size": made and kept.picture_size(order, made, "pages"),
            "narrow_size": made and kept.picture_size(order, made, "pages-etroites"),
            "copier": made and _copier(order, made, copies, price),
            **_findings(desk, order, made, now),
            **_room(desk, order, made),
        },
    )
    # Who is answered about what she typed must not lose it to a fresh page.
    is_settled = made or failure or request.method == "POST"
    return response if is_settled else asking_again(request, response)


def _save_layout(request: HttpRequest, format: Format, form: LayoutForm) -> HttpResponse | None:
    """Where to go once it is saved, or the two layouts that clash; None to show the form again."""
    row = form.instance
    programme, saved = row.programme, row.programme.layouts.get(pk=row.pk)
    here = reverse("programmes:format", args=[programme.pk, format.slug])
    way = conflicts.chosen(request)
    if way == conflicts.TAKE_THEIRS:
        return conflicts.take_theirs(request, form, saved, here)
    if way == conflicts.COMBINE:
        form.data = conflicts.combined(request, form, saved)
        form.full_clean()
        return None
    if not form.is_valid():
        return None
    if not form.save_unless_changed():
        return conflicts.page(request, programme, form, saved)
    messages.success(request, "Enregistré.")
    return redirect(here)


def _layout(request: HttpRequest, programme: Programme, format: Format) -> Layout:
    """The choices for the format; they have a row once somebody sends some."""
    if request.method == "POST":
        return actions.layout_for(programme, format.slug)
    known = Layout.objects.filter(programme=programme, format=format.slug).first()
    return known or Layout(programme=programme, format=format.slug)


def _waited_for(order: Print) -> tuple[Made | None, PrintFailed | None]:
    """The print, or why there is none; neither while it is under way."""
    try:
        return background.wait(order, PATIENCE), None
    except PrintFailed as failure:
        return None, failure


def _findings(desk: Desk, order: Print, made: Made | None, now: datetime) -> dict[str, Any]:
    """What the rules say of a print: what must change, and what is good to know."""
    problems = print_rules.problems(
        desk.judged(order.document),
        order.format,
        now=now,
        page_count=made and made.page_count,
    )
    return {
        "errors": [problem for problem in problems if problem.is_error],
        "advice": [problem for problem in problems if not problem.is_error],
    }


def _room(desk: Desk, order: Print, made: Made | None) -> dict[str, Any]:
    """What does not fit (with the letters that are too many), what would, what was left out."""
    printed = {commitment.id: commitment for commitment in order.document.commitments}
    overflow = made.overflow if made else ()
    return {
        "overflow": [(printed[each.commitment], each.letters) for each in overflow],
        "room": fitting.room(order.document, order.format),
        "left_out": sum(row.id not in printed for row in desk.document.commitments),
    }


def _copier(order: Print, made: Made, copies: int, price: Decimal | None) -> copier.Job:
    """What the copies of this format take, at the team's own number and price."""
    shares = kept.coverage(order, made)
    return copier.job(
        order.format,
        made.page_count,
        copies,
        price=price,
        coverage=sum(shares) / len(shares),
    )


@private_page
def print_file(request: HttpRequest, programme_id: str, slug: str, output: str) -> HttpResponse:
    """The PDF; for a long one, a page that says how far it is and asks again by itself."""
    programme = access.programme_for(request, programme_id, Action.READ)
    format = format_or_404(slug)
    if output not in Output.values:
        raise Http404
    edition = _edition(request, programme)
    order = Desk(programme, edition).order(format, Output(output))
    try:
        made = background.wait(order, PATIENCE)
    except PrintFailed as failure:
        return _failed(request, programme, failure)
    if made is None:
        return _under_way(request, programme, format, order)
    name = slugify(f"{programme.commune.name} {format.label}")
    if output != Output.ECRAN:
        name += f"-{output}"
    return _pdf(made.pdf, name)


def _failed(request: HttpRequest, programme: Programme, error: Exception) -> HttpResponse:
    return render(
        request,
        "programmes/print_failed.html",
        {"programme": programme, "error": error},
        status=503,
    )


def _under_way(
    request: HttpRequest, programme: Programme, format: Format, order: Print
) -> HttpResponse:
    response = render(
        request,
        "programmes/print_under_way.html",
        {"programme": programme, "format": format, "pages": background.pages_so_far(order)},
        status=202,
    )
    return asking_again(request, response)


@private_page
def picture(request: HttpRequest, programme_id: str, slug: str, name: str) -> HttpResponse:
    """What the print looks like: its first page (`couverture`) or all of them (`pages`)."""
    programme = access.programme_for(request, programme_id, Action.READ)
    format = format_or_404(slug)
    if name not in kept.PICTURES:
        raise Http404
    order = Desk(programme).order(format)
    try:
        made = background.wait(order, PICTURE_PATIENCE)
    except PrintFailed:
        made = None
    drawn = kept.picture(order, made, name) if made else BLANK
    return HttpResponse(drawn, content_type="image/png")


@private_page
def print_trial_sheet(request: HttpRequest, programme_id: str, slug: str) -> HttpResponse:
    """A sheet to try the copier with before the real print."""
    programme = access.programme_for(request, programme_id, Action.READ)
    format = format_or_404(slug)
    try:
        sheet = trial_sheet.render(format).pdf
    except pdf.RenderError as error:
        return _failed(request, programme, error)
    return _pdf(sheet, slugify(f"feuille d essai {format.label}"))


@private_page
def export(request: HttpRequest, programme_id: str, name: str) -> HttpResponse:
    """The programme as a file to write on in another program."""
    programme = access.programme_for(request, programme_id, Action.READ)
    wanted = EXPORTS.get(name) or COMPLETE_EXPORTS.get(name)
    edition = _edition(request, programme)
    if wanted is None or (edition and name in COMPLETE_EXPORTS):
        raise Http404
    if name in COMPLETE_EXPORTS:
        content = wanted.make(programme)
    else:
        content = wanted.make(Desk(programme, edition).document)
    commune = slugify(programme.commune.name)
    return HttpResponse(
        content,
        content_type=wanted.media_type,
        headers={"Content-Disposition": f'attachment; filename="{commune}-{name}"'},
    )


def _edition(request: HttpRequest, programme: Programme) -> Edition | None:
    """The edition that the address names (`?tirage=2`), None where it names none."""
    if "tirage" not in request.GET:
        return None
    return get_object_or_404(
        Edition, programme=programme, number=ordering.number(request.GET, "tirage")
    )


def _pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )
