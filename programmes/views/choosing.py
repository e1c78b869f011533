"""What a team decides about the measures of a proposal, on one page."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from desescalade import markdown, typography
from proposals.models import Measure, Proposal, SizeClass

from .. import access, actions, diagnosis, drafts, history, updates
from ..access import Action
from ..enums import Status
from ..forms.choices import ChoiceForm
from ..models import Programme
from . import conflicts, private_form


@private_form
def choose(request: HttpRequest, programme_id: str, slug: str) -> HttpResponse:
    """One proposal, all its measures, one radio group each."""
    action = Action.WRITE if request.method == "POST" else Action.READ
    programme = access.programme_for(request, programme_id, action)
    proposal = get_object_or_404(
        Proposal.objects.published()
        .of(programme.catalogue_id)
        .with_questions()
        .prefetch_related(
            Prefetch("measures", Measure.objects.published().with_wordings().with_parameters())
        ),
        slug=slug,
    )
    pairs, is_kept = _choices(request, programme, proposal)
    if is_kept:
        return _after_choices(request, programme, proposal)
    return _page(request, programme, proposal, pairs)


def _page(
    request: HttpRequest,
    programme: Programme,
    proposal: Proposal,
    pairs: list[tuple[Measure, ChoiceForm]],
) -> HttpResponse:
    size_class = programme.size_class()
    answers = diagnosis.answers_by_measure(programme, proposal)
    rows = []
    for measure, form in pairs:
        advice = diagnosis.advise(measure, programme, size_class, answers[measure.pk])
        rows.append((measure, advice, form))
        measure.is_clashing = request.method == "POST" and form.is_clashing()
        form.show_again()
        measure.shown_text = (
            measure.commitment.shown("text")
            if measure.commitment
            else actions.preview_text(programme, measure, size_class, advice.wording)
        )
    clashing = [(measure, form) for measure, form in pairs if measure.is_clashing]
    return render(
        request,
        "programmes/choose.html",
        {
            "programme": programme,
            "proposal": proposal,
            # Choices are kept in the order of the catalogue: an answer moves nothing on paper.
            "rows": sorted(rows, key=lambda row: row[1].place.key),
            "total": Proposal.objects.published().of(programme.catalogue_id).count(),
            "errors": [form for _, form in pairs if form.errors],
            "clashing": clashing,
            "is_answered": diagnosis.moves_any(answers.values()),
            "withdrawn": _withdrawn(programme, proposal),
        },
        status=409 if clashing else 200,
    )


def _withdrawn(programme: Programme, proposal: Proposal) -> list[updates.Withdrawal]:
    """What the team has taken of the proposal and the catalogue no longer shows."""
    taken = programme.commitments.in_order().filter(measure__proposal=proposal)
    gone = taken.exclude(measure__in=[measure.pk for measure in proposal.measures.all()])
    rows = list(gone.with_parameters().select_related("chapter", "measure__proposal"))
    for row in rows:
        row.programme = programme
    return list(updates.withdrawals(programme, rows).values())


def _choices(
    request: HttpRequest, programme: Programme, proposal: Proposal
) -> tuple[list[tuple[Measure, ChoiceForm]], bool]:
    """The forms, kept when all are right and none is stale; says whether they are.

    They are held against what is saved under the lock that keeps it so.
    """
    if request.method != "POST":
        return _choice_forms(request, programme, proposal), False
    with transaction.atomic():
        Programme.objects.lock(programme.pk)
        pairs = _choice_forms(request, programme, proposal)
        if not all(form.may_be_kept() for _, form in pairs):
            return pairs, False
        size_class = programme.size_class()
        for measure, form in pairs:
            if form.gives_way:
                _leave_choice(request, measure, form)
            else:
                _keep_choice(programme, measure, size_class, form)
    return pairs, True


def _leave_choice(request: HttpRequest, measure: Measure, form: ChoiceForm) -> None:
    """The team's choice stays; what was typed is told, and kept in the commitment's history."""
    typed, commitment = form.typed(), measure.commitment
    if typed == form.initial:
        return
    if commitment:
        decided = {"status": typed["status"]} if typed["status"] in Status else {}
        aside = {"reason": markdown.cut(typed["reason"]), **decided}
        history.set_aside(commitment, {**commitment.state(), **aside})
    conflicts.tell_left(request, measure.title, form.in_words(typed), is_kept=bool(commitment))


def _after_choices(request: HttpRequest, programme: Programme, proposal: Proposal) -> HttpResponse:
    following = (
        Proposal.objects.published()
        .of(programme.catalogue_id)
        .filter(number__gt=proposal.number)
        .first()
    )
    count = programme.commitments.filter(measure__proposal=proposal).count()
    chosen = typography.quantity(count, "choix enregistrés", "choix enregistré")
    messages.success(
        request, f"Proposition {proposal.number} : {chosen if count else 'aucun choix'}."
    )
    if "read" in request.POST:
        return redirect("programmes:preview", programme.pk)
    if following and "stay" not in request.POST:
        return redirect("programmes:choose", programme.pk, following.slug)
    return redirect(programme)


def _keep_choice(
    programme: Programme, measure: Measure, size_class: SizeClass | None, form: ChoiceForm
) -> None:
    status, reason = form.cleaned_data["status"], form.cleaned_data["reason"]
    if not form.has_changed() or not status:
        return
    if measure.commitment and status != ChoiceForm.UNDECIDED:
        actions.decide(measure.commitment, status, reason)
    elif status != ChoiceForm.UNDECIDED:
        actions.adopt_measure(programme, measure, size_class, status=status, reason=reason)
    elif measure.commitment:
        actions.withdraw_measure(measure.commitment)


def _choice_forms(
    request: HttpRequest, programme: Programme, proposal: Proposal
) -> list[tuple[Measure, ChoiceForm]]:
    taken = {
        row.measure_id: row
        for row in programme.commitments.filter(measure__proposal=proposal).with_parameters()
    }
    pairs = []
    for measure in proposal.measures.all():
        measure.commitment = taken.get(measure.pk)
        if measure.commitment:
            measure.commitment.programme = programme
        form = ChoiceForm(
            drafts.typed(request),
            prefix=measure.pk,
            commitment=measure.commitment,
        )
        pairs.append((measure, form))
    return pairs
