"""Whether the working copy could be written to a file and read again.

A form sees its own rows only. What holds between them (a text names a setting that exists, a
value fits the bounds) is checked by the rules of the file, once everything is saved.
"""

from ..catalogue import from_rows
from ..catalogue.soundness import inconsistencies
from ..desk import models as desk
from ..tables.catalogue import MAIN

# The first few say enough; the others come back at the next save.
SHOWN = 5


def problems(catalogue: str = MAIN) -> list[str]:
    """A French sentence for each inconsistency; everything is saved all the same."""
    entries = from_rows.entries_of(desk, catalogue)
    return inconsistencies(entries)[:SHOWN] if entries else []
