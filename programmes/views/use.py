"""What programmes take from the catalogue, for staff: mounted within /gestion/."""

from dataclasses import dataclass

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from proposals.enums import Horizon
from proposals.models import Catalogue, Proposal, SizeClass
from proposals.tables.catalogue import MAIN

from .. import charts, use
from ..disclosure import Count
from ..exchange import use_file


@dataclass(frozen=True)
class Asked:
    """What the address asks for: a catalogue, and one of its proposals or None for all."""

    catalogue: str
    proposals: list[Proposal]
    chosen: Proposal | None

    def found(self) -> tuple[use.ProposalUse, ...]:
        sizes = list(SizeClass.objects.of(self.catalogue))
        return use.of_proposals([self.chosen] if self.chosen else self.proposals, sizes)


def _asked(request: HttpRequest) -> Asked:
    """Of the main catalogue, unless the address names another or a proposal of another.

    Raises Http404 for a catalogue or a proposal that is not there, or not there together.
    """
    slug = request.GET.get("proposition", "")
    chosen = get_object_or_404(Proposal, pk=slug) if slug else None
    name = request.GET.get("catalogue") or (chosen.catalogue_id if chosen else MAIN)
    if name != MAIN:
        get_object_or_404(Catalogue, pk=name)
    if chosen and chosen.catalogue_id != name:
        raise Http404
    return Asked(name, list(Proposal.objects.of(name)), chosen)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """All measures of a catalogue, or those of one proposal, then by size of commune too."""
    asked = _asked(request)
    found = asked.found()
    context = {
        **admin.site.each_context(request),
        "title": "Usage du catalogue",
        "catalogue": asked.catalogue,
        "catalogues": list(Catalogue.objects.all()),
        "proposals": asked.proposals,
        "chosen": asked.chosen,
        "horizons": list(Horizon),
        "found": found,
        "tally": charts.tally([_bar(*named) for named in _named(found, asked.chosen)]),
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
    asked = _asked(request)
    name = "usage.csv" if asked.catalogue == MAIN else f"usage-{asked.catalogue}.csv"
    if asked.chosen:
        name = f"usage-{asked.chosen.pk}.csv"
    return HttpResponse(
        use_file.to_csv(asked.found()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
