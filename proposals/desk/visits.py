"""Visits the addresses of the sources, when somebody asks for it; keeps what came back."""

from ..addresses import Visitor
from .models import Source, SourceCheck

NOTE = SourceCheck._meta.get_field("note").max_length


def due(limit: int | None = None) -> list[Source]:
    """Sources with an address: those never visited at this address, then the oldest visits."""
    visited = {row.source: row for row in SourceCheck.objects.all()}

    def last_visit(source: Source) -> str:
        row = visited.get(source.pk)
        return row.at.isoformat() if row and row.url == source.url else ""

    return sorted(Source.objects.exclude(url=""), key=last_visit)[:limit]


def visit(sources: list[Source], visitor: Visitor | None = None) -> list[SourceCheck]:
    """Asks each address; the rows that were written. Takes seconds: in no transaction.

    What has come back is kept even when the rest is cut short. Raises `addresses.Offline`, and
    writes nothing, where there is no network.
    """
    made = []
    for url, answer in (visitor or Visitor()).visit_all(source.url for source in sources):
        for source in sources:
            if source.url == url:
                seen = {"url": url, "status": answer.state, "note": answer.note[:NOTE]}
                row, _ = SourceCheck.objects.update_or_create(source=source.pk, defaults=seen)
                made.append(row)
    return made
