"""From rows to what is to be printed: the present state of a programme, or one of its editions."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone

from ..enums import Output
from ..models import Edition, LayoutCommitment, Logo, Programme
from ..models import Layout as LayoutRow
from . import document, freezing
from .document import Document, Stamp
from .formats import FORMATS, Format
from .layout import Layout, of_row
from .prints import Print


def state_of(programme: Programme) -> dict[str, Any]:
    """All that an edition would freeze now, in a fixed number of queries."""
    return freezing.freeze(document.build(programme), layouts_of(programme))


def layouts_of(programme: Programme) -> dict[str, Layout]:
    """The choices of the team by format; none for a format without any.

    A row also keeps what is no part of the text (copies, price): saving those changes no state.
    """
    rows = LayoutRow.objects.filter(programme=programme, format__in=FORMATS)
    chosen = Prefetch("chosen", LayoutCommitment.objects.standing())
    rows = rows.select_related("logo").defer("logo__image").prefetch_related(chosen)
    known = {row.format: of_row(row) for row in rows}
    return {slug: layout for slug, layout in known.items() if layout != Layout()}


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


# In mm; what most printers ask for.
DEFAULT_BLEED = 3


class Desk:
    """Takes orders for one state of a programme: the present one, or that of an edition.

    The rows are read once, whatever is ordered afterwards. The present state is final too when
    an edition froze it and nothing has changed since.
    """

    def __init__(self, programme: Programme, edition: Edition | None = None) -> None:
        self.programme = programme
        self.is_present = edition is None
        self.state = edition.state if edition else state_of(programme)
        self.edition = edition or edition_of(programme, self.state)
        self.document = freezing.thaw_document(self.state)

    @cached_property
    def last_edition(self) -> Edition | None:
        """Of the programme, whatever state this desk is for."""
        return self.programme.editions.first()

    @property
    def has_text_of_last_edition(self) -> bool:
        """Whether nothing but layouts changed since the last edition."""
        last = self.last_edition
        return last is not None and last.state["document"] == self.state["document"]

    def edition_for(self, format: Format) -> Edition | None:
        """The edition that this format is a final print of: another layout does not concern it."""
        if self.edition or not self.has_text_of_last_edition:
            return self.edition
        layouts = self.state["layouts"], self.last_edition.state["layouts"]
        mine, frozen = (known.get(format.slug) for known in layouts)
        return self.last_edition if mine == frozen else None

    def arranged(self, format: Format) -> Document:
        """The document as this format prints it."""
        edition = self.edition_for(format)
        whole = replace(self.document, stamp=edition and stamp_of(edition))
        if self.is_present and format.statuses != document.PRINTED:
            # An edition froze what is promised; what is still discussed is of today only.
            whole = replace(document.build(self.programme, format.statuses), stamp=whole.stamp)
        return freezing.thaw_layout(self.state, format.slug).arrange(whole)

    def order(
        self,
        format: Format,
        output: Output = Output.ECRAN,
        *,
        now: datetime | None = None,
    ) -> Print:
        """The print, with the bleed that the team asks for in this format."""
        arranged = self.arranged(format)
        row = LayoutRow.objects.filter(programme=self.programme, format=format.slug).first()
        return Print.checked(
            arranged,
            format,
            output,
            bleed=row.bleed if row else DEFAULT_BLEED,
            logo=self._logo(arranged),
            now=now,
            judged=self.judged(arranged),
            owner=self.programme.pk,
        )

    def judged(self, arranged: Document) -> Document:
        """What the rules look at: the vote is on the day that the programme says now."""
        return replace(arranged, vote_date=self.programme.vote_date)

    def _logo(self, arranged: Document) -> bytes:
        if arranged.logo is None:
            return b""
        found: Iterable[bytes] = Logo.objects.filter(
            programme=self.programme, digest=arranged.logo.digest
        ).values_list("image", flat=True)
        return bytes(next(iter(found), b""))
