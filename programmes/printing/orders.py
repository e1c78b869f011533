"""From rows to what is to be printed: the present state of a programme, or one of its editions."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from ..enums import DocumentKind, Output, Status
from ..models import Edition, Logo, Programme
from ..models import Layout as LayoutRow
from . import document, freezing
from .document import Document, Stamp
from .formats import Format
from .layout import Layout, of_row
from .prints import Print


def state_of(programme: Programme) -> dict[str, Any]:
    """All that an edition would freeze now, in a fixed number of queries."""
    return freezing.freeze(document.build(programme), layouts_of(programme))


def layouts_of(programme: Programme) -> dict[str, Layout]:
    """The choices of the team by format."""
    rows = LayoutRow.objects.filter(programme=programme).select_related("logo")
    return {row.format: of_row(row) for row in rows.prefetch_related("chosen")}


def code_of(programme: Programme, state: dict[str, Any]) -> str:
    """The code that an edition of this state has, or would have."""
    return freezing.code(state, programme.pk)


def edition_of(programme: Programme, state: dict[str, Any]) -> Edition | None:
    """The edition that froze just this state, if there is one."""
    return Edition.objects.filter(programme=programme, code=code_of(programme, state)).first()


def stamp_of(edition: Edition) -> Stamp:
    public = settings.PUBLIC_ADDRESS if edition.is_published else ""
    return Stamp(
        number=edition.number,
        code=edition.code,
        made_on=timezone.localdate(edition.created_at),
        address=public and f"{public}{reverse('programmes:edition', args=[edition.code])}",
    )


class Desk:
    """Takes orders for one state of a programme: the present one, or that of an edition.

    The rows are read once, whatever is ordered afterwards. The present state is final too when
    an edition froze it and nothing has changed since.
    """

    def __init__(self, programme: Programme, edition: Edition | None = None) -> None:
        self.programme = programme
        self.state = edition.state if edition else state_of(programme)
        self.edition = edition or edition_of(programme, self.state)
        whole = freezing.thaw_document(self.state)
        self.document = replace(whole, stamp=self.edition and stamp_of(self.edition))

    def arranged(self, format: Format) -> Document:
        """The document as this format prints it."""
        layout = freezing.thaw_layout(self.state, format.slug)
        if format.kind is DocumentKind.INTERNE and format.field == "line":
            # The form for an assembly is what it decides on: also what is still discussed.
            return layout.arrange(
                document.build(self.programme, (Status.RETAINED, Status.DISCUSSED))
            )
        return layout.arrange(self.document)

    def order(
        self,
        format: Format,
        output: Output = Output.ECRAN,
        *,
        bleed: int = 3,
        now: datetime | None = None,
    ) -> Print:
        arranged = self.arranged(format)
        return Print.checked(
            arranged, format, output, bleed=bleed, logo=self._logo(arranged), now=now
        )

    def _logo(self, arranged: Document) -> bytes:
        if arranged.logo is None:
            return b""
        found: Iterable[bytes] = Logo.objects.filter(
            programme=self.programme, digest=arranged.logo.digest
        ).values_list("image", flat=True)
        return bytes(next(iter(found), b""))
