"""The use of the catalogue as a table for a spreadsheet.

CSV as a French Excel opens it by a double click: semicolons, because the comma parts decimals
there, and a byte order mark, without which it reads Windows-1252. LibreOffice takes both.
"""

import csv
import io
from collections.abc import Iterable

from proposals.enums import Horizon

from ..disclosure import Count
from ..use import ProposalUse

# What makes a spreadsheet read a text as a formula (OWASP, CSV injection), wide forms included.
FORMULA = tuple("=+-@＝＋－＠\t\r\n")
HEADINGS = ["proposition", "identifiant", "mesure", "strate", "en tout"]
ALL = "toutes"


def to_csv(found: Iterable[ProposalUse]) -> bytes:
    """A row for each measure, then one for each size of commune; numbers, or the words instead."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow([*HEADINGS, *(horizon.label for horizon in Horizon)])
    for proposal in found:
        for use in proposal.measures:
            names = [str(proposal.proposal), use.measure.pk, use.measure.title]
            whole = (ALL, use.table.by_column, use.table.total)
            for label, cells, total in [whole, *use.rows]:
                known = map(_shown, [total, *cells])
                writer.writerow([*map(guarded, [*names, label]), *known])
    return text.getvalue().encode("utf-8-sig")


def guarded(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would calculate."""
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


def _shown(count: Count) -> int | str:
    return count.words if count.number is None else count.number
