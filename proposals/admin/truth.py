"""The page « À vérifier »: what the working copy wants, with a link to where it is mended."""

from collections import Counter

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from .. import upkeep
from ..desk.models import Catalogue, Proposal, Source
from ..tables.catalogue import MAIN
from ..upkeep import Need
from . import checking
from .access import LOOK, WRITE, catalogue_of, desk_page, require, show

PER_PAGE = 50


class TaskFilter(forms.Form):
    """Bound to the address; what is not known there filters nothing."""

    nature = forms.ChoiceField(choices=Need, required=False)
    proposition = forms.ChoiceField(label="Proposition", required=False)

    def __init__(self, *args, catalogue: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        proposals = [(row.slug, str(row)) for row in Proposal.objects.of(catalogue)]
        self.fields["proposition"].choices = [("", "Toutes"), *proposals]
        self.is_valid()

    @property
    def need(self) -> str:
        return self.cleaned_data.get("nature", "")

    @property
    def proposal(self) -> str:
        return self.cleaned_data.get("proposition", "")


@desk_page(LOOK)
def truth(request: HttpRequest) -> HttpResponse:
    """The list; a button beside a source says that it was checked today."""
    if request.method == "POST":
        form = checking.CheckForm(request.POST)
        if form.is_valid():
            _check(request, form.cleaned_data["checked_by"])
            return redirect(request.get_full_path())
    else:
        form = checking.CheckForm(initial={"checked_by": checking.remembered(request)})
    return _list(request, form)


def _check(request: HttpRequest, checked_by: str) -> None:
    require(request, WRITE)
    source = get_object_or_404(Source, slug=request.POST.get("source", ""))
    checking.check_today(source, checked_by, request.user)
    checking.remember(request, checked_by)
    messages.success(request, f"Vérifiée aujourd’hui : {source.title}")


def _list(request: HttpRequest, form: checking.CheckForm) -> HttpResponse:
    catalogue = catalogue_of(request)
    chosen = TaskFilter(request.GET, catalogue=catalogue)
    tasks = [
        task
        for task in upkeep.tasks(timezone.localdate(), catalogue)
        if not chosen.proposal or chosen.proposal in task.proposals
    ]
    counts = Counter(task.need for task in tasks)
    shown = [task for task in tasks if not chosen.need or task.need == chosen.need]
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return show(
        request,
        "truth",
        {
            "title": "À vérifier",
            "catalogue": catalogue,
            "catalogues": Catalogue.objects.all(),
            # Goes on at the end of each link of the page.
            "within": "" if catalogue == MAIN else f"&catalogue={catalogue}",
            "filter": chosen,
            "counts": [(need, counts[need]) for need in Need],
            "total": len(tasks),
            "page": page,
            "pages": page.paginator.get_elided_page_range(page.number),
            "query": query.urlencode(),
            "form": form,
            "asks_who": bool(form.errors) or any(task.source for task in page),
        },
        status=400 if form.errors else 200,
    )
