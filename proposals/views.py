"""The catalogue for everyone: published proposals and measures only."""

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from . import announcing, search
from .forms import MeasureFilterForm
from .models import Measure, Proposal, ReflectionSheet, Release, Signatory, SizeClass, Threshold

PER_PAGE = 20


@require_safe
@vary_on_cookie
def proposal_list(request: HttpRequest) -> HttpResponse:
    count = Count("measures", filter=Q(measures__published=True, measures__retired=False))
    # Counting drops the default order.
    proposals = Proposal.objects.published().annotate(measure_count=count).order_by("number")
    return render(request, "proposals/proposal_list.html", {"proposals": proposals})


@require_safe
@vary_on_cookie
def proposal_detail(request: HttpRequest, slug: str) -> HttpResponse:
    proposal = get_object_or_404(
        Proposal.objects.published().prefetch_related(
            "purposes",
            "figures__source",
            "questions",
            Prefetch("measures", Measure.objects.published().with_default_wording()),
        ),
        slug=slug,
    )
    neighbours = Proposal.objects.published().filter(
        number__in=[proposal.number - 1, proposal.number + 1]
    )
    return render(
        request,
        "proposals/proposal_detail.html",
        {"proposal": proposal, "neighbours": neighbours},
    )


@require_safe
@vary_on_cookie
def measure_list(request: HttpRequest) -> HttpResponse:
    form = MeasureFilterForm(request.GET)
    measures = Measure.objects.published().filter(**form.lookups())
    if words := form.cleaned_data.get("q"):
        found = search.matching(measures.prefetch_related("wordings"), words)
    else:
        found = measures.with_default_wording()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "proposals/measure_list.html",
        {"form": form, "page": page, "query": page_query(request)},
    )


@require_safe
@vary_on_cookie
def measure_detail(request: HttpRequest, slug: str) -> HttpResponse:
    measure = get_object_or_404(
        Measure.objects.published()
        .select_related("proposal")
        .with_wordings()
        .prefetch_related(
            "purposes",
            "parameters__by_size__size_class",
            "questions",
            "legal_bases__source",
            "pitches",
            "objections__sources",
            "examples__source",
            Prefetch("related", Measure.objects.published()),
        ),
        slug=slug,
    )
    values = {row.slug: row.default_in_words for row in measure.parameters.all()}
    return render(request, "proposals/measure_detail.html", {"measure": measure, "values": values})


@require_safe
@vary_on_cookie
def about(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "proposals/about.html",
        {
            "signatories": Signatory.objects.all(),
            "release": Release.objects.first(),
            "size_classes": SizeClass.objects.all(),
            "thresholds": Threshold.objects.select_related("source"),
            "sheets": ReflectionSheet.objects.all(),
        },
    )


@require_safe
@vary_on_cookie
def release_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(Release.objects.all(), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "proposals/release_list.html", {"page": page, "query": page_query(request)}
    )


@require_safe
@vary_on_cookie
def release_detail(request: HttpRequest, catalogue: str, number: str) -> HttpResponse:
    release = get_object_or_404(
        Release.objects.select_related("undoes"), catalogue=catalogue, number=number
    )
    page = Paginator(announcing.news(release), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "proposals/release_detail.html",
        {"release": release, "page": page, "query": page_query(request)},
    )


@require_safe
@vary_on_cookie
def sheet_detail(request: HttpRequest, slug: str) -> HttpResponse:
    sheet = get_object_or_404(
        ReflectionSheet.objects.select_related("source").prefetch_related(
            "questions", Prefetch("proposals", Proposal.objects.published())
        ),
        slug=slug,
    )
    return render(request, "proposals/sheet_detail.html", {"sheet": sheet})


def page_query(request: HttpRequest) -> str:
    """The query of the address without its page, to build links to other pages."""
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
