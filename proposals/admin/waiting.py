"""What a page of the desk says of its entry: the public reads another text, or none, yet."""

from django.db import models as db
from django.urls import reverse
from django.utils.html import format_html

from ..catalogue import from_rows
from ..desk import drafts, models, rows
from .access import in_catalogue

CHANGED = "C’est un brouillon\u00a0: le public lit encore le texte publié."
NEW = "C’est un brouillon\u00a0: le public ne le lit pas encore."


def sentence(row: db.Model) -> str:
    """With a link to the draft; empty where the public reads what the desk has."""
    key, catalogue = rows.entry_of(row)
    if key[0] == drafts.HEAD:
        # What a release brings by itself is no draft.
        return ""
    public = from_rows.entry(drafts.published, *key, catalogue)
    if public == from_rows.entry(models, *key, catalogue):
        return ""
    url = in_catalogue(reverse("admin:desk_draft", args=[part for part in key if part]), catalogue)
    said = NEW if public is None else CHANGED
    return format_html('{} <a href="{}">Le voir au chantier</a>', said, url)
