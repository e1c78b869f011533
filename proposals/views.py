"""The catalogue for everyone: published proposals and measures only."""

from statistics import mode

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from . import announcing, glossary, search
from .forms import MeasureFilterForm
from .kept_pages import catalogue_page
from .models import (
    Catalogue,
    Measure,
    Proposal,
    ReflectionSheet,
    Release,
    Signatory,
    SizeClass,
    Threshold,
)
from .tables.catalogue import MAIN

PER_PAGE = 20


@catalogue_page
def proposal_list(request: HttpRequest) -> HttpResponse:
    catalogues = list(Catalogue.objects.shown())
    return _proposals_of(request, next(iter(catalogues), Catalogue(pk=MAIN)), catalogues)


@catalogue_page
def catalogue_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Another catalogue than the main one, whose place is the list of propositions."""
    if slug == MAIN:
        return redirect("proposals:proposals")
    catalogues = list(Catalogue.objects.shown())
    for catalogue in catalogues:
        if catalogue.pk == slug:
            return _proposals_of(request, catalogue, catalogues)
    raise Http404


def _proposals_of(
    request: HttpRequest, catalogue: Catalogue, catalogues: list[Catalogue]
) -> HttpResponse:
    count = Count("measures", filter=Q(measures__published=True, measures__retired=False))
    proposals = Proposal.objects.published().of(catalogue).annotate(measure_count=count)
    return render(
        request,
        "proposals/proposal_list.html",
        {
            "catalogue": catalogue,
            # Counting drops the default order.
            "proposals": proposals.order_by("number"),
            "others": [other for other in catalogues if other != catalogue],
        },
    )


@catalogue_page
def proposal_detail(request: HttpRequest, slug: str) -> HttpResponse:
    proposal = get_object_or_404(
        Proposal.objects.published()
        .prefetch_related(
            "purposes",
            "figures__source",
            "questions",
            Prefetch("measures", Measure.objects.published().with_default_wording()),
        )
        .select_related("catalogue"),
        slug=slug,
    )
    near = [proposal.number - 1, proposal.number + 1]
    neighbours = Proposal.objects.published().of(proposal.catalogue).filter(number__in=near)
    return render(
        request,
        "proposals/proposal_detail.html",
        {"proposal": proposal, "neighbours": neighbours},
    )


@catalogue_page
def measure_list(request: HttpRequest) -> HttpResponse:
    form = MeasureFilterForm(request.GET, catalogues=list(Catalogue.objects.shown()))
    measures = Measure.objects.published().of(form.catalogue).filter(**form.lookups())
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


@catalogue_page
def measure_detail(request: HttpRequest, slug: str) -> HttpResponse:
    measure = (
        Measure.objects.published()
        .select_related("proposal__catalogue")
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
        )
        .filter(slug=slug)
        .first()
    )
    if measure is None:
        gone = get_object_or_404(Measure.objects.withdrawn(), slug=slug)
        return render(request, "proposals/measure_gone.html", {"measure": gone}, status=410)
    values = {row.slug: row.default_in_words for row in measure.parameters.all()}
    return render(request, "proposals/measure_detail.html", {"measure": measure, "values": values})


@catalogue_page
def about(request: HttpRequest) -> HttpResponse:
    return _about(request, Catalogue.objects.shown().first() or Catalogue(pk=MAIN))


@catalogue_page
def about_catalogue(request: HttpRequest, slug: str) -> HttpResponse:
    if slug == MAIN:
        return redirect("proposals:about")
    return _about(request, get_object_or_404(Catalogue.objects.shown(), pk=slug))


def _about(request: HttpRequest, catalogue: Catalogue) -> HttpResponse:
    return render(
        request,
        "proposals/about.html",
        {
            "catalogue": catalogue,
            "signatories": Signatory.objects.filter(catalogue=catalogue),
            "release": Release.objects.filter(catalogue=catalogue).first(),
            "size_classes": SizeClass.objects.of(catalogue),
            "thresholds": Threshold.objects.filter(catalogue=catalogue).select_related("source"),
            "sheets": ReflectionSheet.objects.filter(catalogue=catalogue),
        },
    )


@catalogue_page
def glossary_detail(request: HttpRequest) -> HttpResponse:
    words = glossary.words()
    parts = [
        ("Dans les mairies et dans la loi", [word for word in words if not word.about_site]),
        ("Sur ce site", [word for word in words if word.about_site]),
    ]
    # Said once for all that were read that day: a page of eighty words weighs by such lines.
    read_on = mode(word.checked_on for word in words if word.checked_on)
    return render(request, "proposals/glossary.html", {"parts": parts, "read_on": read_on})


@catalogue_page
def release_list(request: HttpRequest) -> HttpResponse:
    releases = Release.objects.select_related("catalogue")
    page = Paginator(releases, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "proposals/release_list.html", {"page": page, "query": page_query(request)}
    )


@catalogue_page
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


@catalogue_page
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
