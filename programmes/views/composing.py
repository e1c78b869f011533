"""Composing a programme: its contents, its settings, the texts of its commitments."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from proposals.models import Measure, Proposal, Wording

from .. import access, actions, charts, diagnosis, drafts, submissions, updates
from ..access import Action
from ..enums import Status
from ..forms.guarded import GuardedForm
from ..forms.programme import ProgrammeForm
from ..forms.texts import CommitmentForm, OwnCommitmentForm
from ..models import Change, Chapter, Commitment, Programme
from ..models.commitment import BIN_DAYS, TEXT_FIELDS
from . import conflicts, ordering, private_form, private_page


@private_page
def programme_detail(request: HttpRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request, programme_id, Action.READ)
    chapters = Chapter.objects.filter(programme=programme).with_counts()
    by_proposal = {chapter.proposal_id: chapter for chapter in chapters}
    size_class = programme.size_class()
    proposals = list(Proposal.objects.published().of(programme.catalogue_id))
    for proposal in proposals:
        proposal.chapter = by_proposal.get(proposal.pk)
    shown = {proposal.chapter.pk for proposal in proposals if proposal.chapter}
    # The team's own, and those whose proposal has left the catalogue.
    other_chapters = [chapter for chapter in chapters if chapter.pk not in shown]
    news = updates.news(programme)
    return render(
        request,
        "programmes/programme_detail.html",
        {
            "programme": programme,
            "proposals": proposals,
            "other_chapters": other_chapters,
            "progress": _progress(proposals, other_chapters),
            "size_class": size_class,
            "population": diagnosis.population_in_words(programme),
            "updates": len(news.waiting),
            "withdrawn": len(news.withdrawn),
            "to_review": actions.wordings_to_review(programme, size_class),
            "retained": sum(chapter.retained for chapter in chapters),
            "discussed": sum(chapter.discussed for chapter in chapters),
            "answered": programme.answers.exists(),
            "new_answers": programme.contributions.unread().count(),
        },
    )


def _progress(proposals: Sequence[Proposal], others: Sequence[Chapter]) -> charts.Progress:
    """The columns stand as the list on the page does, which says the same in words."""
    rows = [(str(proposal.number), proposal.chapter) for proposal in proposals]
    rows += [(str(chapter.number or "+"), chapter) for chapter in others]
    return charts.progress(
        [
            (label, chapter.retained if chapter else 0, chapter.discussed if chapter else 0)
            for label, chapter in rows
        ]
    )


@private_form
def programme_settings(request: HttpRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request, programme_id, Action.WRITE)
    before = programme.size_class()
    form = ProgrammeForm(drafts.typed(request), instance=programme)
    # A form writes on its row even what it refuses.
    saved = access.programme_for(request, programme_id, Action.WRITE)
    way = conflicts.chosen(request)
    if way == conflicts.TAKE_THEIRS:
        return conflicts.take_theirs(request, form, saved, saved.get_absolute_url())
    if way == conflicts.COMBINE:
        form = ProgrammeForm(conflicts.combined(request, form, saved), instance=saved)
    elif request.method == "POST" and form.is_valid():
        if not form.save_unless_changed():
            return conflicts.page(request, programme, form, saved)
        messages.success(request, "Enregistré.")
        after = programme.size_class()
        if after != before:
            messages.info(request, f"Votre commune compte maintenant comme « {after} ».")
        return redirect(programme)
    return render(
        request,
        "programmes/programme_settings.html",
        {"programme": saved, "form": form},
    )


@private_form
def wordings(request: HttpRequest, programme_id: str, slug: str) -> HttpResponse:
    """All wordings of a measure; on POST, takes one of them up."""
    action = Action.WRITE if request.method == "POST" else Action.READ
    programme = access.programme_for(request, programme_id, action)
    # One that was withdrawn since stays at hand for the programmes that have it.
    known = Measure.objects.published().of(programme.catalogue_id) | Measure.objects.filter(
        commitments__programme=programme, commitments__dropped_at=None
    )
    measure = get_object_or_404(
        known.distinct().select_related("proposal").with_wordings().with_parameters(), slug=slug
    )
    size_class = programme.size_class()
    commitment = programme.commitments.filter(measure=measure).first()
    if request.method == "POST":
        wording = get_object_or_404(
            Wording, measure=measure, pk=ordering.number(request.POST, "wording")
        )
        if commitment:
            actions.take_wording(commitment, wording, size_class)
        else:
            commitment = actions.adopt_measure(programme, measure, size_class, wording=wording)
        messages.success(
            request,
            f"Le texte « {wording.sizes_in_words()} » est maintenant celui de votre programme.",
        )
        address = reverse("programmes:choose", args=[programme.pk, measure.proposal_id])
        return redirect(f"{address}#{measure.pk}")
    return render(
        request,
        "programmes/wordings.html",
        {
            "programme": programme,
            "measure": measure,
            "commitment": commitment,
            "advice": diagnosis.advise(measure, programme, size_class),
            "texts": [
                (wording, actions.preview_text(programme, measure, size_class, wording))
                for wording in measure.wordings.all()
            ],
        },
    )


@private_form
def commitment_detail(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    """Adapts one commitment, the catalogue's text beside the team's."""
    programme = access.programme_for(request, programme_id, Action.WRITE)
    commitment = _commitment(programme, pk)
    form_class = OwnCommitmentForm if commitment.is_own else CommitmentForm
    form = form_class(_typed(request, commitment, form_class), instance=commitment)
    # A form writes on its row even what it refuses.
    saved = _commitment(programme, pk) if form.is_bound else commitment
    way = conflicts.chosen(request)
    if way == conflicts.TAKE_THEIRS:
        return conflicts.take_theirs(request, form, saved, _history_of(saved))
    if way == conflicts.COMBINE:
        form = form_class(
            conflicts.combined(request, form, saved), instance=_commitment(programme, pk)
        )
    elif request.method == "POST" and form.is_valid():
        if not form.save_unless_changed():
            return conflicts.page(request, programme, form, saved)
        messages.success(request, "Enregistré.")
        return redirect("programmes:chapter", programme.pk, commitment.chapter.number)
    withdrawal = updates.withdrawals(programme, [saved]).get(saved.pk)
    return render(
        request,
        "programmes/commitment_detail.html",
        {
            "programme": programme,
            "commitment": saved,
            "form": form,
            "sides": [
                (saved.filled(getattr(saved, f"base_{name}")), form[name]) for name in TEXT_FIELDS
            ],
            "is_combined": way == conflicts.COMBINE,
            "withdrawal": withdrawal,
            "has_update": bool(withdrawal and updates.update_for(programme, saved)),
        },
    )


def _typed(
    request: HttpRequest, commitment: Commitment, form_class: type[GuardedForm]
) -> QueryDict | None:
    """What is being sent, a draft, or words from the history that were put aside."""
    pk = ordering.number(request.GET, "reprendre")
    aside = Change.objects.of(commitment).filter(pk=pk, version=None).first() if pk else None
    if request.method == "POST" or aside is None:
        return drafts.typed(request)
    data = QueryDict(mutable=True)
    data.update(form_class(instance=commitment).values_of(aside.state))
    data["version"] = str(commitment.version)
    return data


def _history_of(commitment: Commitment) -> str:
    return reverse("programmes:history", args=[commitment.programme_id, commitment.pk])


def _commitment(programme: Programme, pk: int) -> Commitment:
    commitment = get_object_or_404(
        Commitment.objects.with_parameters().select_related("measure__proposal"),
        programme=programme,
        pk=pk,
    )
    commitment.programme = programme
    return commitment


@private_form
def new_commitment(request: HttpRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request, programme_id, Action.WRITE)
    chapter = programme.chapters.filter(number=ordering.number(request.GET, "chapitre")).first()
    form = OwnCommitmentForm(
        drafts.typed(request),
        instance=Commitment(programme=programme, status=Status.RETAINED),
        initial={"proposal": chapter and chapter.proposal_id},
    )
    if request.method == "POST" and form.is_valid():
        return redirect(submissions.once(request, lambda: _add_own(request, form), by_content=True))
    return render(request, "programmes/new_commitment.html", {"programme": programme, "form": form})


def _add_own(request: HttpRequest, form: OwnCommitmentForm) -> str:
    commitment = form.save(commit=False)
    actions.add_own_commitment(commitment, form.cleaned_data["proposal"])
    messages.success(request, "Votre engagement est ajouté.")
    return reverse("programmes:chapter", args=[commitment.programme_id, commitment.chapter.number])


@require_POST
def drop_commitment(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    """Puts an own commitment in the bin; a measure is declined instead, with its reason."""
    programme = access.programme_for(request, programme_id, Action.WRITE)
    commitment = get_object_or_404(Commitment, programme=programme, pk=pk, base_text="")
    commitment.programme = programme
    actions.drop(commitment)
    messages.success(
        request,
        f"« {commitment.shown_title} » est dans la corbeille : vous pouvez l’en reprendre"
        f" pendant {BIN_DAYS} jours.",
    )
    return redirect("programmes:bin", programme.pk)
