"""Pages for what goes wrong before a view is reached."""

import logging
import re
from collections.abc import Container
from contextlib import suppress

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, RawPostDataException
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views import defaults
from django.views.decorators.cache import never_cache

from .upload_bounds import NoRoom

log = logging.getLogger(__name__)

# Of a form that is too big, in bytes: more than that is no slip of the hand.
READ_AWAY = 32 * 1024 * 1024
CHUNK = 64 * 1024
# A shorter text of one word is quickly typed again.
WORTH_KEEPING = 20
# Beginnings of the names of what opens a session again: never written into a page.
SESSION = "session-"
# Fields that no person types.
HIDDEN = re.compile(
    r"csrfmiddlewaretoken|session-|envoi|version|base|conflit|initial-|rank-|vu(-|$)"
    r"|(contenu|cede|ordre)$"
)


@never_cache
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that stayed open too long: shows the texts that it brought, so that none is lost."""
    # A page of ours whose token is old, as after logging in again in another tab. Another site
    # cannot say so: browsers write this header themselves.
    is_ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    context = {"texts": texts_of(request), "typed": typed_of(request) if is_ours else []}
    return render(request, "403_csrf.html", context, status=403)


@never_cache
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Of a form that is too big, or a file without room, says so: nothing of it can be kept."""
    if isinstance(exception, NoRoom):
        log.error("A file that was sent could not be written.", exc_info=exception.__cause__)
        _read_away(request)
        return HttpResponse(render_to_string("no_room.html"), status=503)
    if not isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return defaults.bad_request(request, exception)
    _read_away(request)
    return HttpResponse(render_to_string("413.html"), status=413)


def _read_away(request: HttpRequest) -> None:
    """A browser that is still sending would not see the answer."""
    left = READ_AWAY
    with suppress(OSError, RawPostDataException):
        while left > 0 and (piece := request.read(CHUNK)):
            left -= len(piece)


@never_cache
def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours: shows the texts that were sent. Asks nothing of the database."""
    try:
        style_sheet = static("css/screen.css")
    except ValueError:  # the fault may be that static files were not collected
        style_sheet = ""
    name = getattr(request, "name", "")
    context = {"texts": texts_of(request), "style_sheet": style_sheet, "name": name}
    return HttpResponseServerError(render_to_string("500.html", context))


def typed_of(request: HttpRequest, without: Container[str] = ()) -> list[tuple[str, str]]:
    """All that a form has brought, to be sent again, but the fields named in `without`."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and name not in without and not name.startswith(SESSION)
        for value in values
    ]


def texts_of(request: HttpRequest) -> list[str]:
    """The texts that a form has brought, to be shown where it cannot be saved."""
    try:
        sent = request.POST.lists()
    except RequestDataTooBig:
        return []
    return [
        value
        for name, values in sent
        if not HIDDEN.match(name)
        for value in values
        if len(value) >= WORTH_KEEPING or " " in value.strip()
    ]
