"""A programme that comes back as a file: as a new one, or into one that has gone on since.

What was sent is read on the first page and carried along, packed, by the form of the second: the
server keeps nothing of who gives up, it works without an account and through a closed session, and
the second page reads it again as strictly as the first. So there is nothing to sign.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from desescalade import throttling, typography, upload_bounds
from desescalade.failures import typed_of
from proposals.catalogue.problems import Problem

from .. import access, drafts, importing, reconciling, submissions
from ..access import Action
from ..enums import Status
from ..exchange import uploads
from ..exchange.complete_file import CompleteFile
from ..exchange.programme_file import ProgrammeFileError
from ..forms.consent import CONSENT
from ..forms.importing import CommuneForm, ImportForm, OpeningForm
from ..models import Programme
from ..reconciling import Comparison, Stale
from . import private_form, start

# The hidden field with what was sent.
CARRIED = "contenu"
# What the page showed of the programme: another state is a conflict.
SEEN = "vu"
CHOICE = "choix-"
# Problems of a file that are shown; the others come when these are mended.
SHOWN_PROBLEMS = 40
# Titles that are named in a list, and texts that are shown with their differences.
NAMED, SHOWN_TEXTS = 12, 30


Read = TypeVar("Read")


class _Unread(Exception):
    """What was sent gives no programme: its form says why, or the problems do."""

    def __init__(self, form: ImportForm, problems: Sequence[Problem] = ()) -> None:
        super().__init__()
        self.form, self.problems = form, problems


def _read(
    request: HttpRequest, data: QueryDict, reader: Callable[[bytes], Read]
) -> tuple[Read, bytes, str]:
    """What `reader` makes of the YAML that was sent, or carried along; the YAML, and it packed.

    Raises _Unread.
    """
    form = ImportForm(data, request.FILES)
    if upload_bounds.is_too_large(request):
        form.errors.clear()
        form.add_error("upload", uploads.TOO_LARGE)
        raise _Unread(form)
    is_carried = CARRIED in data
    # The second page has none of the fields of the first.
    if not form.is_valid() and not is_carried:
        raise _Unread(form)
    try:
        text = uploads.unpack(data[CARRIED]) if is_carried else form.text
        return reader(text), text, uploads.pack(text)
    except uploads.UploadRefused as error:
        form.errors.clear()
        form.add_error("upload" if "upload" in request.FILES else "pasted", str(error))
    except ProgrammeFileError as error:
        form.errors.clear()
        raise _Unread(form, error.problems) from None
    raise _Unread(form)


def _page_of_form(
    request: HttpRequest, programme: Programme | None, unread: _Unread | None = None
) -> HttpResponse:
    return render(
        request,
        "programmes/import_form.html",
        {
            "programme": programme,
            "form": unread.form if unread else ImportForm(),
            "problems": unread.problems[:SHOWN_PROBLEMS] if unread else (),
            "more_problems": max(len(unread.problems) - SHOWN_PROBLEMS, 0) if unread else 0,
        },
    )


@private_form
def import_new(request: HttpRequest) -> HttpResponse:
    """Shows what a file would make; on the second POST opens the programme, as « Commencer »."""
    data = drafts.typed(request)
    if data is None:
        return _page_of_form(request, None)
    # Reading costs more than any other page, and asks for no account.
    if not request.user.is_authenticated and not throttling.allows(request, "import_file"):
        context = {"typed": [(name, value) for name, value in typed_of(request) if value]}
        return render(request, "programmes/import_later.html", context, status=429)
    try:
        plan, text, packed = _read(request, data, importing.plan)
    except _Unread as unread:
        return _page_of_form(request, None, unread)
    form_class = OpeningForm if plan.commune else CommuneForm
    form = form_class(data if CARRIED in data else None, erase_on=plan.erase_on)
    if request.method == "POST" and form.is_valid():
        if plan.commune is None:
            plan = importing.plan(text, form.cleaned_data["commune"])
        return _opened(request, plan)
    return render(
        request,
        "programmes/import_plan.html",
        {"plan": plan, "form": form, "packed": packed, "named": NAMED, "counts": _counts(plan)},
    )


def _counts(plan: importing.Plan) -> list[tuple[str, int]]:
    """Commitments by what the team decided, none left out but those that are none."""
    labels = {
        Status.RETAINED: "Retenus",
        Status.DISCUSSED: "À discuter",
        Status.DECLINED: "Écartés",
        Status.DONE: "Déjà faits",
    }
    counted = [(label, plan.count(status)) for status, label in labels.items()]
    return [(label, number) for label, number in counted if number]


def _opened(request: HttpRequest, plan: importing.Plan) -> HttpResponse:
    known = request.user if request.user.is_authenticated else None

    response = start.open_once(
        request,
        lambda: importing.open_from(plan, known, submissions.seed_of(request), CONSENT),
    )
    if response.status_code == 302:
        messages.success(request, "Le programme est importé.")
    return response


@private_form
def import_over(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Shows what a file changes in a programme, with a choice per conflict; then applies it."""
    programme = access.programme_for(request, programme_id, Action.WRITE)
    data = drafts.typed(request)
    if data is None:
        return _page_of_form(request, programme)
    if submissions.already_made(request):
        return redirect(programme)
    try:
        (said, is_of_print), _, packed = _read(request, data, importing.read)
    except _Unread as unread:
        return _page_of_form(request, programme, unread)
    comparison = reconciling.compare(programme, said, is_of_print=is_of_print)
    choices = {
        name.removeprefix(CHOICE): value for name, value in data.items() if name.startswith(CHOICE)
    }
    problems, is_stale = {}, False
    if request.method == "POST" and SEEN in data:
        is_stale = data[SEEN] != comparison.seen
        problems = {} if is_stale else comparison.problems(choices)
        if not is_stale and not problems:
            try:
                return _applied(request, comparison, choices)
            except Stale:
                is_stale = True
                comparison = _again(request, programme_id, said, is_of_print)
    return _report(request, comparison, packed, choices, problems, is_stale)


def _again(
    request: HttpRequest, programme_id: str, said: CompleteFile, is_of_print: bool
) -> Comparison:
    """With the programme as it is now: what was not written stands on its rows."""
    programme = access.programme_for(request, programme_id, Action.WRITE)
    return reconciling.compare(programme, said, is_of_print=is_of_print)


def _applied(request: HttpRequest, comparison: Comparison, choices: dict[str, str]) -> HttpResponse:
    programme = comparison.programme

    def make() -> str:
        count = reconciling.apply(comparison, choices)
        said = typography.quantity(count, "textes ont changé", "texte a changé")
        return f"{said}. Chacun peut être repris depuis l’historique." if count else ""

    done = submissions.once(request, make)
    messages.success(request, done or "Rien n’a changé : tout était déjà là.")
    return redirect(programme)


def _report(
    request: HttpRequest,
    comparison: Comparison,
    packed: str,
    choices: dict[str, str],
    problems: dict[str, list[str]],
    is_stale: bool,
) -> HttpResponse:
    clashing = [
        (
            subject,
            [
                (each, choices.get(each.name, "own"), problems.get(each.name, ()))
                for each in subject.conflicts
            ],
        )
        for subject in comparison.clashing
    ]
    return render(
        request,
        "programmes/import_report.html",
        {
            "programme": comparison.programme,
            "comparison": comparison,
            "packed": packed,
            "named": NAMED,
            "clashing": clashing,
            "changed": comparison.changed[:SHOWN_TEXTS],
            "more_changed": max(len(comparison.changed) - SHOWN_TEXTS, 0),
            "is_stale": is_stale,
            "has_problems": bool(problems),
            "is_other_commune": comparison.file.settings.commune_code
            != comparison.programme.commune_id,
        },
        status=409 if is_stale else 400 if problems else 200,
    )
