"""The journal of the desk: who did what, as a role and never as a person."""

from .enums import Role, Verb
from .models import JournalEntry

_LENGTH = JournalEntry._meta.get_field("subject").max_length


def write(role: Role, verb: Verb, subject: str) -> None:
    """Adds a line; a subject that is too long is cut."""
    JournalEntry.objects.create(role=role, verb=verb, subject=subject[:_LENGTH])
