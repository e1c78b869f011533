"""Saying that a source was checked today, and by which collective or role."""

from typing import Any

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from ..catalogue import entries
from ..desk import drafts, journal, roles, rows
from ..desk.enums import Cause, Verb
from ..desk.models import Source
from .fields import ShapeValidator

# Of the session: what was typed last, for the next click.
REMEMBERED = "checked_by"
BUTTON = "_checked_today"
WHO = "Écrivez le collectif ou le rôle qui a vérifié, par exemple « collectif de Grenoble »."


class CheckForm(forms.Form):
    checked_by = forms.CharField(
        label="Vérifiée par",
        max_length=80,
        help_text="Un collectif ou un rôle, pas un nom de personne : c’est public.",
        error_messages={"required": WHO, "max_length": "80 signes au plus."},
        validators=[ShapeValidator(entries.shape_of("source").fields["checked_by"])],
    )


def remembered(request: HttpRequest) -> str:
    return request.session.get(REMEMBERED, "")


def remember(request: HttpRequest, checked_by: str) -> None:
    request.session[REMEMBERED] = checked_by


def check_today(source: Source, checked_by: str, user: AbstractBaseUser) -> None:
    """In the working copy: readers see it with the next release."""
    role, ((kind, slug), catalogue) = roles.role_of(user), rows.entry_of(source)
    seen = {"checked_on": timezone.localdate().isoformat(), "checked_by": checked_by}

    def checked(value: dict[str, Any]) -> dict[str, Any]:
        return {**value, **seen}

    with transaction.atomic():
        drafts.edit(kind, slug, checked, cause=Cause.ADMIN, role=role, catalogue=catalogue)
        tell_journal(source, user)


def tell_journal(source: Source, user: AbstractBaseUser) -> None:
    key, _ = rows.entry_of(source)
    journal.write(roles.role_of(user), Verb.CHECKED, entries.name(key))
