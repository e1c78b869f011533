"""What a team sends to the catalogue: written, read as it will be read, sent, answered."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.views.decorators.http import require_POST

from desescalade import throttling
from proposals.models import Measure, SizeClass

from .. import access, contributions, drafts, submissions
from ..access import Action
from ..enums import MeasureText
from ..forms.contributing import (
    ContributionForm,
    CorrectionForm,
    ExampleForm,
    ImprovementForm,
)
from ..models import Commitment, Contribution, Programme
from . import private_form, private_page

PER_PAGE = 10
# As they stand in addresses.
TEXTS = {
    "texte": MeasureText.TEXT,
    "ligne": MeasureText.LINE,
    "titre": MeasureText.TITLE,
    "simple": MeasureText.EASY,
}
LABELS = {
    "texte": "Le texte",
    "ligne": "La ligne de tract",
    "titre": "Le titre",
    "simple": "La version simplifiée",
}
OTHERS = {"exemple": ExampleForm, "erreur": CorrectionForm}
HEADINGS = {
    "texte": "Améliorer le texte",
    "ligne": "Améliorer la ligne de tract",
    "titre": "Améliorer le titre",
    "simple": "Améliorer la version simplifiée",
    "exemple": "Donner un exemple",
    "erreur": "Signaler une erreur",
}


@private_page
def contribution_list(request: HttpRequest, programme_id: str) -> HttpResponse:
    programme = access.programme_for(request, programme_id, Action.READ)
    sent = programme.contributions.told()
    page = Paginator(sent, PER_PAGE).get_page(request.GET.get("page"))
    # Read before they are marked: this page still says which answers are new.
    rows = list(page)
    programme.contributions.unread().filter(pk__in=[row.pk for row in rows]).update(is_read=True)
    return render(
        request,
        "programmes/contribution_list.html",
        {"programme": programme, "page": page, "rows": rows},
    )


@private_page
def sent_detail(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    """What was sent, word for word, and what was answered."""
    programme = access.programme_for(request, programme_id, Action.READ)
    sent = get_object_or_404(programme.contributions.told(), pk=pk)
    said = contributions.said(sent, _size_labels(), sent.measure_title)
    return render(
        request,
        "programmes/sent_detail.html",
        {"programme": programme, "sent": sent, "said": said},
    )


@private_page
def contribute(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    """What one may send about a measure: one of its texts, an example, a correction."""
    programme = access.programme_for(request, programme_id, Action.WRITE)
    commitment = _commitment(programme, pk)
    measure = _measure(commitment)
    texts = [
        (what, LABELS[what], _is_rewritten(commitment, field)) for what, field in TEXTS.items()
    ]
    return render(
        request,
        "programmes/contribute.html",
        {"programme": programme, "commitment": commitment, "measure": measure, "texts": texts},
    )


def _is_rewritten(commitment: Commitment, field: MeasureText) -> bool:
    return getattr(commitment, field) not in ("", getattr(commitment, f"base_{field}"))


@private_form
def contribution(request: HttpRequest, programme_id: str, pk: int, what: str) -> HttpResponse:
    """The form of one kind; then, on POST, the page to read before it is sent."""
    programme = access.programme_for(request, programme_id, Action.WRITE)
    commitment = _commitment(programme, pk)
    measure = _measure(commitment)
    form = _form(request, what, measure, commitment)
    context = {
        "programme": programme,
        "commitment": commitment,
        "measure": measure,
        "form": form,
        "heading": HEADINGS[what],
        "passage": form.passage,
    }
    if request.method == "POST" and form.is_valid() and "reprendre" not in request.POST:
        return _review(request, programme, form, context)
    return render(request, "programmes/contribution.html", context)


def _review(
    request: HttpRequest, programme: Programme, form: ContributionForm, context: dict
) -> HttpResponse:
    """Sends what was read as it is now; shows anything else before it leaves."""
    new = form.contribution()
    mark = contributions.mark(new)
    is_read = request.POST.get("lu") == mark
    if is_read and _may_send(request, programme):
        return redirect(submissions.once(request, lambda: _send(request, programme, new)))
    title = context["measure"].title
    return render(
        request,
        "programmes/contribution_review.html",
        context
        | {
            "contribution": new,
            "said": contributions.said(new, _size_labels(), title),
            "names": contributions.names_told(new, programme),
            "mark": mark,
            "has_changed": "lu" in request.POST and not is_read,
            "too_many": _too_many() if is_read else "",
        },
        status=429 if is_read else 200,
    )


def _may_send(request: HttpRequest, programme: Programme) -> bool:
    if submissions.already_made(request) is not None:
        return True
    return throttling.allows(request, "contribute", key=programme.pk)


def _too_many() -> str:
    at = formats.date_format(timezone.localtime(timezone.now() + timedelta(days=1)), "l j F, H:i")
    return (
        "Dix envois par jour et par équipe, quarante par connexion, c’est le plus. Celui-ci n’est"
        f" pas parti, et il est gardé : envoyez-le plus tard, au plus tard {at}."
    )


def _send(request: HttpRequest, programme: Programme, new: Contribution) -> str:
    contributions.send(programme, new)
    messages.success(request, "C’est envoyé. La réponse viendra sur cette page.")
    return reverse("programmes:contributions", args=[programme.pk])


def _form(
    request: HttpRequest, what: str, measure: Measure, commitment: Commitment
) -> ContributionForm:
    typed = drafts.typed(request)
    if what in OTHERS:
        return OTHERS[what](typed, measure_slug=measure.pk)
    if what not in TEXTS:
        raise Http404
    passage = contributions.passage(measure, commitment, TEXTS[what])
    return ImprovementForm(
        typed,
        passage=passage,
        known=[row.slug for row in measure.parameters.all()],
        initial={"text": contributions.starting_text(commitment, passage)},
    )


@require_POST
def withdraw(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    programme = access.programme_for(request, programme_id, Action.WRITE)
    sent = get_object_or_404(programme.contributions, pk=pk)
    if contributions.withdraw(sent):
        messages.success(request, "C’est retiré : les associations ne le liront plus.")
    else:
        messages.info(request, "Les associations ont déjà répondu : cet envoi reste.")
    return redirect("programmes:contributions", programme.pk)


def _commitment(programme: Programme, pk: int) -> Commitment:
    commitment = get_object_or_404(Commitment.objects.with_parameters(), programme=programme, pk=pk)
    commitment.programme = programme
    return commitment


def _measure(commitment: Commitment) -> Measure:
    """That of the catalogue of today. A team's own commitment has none, nor one withdrawn."""
    published = Measure.objects.published().with_wordings().with_parameters()
    return get_object_or_404(published, pk=commitment.measure_id)


def _size_labels() -> dict[str, str]:
    return dict(SizeClass.objects.values_list("slug", "label"))
