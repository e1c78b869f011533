"""What machines ask of every site: which pages to leave alone, and whom to tell of a weakness."""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

# RFC 9116, 2.5.5: less than a year is recommended. It moves on by itself, as the site does.
VALID = timedelta(days=180)
# Where each private part of the site begins. A secret address is never written here.
PRIVATE = (
    *("programmes:list", "programmes:account", "programmes:login", "programmes:join-by-words"),
    "admin:index",
)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read the catalogue, and what a team has published."""
    lines = ["User-agent: *", *(f"Disallow: {reverse(name)}" for name in PRIVATE)]
    return _text(lines)


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116; nothing where the host has not said where to write."""
    if not settings.CONTACT:
        raise Http404
    day = timezone.now().astimezone(UTC).date() + VALID
    expires = datetime.combine(day, time(), UTC)
    lines = [
        f"Contact: {settings.CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: fr, en",
    ]
    if settings.PUBLIC_ADDRESS:
        lines.append(f"Canonical: {settings.PUBLIC_ADDRESS}{request.path}")
    return _text(lines)


def _text(lines: list[str]) -> HttpResponse:
    return HttpResponse("".join(f"{line}\n" for line in lines), "text/plain; charset=utf-8")
