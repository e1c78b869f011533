"""A secret on its way to the page that shows it.

It travels in a signed cookie of the person who holds it: the server keeps only a hash.
"""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

SECONDS = 60 * 60


def redirect_with(
    request: HttpRequest, address: str, cookie: str, secret: list[Any], salt: str
) -> HttpResponse:
    """`salt` names the page: a secret is read by that one and by no other."""
    response = redirect(address)
    response.set_cookie(
        cookie,
        signing.dumps(secret, salt=salt),
        max_age=SECONDS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


def read(request: HttpRequest, cookie: str, salt: str) -> list[Any] | None:
    """None when it was put away, is older than an hour, or is for another page."""
    try:
        return signing.loads(request.COOKIES.get(cookie, ""), salt=salt, max_age=SECONDS)
    except signing.BadSignature:
        return None
