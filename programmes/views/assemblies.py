"""The paper assembly: keying in what a room decided, reading it, ordering by it."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from desescalade import typography

from .. import access, assemblies, drafts, submissions
from ..access import Action
from ..assemblies import Keying, Line
from ..forms.assembly import AssemblyForm, Sheet, named_lines, with_saved
from ..models import Assembly, Ballot, Change, Commitment, Programme
from ..models.assembly import BOXES, HEAD
from ..models.commitment import BIN_DAYS
from . import ordering, private_form, private_page

# Assemblies on one page of the list: keeps it under 250 nodes.
ASSEMBLIES_PER_PAGE = 15
# Each line has a bar and a row of the table: keeps a page under 400 nodes.
RESULTS_PER_PAGE = 15


@private_form
def assembly_list(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The assemblies, the last one first; on POST, opens a new one."""
    action = Action.WRITE if request.method == "POST" else Action.READ
    programme = access.programme_for(request, programme_id, action)
    form = AssemblyForm(drafts.typed(request), instance=Assembly(programme=programme))
    if request.method == "POST" and form.is_valid():
        return redirect(submissions.once(request, lambda: _open(form)))
    known = Paginator(programme.assemblies.with_counts(), ASSEMBLIES_PER_PAGE)
    return render(
        request,
        "programmes/assembly_list.html",
        {"programme": programme, "page": known.get_page(request.GET.get("page")), "form": form},
    )


def _open(form: AssemblyForm) -> str:
    assembly = form.save(commit=False)
    assemblies.open_assembly(assembly)
    return reverse("programmes:assembly", args=[assembly.programme_id, assembly.pk])


@private_form
def key_in(request: HttpRequest, programme_id: str, pk: int, page: int = 1) -> HttpResponse:
    """One screen of the entry: some lines of the paper form, by the keyboard alone."""
    programme = access.programme_for(request, programme_id, Action.WRITE)
    # What is sent for one that a colleague has dropped is shown again, not lost.
    assembly = _assembly(programme, pk, in_bin_too=request.method == "POST")
    data = drafts.typed(request)
    named = named_lines(data) if data is not None else []
    lines = assemblies.lines_of(assembly, also=named)
    pages = assemblies.pages(line for line in lines if not line.is_dropped)
    page = min(max(page, 1), len(pages))
    # What was sent is kept even where the lines have changed since the page was opened.
    shown = [line for line in lines if line.commitment in named] if named else pages[page - 1]
    sheet = Sheet(data, assembly, shown, has_head=page == 1)
    keying = None
    if request.method == "POST" and sheet.is_valid():
        keying = assemblies.key_in(
            assembly,
            sheet.typed(),
            lines,
            version=ordering.number(data, "version"),
            confirmed=data.get("confirmed", "").split(),
        )
        if keying.is_saved:
            messages.success(request, "Enregistré.")
            return redirect(_next(request, assembly, page, len(pages)))
    version = data.get("version", "") if data is not None else assembly.version
    if keying and keying.clashes:
        assembly = _assembly(programme, pk, in_bin_too=True)
        sheet = Sheet(with_saved(data, keying.taken), assembly, shown, has_head=page == 1)
        version = assembly.version
    return render(
        request,
        "programmes/assembly_entry.html",
        {
            "programme": programme,
            "assembly": assembly,
            "sheet": sheet,
            "errors": list(sheet.errors()),
            "version": version,
            "keying": keying,
            "clashes": _clashes(keying, shown) if keying else [],
            "last": keying and Change.objects.of(assembly).first(),
            "pages": _named(pages),
            "page": page,
            "is_last": page == len(pages),
        },
        status=409 if keying and (keying.clashes or keying.is_dropped) else 200,
    )


def _assembly(programme: Programme, pk: int, *, in_bin_too: bool = False) -> Assembly:
    known = Assembly.everything if in_bin_too else Assembly.objects
    assembly = get_object_or_404(known.all(), programme=programme, pk=pk)
    assembly.programme = programme
    return assembly


def _next(request: HttpRequest, assembly: Assembly, page: int, pages: int) -> str:
    """The page that a button names, or the one that follows; the results after the last."""
    wanted = ordering.number(request.POST, "page") or page + 1
    if wanted > pages:
        return assembly.get_absolute_url()
    where = [assembly.programme_id, assembly.pk]
    if wanted == 1:
        return reverse("programmes:assembly", args=where)
    return reverse("programmes:assembly-page", args=[*where, wanted])


def _named(pages: list[list[Line]]) -> list[tuple[int, str]]:
    """The pages of the entry that have lines, as « Lignes 13 à 24 »."""
    return [
        (
            number,
            f"Lignes {lines[0].number} à {lines[-1].number}"
            if len(lines) > 1
            else f"Ligne {lines[0].number}",
        )
        for number, lines in enumerate(pages, start=1)
        if lines
    ]


def _clashes(keying: Keying, lines: list[Line]) -> list[tuple[str, str, str]]:
    """For each: the id of its first box, where it is in words, what is saved in words."""
    found = [
        (
            f"id_{name}",
            str(Assembly._meta.get_field(name).verbose_name).capitalize(),
            str(keying.clashes[name] or "rien"),
        )
        for name in HEAD
        if name in keying.clashes
    ]
    for line in lines:
        if values := keying.clashes.get(str(line.commitment)):
            ballot = Ballot(**dict(zip((*BOXES, "note"), values, strict=True)))
            said = " ; ".join(filter(None, [ballot.in_words(), ballot.note]))
            found.append(
                (f"id_{line.commitment}-in_favour", f"Ligne {line.number}", said or "rien")
            )
    return found


@dataclass(frozen=True)
class Result:
    """A row of results: what was voted on, or where."""

    text: str
    ballot: Ballot
    number: int | None = None
    address: str = ""
    is_dropped: bool = False


@private_page
def results(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    """What one assembly decided, in the order of its paper form."""
    programme = access.programme_for(request, programme_id, Action.READ)
    assembly = _assembly(programme, pk)
    ballots = {row.commitment_id: row for row in assembly.ballots.all()}
    for ballot in ballots.values():
        ballot.assembly = assembly
    rows = [
        Result(line.text, ballots[line.commitment], line.number, is_dropped=line.is_dropped)
        for line in assemblies.lines_of(assembly, also=ballots)
        if line.commitment in ballots
    ]
    return render(
        request,
        "programmes/assembly_results.html",
        {
            "programme": programme,
            "assembly": assembly,
            "page": Paginator(rows, RESULTS_PER_PAGE).get_page(request.GET.get("page")),
        },
    )


@private_page
def commitment_votes(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    """All votes on one commitment, the last one first."""
    programme = access.programme_for(request, programme_id, Action.READ)
    commitment = get_object_or_404(Commitment.objects.with_parameters(), programme=programme, pk=pk)
    commitment.programme = programme
    votes = Ballot.objects.by_commitment([commitment]).get(commitment.pk, [])
    rows = [
        Result(str(ballot.assembly), ballot, address=ballot.assembly.get_absolute_url())
        for ballot in reversed(votes)
    ]
    return render(
        request,
        "programmes/commitment_votes.html",
        {
            "programme": programme,
            "commitment": commitment,
            "page": Paginator(rows, RESULTS_PER_PAGE).get_page(request.GET.get("page")),
        },
    )


@require_POST
def arrange(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Orders by the last votes: one chapter (`chapitre`, its number), or all of them."""
    programme = access.programme_for(request, programme_id, Action.WRITE)
    chapters = programme.chapters.all()
    one = None
    if "chapitre" in request.POST:
        number = ordering.number(request.POST, "chapitre")
        one = get_object_or_404(chapters, number=-1 if number is None else number)
    changed = assemblies.arrange_by_result(programme, [one] if one else chapters)
    if not changed:
        messages.info(request, "L’ordre était déjà celui des résultats.")
    else:
        what = "" if one else f" ({typography.quantity(changed, 'chapitres', 'chapitre')})"
        messages.success(request, f"Rangé par résultat{what}. L’historique garde l’ordre d’avant.")
    if one:
        return redirect("programmes:chapter", programme.pk, one.number)
    return redirect("programmes:assemblies", programme.pk)


@require_POST
def drop(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    programme = access.programme_for(request, programme_id, Action.WRITE)
    assembly = _assembly(programme, pk)
    assemblies.drop(assembly)
    messages.success(
        request,
        f"{assembly} : dans la corbeille, avec ses votes. Vous pouvez l’en reprendre pendant"
        f" {BIN_DAYS} jours.",
    )
    return redirect("programmes:bin", programme.pk)


@require_POST
def bring_back(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    programme = access.programme_for(request, programme_id, Action.WRITE)
    dropped = Assembly.everything.in_bin().filter(programme=programme)
    assembly = get_object_or_404(dropped, pk=pk)
    assembly.programme = programme
    assemblies.bring_back(assembly)
    messages.success(request, "L’assemblée et ses votes sont revenus.")
    return redirect(assembly)
