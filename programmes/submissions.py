"""A form sent twice makes one thing: double click, retry after a cut line, back button."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from .models import Submission

# The hidden field that the tag `{% once %}` puts in a form.
KEY = "envoi"
# A page that stayed open longer makes a new thing.
REMEMBERED = timedelta(days=2)
A_MOMENT = timedelta(minutes=10)


def once(request: HttpRequest, make: Callable[[], str], *, by_content: bool = False) -> str:
    """The name of what `make` makes (an address, an id), made once however often a form is sent.

    The same page sent with another content makes another thing: a page that the back button
    brought back keeps its key. A form without a key is not guarded. `make` runs in the transaction
    that remembers it, so that of two requests at once the second waits, and finds the name.

    A browser that forgot the page gives it a new key on the way back. `by_content` is for things of
    which nobody wants two alike: for some minutes, the content of a person's form is its key.
    """
    if not _key(request):
        return make()
    digest = _digest(request, by_content=by_content)
    with transaction.atomic():
        now = timezone.now()
        Submission.objects.filter(at__lt=now - REMEMBERED).delete()
        if by_content:
            Submission.objects.filter(pk=digest, at__lt=now - A_MOMENT).delete()
        row, is_new = Submission.objects.get_or_create(pk=digest)
        if is_new:
            row.made = make()
            row.save(update_fields=["made"])
    return row.made


def seed_of(request: HttpRequest) -> str:
    """A secret of this form with this content, from which a card may be drawn; "" without a key."""
    return _digest(request) if _key(request) else ""


def _key(request: HttpRequest) -> str:
    return request.POST.get(KEY, "")


def already_made(request: HttpRequest) -> str | None:
    """What this very form has made before; None when it is new."""
    if not _key(request):
        return None
    return Submission.objects.filter(pk=_digest(request)).values_list("made", flat=True).first()


def is_recent(request: HttpRequest) -> bool:
    """Whether what this very form made was made a moment ago: a double click, not a return."""
    recent = Submission.objects.filter(at__gt=timezone.now() - A_MOMENT)
    return recent.filter(pk=_digest(request)).exists()


def forget(ending: str) -> None:
    """What was made under this name stays made, and its form gives no answer any more."""
    Submission.objects.filter(made__endswith=ending).update(made="")


def _digest(request: HttpRequest, *, by_content: bool = False) -> str:
    """Of what is sent where; the key is random, so that nothing typed can be guessed from it."""
    typed = sorted(
        (name, values)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "identifier", "passphrase")
        and not (by_content and name == KEY)
    )
    content = json.dumps([request.user.pk if by_content else None, request.path, typed])
    return hashlib.sha256(content.encode()).hexdigest()
