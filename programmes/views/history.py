"""What was written before: of a commitment, of the whole programme; and the bin."""

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from desescalade import markdown, merging

from .. import access, actions, conflicts, history
from ..access import Action
from ..enums import Cause
from ..forms.diagnosis import AnswerForm
from ..forms.guarded import GuardedForm
from ..forms.programme import ProgrammeForm
from ..forms.texts import CommitmentForm, OwnCommitmentForm
from ..models import Assembly, Change, Commitment, Versioned
from . import private_page

# A version may show four texts with their differences.
VERSIONS_PER_PAGE = 8
CHANGES_PER_PAGE = 25


@private_page
def commitment_history(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    """The versions of a commitment, newest first, each with what it changed."""
    programme = access.programme_for(request, programme_id, Action.READ)
    commitment = get_object_or_404(Commitment.everything, programme=programme, pk=pk)
    commitment.programme = programme
    form_class = OwnCommitmentForm if commitment.is_own else CommitmentForm
    changes = Change.objects.of(commitment)
    page = Paginator(changes, VERSIONS_PER_PAGE).get_page(request.GET.get("page"))
    _compare(list(page), commitment, form_class(instance=commitment))
    return render(
        request,
        "programmes/commitment_history.html",
        {"programme": programme, "commitment": commitment, "page": page},
    )


def _compare(changes: Sequence[Change], subject: Versioned, form: GuardedForm) -> None:
    """Says of each change of a page, newest first, which fields it changed and how.

    Of what is not on the page only the version before is read.
    """
    if not changes:
        return
    before = Change.objects.of(subject).saved_before(changes[-1]).first()
    last = form.values_of(before.state) if before else {}
    for change in reversed(changes):
        values = form.values_of(change.state)
        change.differences = [
            (
                field.label,
                merging.word_diff(
                    _shown(field, last.get(name, "")),
                    _shown(field, values[name]),
                ),
            )
            for name, field in form.fields.items()
            if name != "version" and values[name] != last.get(name, "")
        ]
        if change.version is not None:
            last = values


def _shown(field: forms.Field, value: str) -> str:
    # What was set aside may be longer than any text that was saved; its form has it whole.
    return markdown.cut(conflicts.in_words(field, value), markdown.MAX_CHARACTERS)


@require_POST
def restore(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    """Goes back to an earlier version of a commitment, of an order, or of the settings."""
    programme = access.programme_for(request, programme_id, Action.WRITE)
    change = get_object_or_404(
        Change.objects.with_subjects(), programme=programme, pk=pk, version__isnull=False
    )
    if change.layout_id:
        return redirect("programmes:format", programme.pk, change.layout.format)
    if change.assembly_id:
        return redirect("programmes:assemblies", programme.pk)
    messages.success(request, "La version d’avant est revenue. L’autre reste dans l’historique.")
    if commitment := change.commitment:
        commitment.programme = programme
        history.restore(commitment, change)
        return redirect("programmes:history", programme.pk, commitment.pk)
    if chapter := change.chapter:
        chapter.programme = programme
        actions.restore_order(chapter, change)
        return redirect("programmes:chapter", programme.pk, chapter.number)
    history.restore_settings(programme, change)
    return redirect("programmes:changes", programme.pk)


@private_page
def change_list(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Everything that was written in a programme, newest first."""
    programme = access.programme_for(request, programme_id, Action.READ)
    changes = programme.changes.with_subjects()
    page = Paginator(changes, CHANGES_PER_PAGE).get_page(request.GET.get("page"))
    for change in page:
        change.differences = _of_answer(change) if change.is_of_answer else []
        if change.commitment:
            change.commitment.programme = programme
    settings = [change for change in page if change.is_of_settings]
    _compare(settings, programme, ProgrammeForm(instance=programme))
    return render(request, "programmes/change_list.html", {"programme": programme, "page": page})


def _of_answer(change: Change) -> list[tuple[str, tuple[merging.Piece, ...]]]:
    """What an answer said before and says now, or what was put aside; without a label."""
    before, after = (AnswerForm.in_words(change.state[side]) for side in ("before", "after"))
    if change.cause == Cause.ANSWER_LEFT:
        before = after
    return [("", merging.word_diff(before, after))]


@private_page
def bin_detail(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The commitments and the assemblies that were dropped, for a month."""
    programme = access.programme_for(request, programme_id, Action.READ)
    dropped = Commitment.everything.in_bin().filter(programme=programme)
    rows = list(dropped.with_parameters().order_by("-dropped_at"))
    for row in rows:
        row.programme = programme
    assemblies = Assembly.everything.in_bin().filter(programme=programme).order_by("-dropped_at")
    return render(
        request,
        "programmes/bin.html",
        {"programme": programme, "rows": rows, "assemblies": assemblies},
    )


@require_POST
def bring_back(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    programme = access.programme_for(request, programme_id, Action.WRITE)
    dropped = Commitment.everything.in_bin().filter(programme=programme)
    commitment = get_object_or_404(dropped.select_related("chapter"), pk=pk)
    commitment.programme = programme
    if actions.bring_back(commitment):
        messages.success(
            request, f"« {commitment.shown_title} » a retrouvé sa place dans le programme."
        )
        return redirect("programmes:chapter", programme.pk, commitment.chapter.number)
    messages.error(
        request,
        "Cette mesure a été reprise depuis dans le programme : mettez d’abord l’autre à la"
        " corbeille, ou recopiez-y les mots de celle-ci depuis son historique.",
    )
    return redirect("programmes:bin", programme.pk)
