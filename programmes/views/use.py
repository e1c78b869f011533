"""What programmes take from the catalogue, for staff: mounted within /gestion/."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from proposals.enums import Horizon
from proposals.models import Proposal, SizeClass

from .. import charts, use
from ..disclosure import Count
from ..exchange import use_file


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """All measures, or those of one proposal, then by size of commune too."""
    proposals = list(Proposal.objects.all())
    chosen = _chosen(request)
    sizes = list(SizeClass.objects.all())
    found = use.of_proposals([chosen] if chosen else proposals, sizes)
    context = {
        **admin.site.each_context(request),
        "title": "Usage du catalogue",
        "proposals": proposals,
        "chosen": chosen,
        "horizons": list(Horizon),
        "found": found,
        "tally": charts.tally([_bar(*named) for named in _named(found, chosen)]),
    }
    return TemplateResponse(request, "admin/programmes/use.html", context)


def _named(found: tuple[use.ProposalUse, ...], chosen: Proposal | None) -> list[tuple[str, Count]]:
    if chosen:
        return [(measure.label, measure.table.total) for measure in found[0].measures]
    return [(str(each.proposal.number), each.total) for each in found]


def _bar(label: str, count: Count) -> tuple[str, str, int]:
    return label, count.words, count.number or 0


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The same, with every size of commune."""
    chosen = _chosen(request)
    proposals = [chosen] if chosen else list(Proposal.objects.all())
    sizes = list(SizeClass.objects.all())
    content = use_file.to_csv(use.of_proposals(proposals, sizes))
    name = f"usage-{chosen.pk}.csv" if chosen else "usage.csv"
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _chosen(request: HttpRequest) -> Proposal | None:
    """The proposal of the address, None for all. Raises Http404 for one that is not there."""
    slug = request.GET.get("proposition", "")
    return get_object_or_404(Proposal, pk=slug) if slug else None
