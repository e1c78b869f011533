"""What was typed and could not be saved, kept on the server until it is, or is thrown away."""

import logging
from urllib.parse import quote

from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict

from desescalade.middleware import NUL

from .models import Draft
from .submissions import KEY

# Of a form that is shown again: not what the person typed.
NOT_TYPED = {"csrfmiddlewaretoken", "identifier", "passphrase", KEY}
# Asks a form to show the draft instead of what is saved.
RESUME = "brouillon"
# A file that is imported by pasting may be large; anything larger is no draft.
MAX_LENGTH = 300_000
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
# The mark of a draft that a page has told of.
OFFERED = "_offered"
SAVED_COOKIE = "enregistre"

log = logging.getLogger(__name__)


def typed(request: HttpRequest) -> QueryDict | None:
    """What a form binds to: what is being sent, or the draft that the person takes up again."""
    if request.method == "POST":
        return request.POST
    draft = waiting(request) if RESUME in request.GET else None
    if draft is None:
        return None
    data = QueryDict(mutable=True)
    for name, values in draft.typed.items():
        data.setlist(name, values)
    return data


def waiting(request: HttpRequest) -> Draft | None:
    """The draft of this person for this page."""
    if not request.user.is_authenticated:
        return None
    return Draft.objects.filter(user=request.user, path=request.path).first()


def to_offer(request: HttpRequest) -> Draft | None:
    """The draft that a page tells of: none while it is being sent or taken up again.

    One that was offered and not taken up outlives the next save of its form.
    """
    if request.method == "POST" or RESUME in request.GET:
        return None
    draft = waiting(request)
    if draft and OFFERED not in draft.typed:
        draft.typed[OFFERED] = []
        draft.save(update_fields=["typed"])
    return draft


def follow(request: HttpRequest, response: HttpResponse) -> None:
    """After a form was sent: keeps it when the page shows it again, drops it when it was saved.

    A disk that is full must not turn the answer, which holds the text, into a failure.
    """
    if request.method != "POST" or not request.user.is_authenticated or len(request.path) > 200:
        return
    if is_saved := response.status_code in (302, 303):
        # The script of the workshop forgets its own draft by this.
        response.set_cookie(
            SAVED_COOKIE, quote(request.path, safe=""), max_age=600, samesite="Lax",
            secure=request.is_secure(),
        )  # fmt: skip
    try:
        drafts = Draft.objects.filter(user=request.user, path=request.path)
        if is_saved:
            is_resumed = RESUME in request.GET
            _drop(drafts if is_resumed else drafts.exclude(typed__has_key=OFFERED))
        elif content := _worth_keeping(request.POST):
            drafts.update_or_create(
                user=request.user, path=request.path, defaults={"typed": content}
            )
    except DatabaseError:
        log.warning("A draft could not be kept.", exc_info=True)


def _drop(drafts: QuerySet[Draft]) -> None:
    """Most saves have no draft to drop, and need not wait for their turn to write once more."""
    if drafts.exists():
        drafts.delete()


def _worth_keeping(data: QueryDict) -> dict[str, list[str]]:
    content = {
        # PostgreSQL keeps no NUL; the sign that stands for any unreadable one is refused as well.
        name: [value.replace(NUL, UNREADABLE) for value in values]
        for name, values in data.lists()
        if name not in NOT_TYPED and NUL not in name
    }
    size = sum(len(value) for values in content.values() for value in values)
    return content if size <= MAX_LENGTH else {}
