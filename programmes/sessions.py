"""The open sessions of a person: they are not kept by person, on purpose."""

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.models import Session
from django.utils import timezone


def of(user: AbstractUser) -> list[Session]:
    """Reads every open session of the site: behind a limit only."""
    return [
        session
        for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]


def close(user: AbstractUser, *, but: str | None = None) -> None:
    """All of them, or all but the one of this key."""
    keys = [session.pk for session in of(user) if session.pk != but]
    for key in keys:
        Session.objects.filter(pk=key).delete()
