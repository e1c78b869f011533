"""What is to be printed, and what was made of it: `make` costs a render each time.

Whoever waits for a print asks background.py; what was made before is in kept.py.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from desescalade import pdf, release
from desescalade.pdf import prepress

from ..enums import Output
from ..exchange import programme_file
from . import fitting, imposition, logos, print_rules, rendering
from .document import Commitment, Document
from .fitting import Overflow
from .formats import Format
from .print_rules import Problem

# Seconds; the bound of a render, and of each piece of one that failed.
SECONDS = 90
SECONDS_PER_PIECE = 10
# What the search for the culprit may take in all.
MAX_PIECES = 12
# Between the owner of a print and the rest of its name.
OWNED = "-"


@dataclass(frozen=True)
class Print:
    """What is to be printed. `document` is arranged for the format already; `bleed` is in mm.

    `errors` are those of the rules, without the overflow, which only a layout can tell.
    """

    document: Document
    format: Format
    output: Output = Output.ECRAN
    bleed: int = 0
    errors: tuple[Problem, ...] = ()
    # The programme, with which its prints go; without one, what is kept is nobody's.
    owner: str = field(default="", repr=False, compare=False)
    logo: bytes = field(default=b"", repr=False, compare=False)

    @classmethod
    def checked(
        cls,
        document: Document,
        format: Format,
        output: Output = Output.ECRAN,
        *,
        bleed: int = 0,
        logo: bytes = b"",
        now: datetime | None = None,
        judged: Document | None = None,
        owner: str = "",
    ) -> "Print":
        """A print with the errors that the rules find in it at that moment.

        `judged` is what the rules look at where it is not quite the document: the day of the vote
        may be another since the text was frozen.
        """
        found = print_rules.problems(judged or document, format, now=now or timezone.now())
        return cls(
            document=document,
            format=format,
            output=output,
            bleed=bleed if output is Output.IMPRIMEUR else 0,
            errors=tuple(problem for problem in found if problem.is_error),
            logo=logo,
            owner=owner,
        )

    @cached_property
    def path(self) -> Path:
        """Where the PDF is kept: named by all that decides its bytes.

        The name comes from the document and our code, not from the HTML: to make the HTML of 70
        commitments takes longer than the 50 ms that an unchanged print may take. The owner stands
        before it (kept.forget).
        """
        made_from = "\0".join([repr(self), hashlib.sha256(self.logo).hexdigest(), release.digest()])
        name = pdf.fingerprint(made_from, self.format.style_sheets)
        mine = f"{self.owner}{OWNED}" if self.owner else ""
        return folder() / f"{mine}{name}.pdf"


@dataclass(frozen=True)
class Made:
    """A print that was made: `page_count` counts single pages, before any imposition."""

    pdf: bytes
    page_count: int
    density: str
    overflow: tuple[Overflow, ...]


class PrintFailed(Exception):
    """No PDF came of it; `str(error)` says why and what to do, in French."""


def folder() -> Path:
    return settings.DATA_DIR / "prints"


def make(order: Print, on_page: Callable[[int], None] | None = None) -> Made:
    """Lays the print out, whatever is kept. Raises PrintFailed, naming the commitment at fault."""
    try:
        return _made(order, on_page)
    except pdf.RenderError as error:
        raise PrintFailed(_explained(order, error)) from error


def _made(order: Print, on_page: Callable[[int], None] | None) -> Made:
    rendered, density, overflow = lay_out(order, on_page)
    content = rendered.pdf
    match order.output:
        case Output.COPIEUR:
            content = imposition.impose(
                content, order.format.imposition, page_size=order.format.size
            )
        case Output.IMPRIMEUR:
            stamp = order.document.stamp
            made_on = stamp.made_on if stamp else prepress.SOME_DAY
            content = prepress.to_pdf_x4(content, title=order.document.title, made=made_on)
    return Made(content, rendered.page_count, density, overflow)


def lay_out(
    order: Print, on_page: Callable[[int], None] | None = None
) -> tuple[pdf.Rendered, str, tuple[Overflow, ...]]:
    """The pages, the density and what does not fit.

    At the roomiest density that fits; at the densest, marked as a draft, where none does. Raises
    pdf.RenderError.
    """
    for density in order.format.densities:
        rendered = _rendered(order, density, order.errors, on_page)
        if not fitting.overflows(rendered.page_count, order.format):
            return rendered, density, ()
    overflow = fitting.overflow(rendered.placements, order.document, order.format)
    errors = (*order.errors, fitting.problem(overflow, order.format))
    return _rendered(order, density, errors, on_page), density, overflow


def _rendered(
    order: Print,
    density: str,
    errors: tuple[Problem, ...],
    on_page: Callable[[int], None] | None,
    *,
    seconds: float | None = None,
) -> pdf.Rendered:
    html = rendering.html_of(
        order.document,
        order.format,
        order.output,
        density=density,
        bleed=order.bleed,
        problems=errors,
    )
    is_for_reading = order.output is Output.ECRAN
    return pdf.render(
        html,
        order.format.style_sheets,
        variant=pdf.SCREEN_VARIANT if is_for_reading else None,
        images={"logo": logos.for_output(order.logo, order.output)} if order.logo else {},
        attachment=_attachment(order) if is_for_reading else None,
        on_page=on_page,
        seconds=seconds or SECONDS,
    )


def _attachment(order: Print) -> pdf.Attachment:
    """The programme's file, with what this format prints of it: from it, the PDF imports again."""
    stamp = order.document.stamp
    day = stamp.made_on if stamp else prepress.SOME_DAY
    return pdf.Attachment(
        name="programme.yaml",
        description="Le texte de ce programme, à reprendre dans Désescalade",
        content=programme_file.dump(order.document, order.format.fields),
        dated=datetime.combine(day, datetime.min.time(), UTC),
        media_type="application/yaml",
    )


def _explained(order: Print, error: pdf.RenderError) -> str:
    """The error, and the commitment without which the rest prints, where there is one."""
    culprit = _culprit(order)
    if culprit is None:
        return str(error)
    return f"{error} L’engagement en cause est « {culprit} »."


def _culprit(order: Print) -> str | None:
    """The title of the one commitment without which all the others print, found by halves."""
    everything = order.document.commitments
    suspects = list(everything)
    for _ in range(MAX_PIECES):
        if len(suspects) < 2:
            break
        half = len(suspects) // 2
        suspects = suspects[half:] if _prints(order, suspects[:half]) else suspects[:half]
    if len(suspects) != 1:
        return None
    (suspect,) = suspects
    others = [commitment for commitment in everything if commitment is not suspect]
    is_at_fault = _prints(order, others) and not _prints(order, suspects)
    return suspect.title if is_at_fault else None


def _prints(order: Print, commitments: Sequence[Commitment]) -> bool:
    kept = {commitment.id for commitment in commitments}
    chapters = tuple(
        replace(chapter, commitments=tuple(c for c in chapter.commitments if c.id in kept))
        for chapter in order.document.chapters
    )
    part = replace(order, document=replace(order.document, chapters=chapters))
    try:
        _rendered(part, order.format.densities[-1], (), None, seconds=SECONDS_PER_PIECE)
    except pdf.RenderError:
        return False
    return True
