"""Whether the working copy could be written to a file and read again.

A form sees its own rows only. What holds between them (a text names a setting that exists, a
value fits the bounds) is checked by the rules of the file, once everything is saved.
"""

from django.db.models import Model

from .. import plain_language
from ..catalogue import entries as cut
from ..catalogue import from_rows, scope
from ..catalogue.entries import Key
from ..catalogue.soundness import inconsistencies
from ..desk import models as desk
from ..tables.catalogue import MAIN

# The first few say enough; the others come back at the next save.
SHOWN = 5
# Whose text a row is, from a part to its owner.
OWNERS = ("measure", "sheet")
KINDS = {desk.Measure: "measure", desk.Proposal: "proposal", desk.ReflectionSheet: "sheet"}


def problems(catalogue: str = MAIN) -> list[str]:
    """A French sentence for each inconsistency; everything is saved all the same."""
    entries = from_rows.entries_of(desk, catalogue)
    return inconsistencies(entries)[:SHOWN] if entries else []


def advice(row: Model) -> list[str]:
    """What might be said more plainly in the measure, proposal or sheet of a row, and where."""
    owner = next((found for name in OWNERS if (found := getattr(row, name, None))), row)
    kind = KINDS.get(type(owner))
    if not kind:
        return []
    of = owner.proposal if kind == "measure" else owner
    key: Key = (kind, owner.pk.removeprefix(scope.prefix(of.catalogue_id)))
    value = from_rows.entry(desk, *key, of.catalogue_id)
    found = plain_language.advice(key, value)
    name = cut.name(key)
    return [
        f"Conseil, {name}, {each.place[:1].lower()}{each.place[1:]} : {each.message}"
        for each in found[:SHOWN]
    ]
