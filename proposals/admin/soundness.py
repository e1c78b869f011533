"""Whether the working copy could be written to a file and read again.

A form sees its own rows only. What holds between them (a text names a setting that exists, a
value fits the bounds) is checked by the rules of the file, once everything is saved.
"""

from .. import plain_language
from ..catalogue import entries as cut
from ..catalogue.entries import Entries, Key
from ..catalogue.soundness import inconsistencies

# The first few say enough; the others come back at the next save.
SHOWN = 5


def problems(entries: Entries) -> list[str]:
    """A French sentence for each inconsistency; everything is saved all the same."""
    return inconsistencies(entries)[:SHOWN] if entries else []


def advice(key: Key, entries: Entries) -> list[str]:
    """What might be said more plainly in a measure, proposal or sheet, and where."""
    name = cut.name(key)
    return [
        f"Conseil, {name}, {each.place[:1].lower()}{each.place[1:]} : {each.message}"
        for each in plain_language.advice(key, entries.get(key))[:SHOWN]
    ]
