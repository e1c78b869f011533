"""What the law asks of a print and what a reader would trip over, said in French. Pure.

The law stands in `rules` (the table) and `checks` (when a rule holds), what concerns the text
itself in `editorial`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from desescalade.typography import typeset

from ...enums import DocumentKind
from ..document import Document
from ..formats import Format
from . import editorial
from .checks import Case
from .official import OfficialQuantities, quantities, spending_caps
from .rules import CHECKED_ON, RULES, Rule, Severity
from .silence import is_silent

__all__ = [
    "CHECKED_ON",
    "DRAFT",
    "RULES",
    "SILENT",
    "OfficialQuantities",
    "Problem",
    "Rule",
    "Severity",
    "is_silent",
    "mark",
    "problems",
    "quantities",
    "spending_caps",
]

# Stands in the foot of every page of a print that has an error.
DRAFT = "Projet : ne pas distribuer"
# The same, from the eve of the vote to the close of the polls.
SILENT = "Ne plus distribuer"


@dataclass(frozen=True)
class Problem:
    """`source` is where the rule was read, `checked_on` the day it was; `slug` is the rule's.

    `article` is the law's, "" for advice on the text. With `to_verify` the sources disagree, or
    the text itself was not read.
    """

    severity: Severity
    message: str
    source: str
    checked_on: date
    slug: str = ""
    article: str = ""
    to_verify: bool = False

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


def problems(
    document: Document, format: Format, *, now: datetime, page_count: int | None = None
) -> list[Problem]:
    """What holds for this print at this moment: errors, then the text, then the law's advice.

    `document` is arranged for the format. `now` is aware: the law counts in the commune's own
    time zone. `page_count` counts single pages, None before the layout.
    """
    case = Case(document, format, now, page_count)
    law = [
        Problem(
            severity=rule.severity,
            message=typeset(rule.text.format(**rule.blanks(), **blanks)),
            source=rule.source,
            checked_on=rule.checked_on,
            slug=rule.slug,
            article=rule.article,
            to_verify=rule.to_verify,
        )
        for rule in RULES
        if rule.concerns(document, format) and (blanks := rule.check(case)) is not None
    ]
    text = [
        Problem(Severity.ADVICE, typeset(remark.message), remark.source, CHECKED_ON, remark.slug)
        for remark in editorial.remarks(document, format)
    ]
    errors = [problem for problem in law if problem.is_error]
    return errors + text + [problem for problem in law if not problem.is_error]


def mark(document: Document, kind: DocumentKind, errors: Collection[Problem]) -> str:
    """What stands at the foot of each page instead of the list's name, or "".

    Only a print that comes from an edition, without an error, may be handed out.
    """
    if kind is DocumentKind.INTERNE:
        return ""
    if any(problem.slug == "silence" for problem in errors):
        return SILENT
    return DRAFT if errors or document.stamp is None else ""
