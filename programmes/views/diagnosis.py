"""The questions of the catalogue, answered by the team: they order the measures to choose from."""

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render

from desescalade import markdown, typography
from proposals.models import Proposal, Question

from .. import access, drafts, history
from ..access import Action
from ..enums import Cause, Finding
from ..forms.diagnosis import AnswerForm
from ..models import Answer, Programme
from . import conflicts, private_form, private_page


@private_page
def diagnosis_detail(request: HttpRequest, programme_id: str) -> HttpResponse:
    """The ten proposals with their answers counted, and what is still to be found out."""
    programme = access.programme_for(request, programme_id, Action.READ)
    answers = {answer.slug: answer for answer in programme.answers.all()}
    published = Proposal.objects.published().of(programme.catalogue_id)
    proposals = list(published.with_questions())
    for proposal in proposals:
        known = [answers.pop(row.slug) for row in proposal.questions.all() if row.slug in answers]
        proposal.answered = len(known)
        unknown = {answer.slug for answer in known if answer.value == Finding.UNKNOWN}
        proposal.to_find = [row for row in proposal.questions.all() if row.slug in unknown]
    return render(
        request,
        "programmes/diagnosis_detail.html",
        {
            "programme": programme,
            "proposals": [proposal for proposal in proposals if proposal.questions.all()],
            "to_find": [row for proposal in proposals for row in proposal.to_find],
            # Their question is no longer asked: what the team wrote stays.
            "other_answers": list(answers.values()),
        },
    )


@private_form
def question_list(request: HttpRequest, programme_id: str, slug: str) -> HttpResponse:
    """The questions of one proposal; each may be left without an answer."""
    action = Action.WRITE if request.method == "POST" else Action.READ
    programme = access.programme_for(request, programme_id, action)
    published = Proposal.objects.published().of(programme.catalogue_id)
    proposal = get_object_or_404(
        published.with_questions().filter(questions__isnull=False).distinct(), slug=slug
    )
    if request.method == "POST":
        rows, is_saved = _keep(request, programme, proposal)
        if is_saved:
            count = programme.answers.filter(slug__in=[row.question.slug for row in rows]).count()
            said = typography.quantity(count, "réponses enregistrées", "réponse enregistrée")
            messages.success(
                request, f"Proposition {proposal.number} : {said if count else 'aucune réponse'}."
            )
            return _following(request, programme, proposal)
        clashing = [row for row in rows if row.form.is_clashing()]
    else:
        rows, clashing = _rows(programme, proposal, drafts.typed(request)), []
    for row in rows:
        row.form.show_again()
    return render(
        request,
        "programmes/question_list.html",
        {
            "programme": programme,
            "proposal": proposal,
            "rows": rows,
            "errors": [row for row in rows if row.form.errors],
            "clashing": clashing,
        },
        status=409 if clashing else 200,
    )


@dataclass(frozen=True)
class Row:
    question: Question
    form: AnswerForm


def _rows(programme: Programme, proposal: Proposal, data: QueryDict | None) -> list[Row]:
    questions = proposal.questions.all()
    slugs = [question.slug for question in questions]
    saved = {answer.slug: answer for answer in programme.answers.filter(slug__in=slugs)}
    return [
        Row(question, AnswerForm(data, prefix=question.slug, answer=saved.get(question.slug)))
        for question in questions
    ]


def _keep(request: HttpRequest, programme: Programme, proposal: Proposal) -> tuple[list[Row], bool]:
    """Saves what was changed on the page, all or nothing; says whether it did."""
    with transaction.atomic():
        # Of two colleagues at once, the second waits and then sees what the first has saved.
        Programme.objects.lock(programme.pk)
        rows = _rows(programme, proposal, request.POST)
        if not all(row.form.may_be_kept() for row in rows):
            return rows, False
        for row in rows:
            if row.form.gives_way:
                _leave(request, programme, row)
            elif row.form.has_changed():
                _write(programme, row.question, row.form.initial, row.form.cleaned_data)
    return rows, True


def _leave(request: HttpRequest, programme: Programme, row: Row) -> None:
    """The team's answer stays; what was typed is told, and kept in the history."""
    form, question, typed = row.form, row.question.text, row.form.typed()
    if typed == form.initial:
        return
    aside = {name: markdown.cut(words) for name, words in typed.items()}
    history.record_answer(programme, question, form.initial, aside, Cause.ANSWER_LEFT)
    conflicts.tell_left(request, question, form.in_words(typed), is_kept=True)


def _write(
    programme: Programme, question: Question, before: dict[str, str], said: dict[str, str]
) -> None:
    if said == before:
        return
    history.record_answer(programme, question.text, before, said)
    answers = Answer.objects.filter(programme=programme, slug=question.slug)
    if not any(said.values()):
        answers.delete()
        return
    Answer.objects.update_or_create(
        programme=programme, slug=question.slug, defaults={"text": question.text, **said}
    )


def _following(request: HttpRequest, programme: Programme, proposal: Proposal) -> HttpResponse:
    if "choose" in request.POST:
        return redirect("programmes:choose", programme.pk, proposal.slug)
    published = Proposal.objects.published().of(programme.catalogue_id)
    later = published.filter(number__gt=proposal.number)
    following = later.filter(questions__isnull=False).first()
    if following:
        return redirect("programmes:questions", programme.pk, following.slug)
    return redirect("programmes:diagnosis", programme.pk)
