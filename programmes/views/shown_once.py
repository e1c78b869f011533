"""A secret on its way to the page that shows it.

It travels in a signed cookie of the person who holds it: the server keeps only a hash.
"""

from collections.abc import Callable
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from .. import submissions

SECONDS = 60 * 60

# The address of the page that shows it, and the secret.
Made = tuple[str, list[Any]]


def make_and_show(
    request: HttpRequest, make: Callable[[], Made], cookie: str, salt: str
) -> HttpResponse:
    """Makes a thing, and leads to the page that shows its secret.

    A form sent twice makes one thing: both answers lead there, only the first carries the cookie.
    """
    made: list[Made] = []

    def make_once() -> str:
        made.append(make())
        return made[0][0]

    address = submissions.once(request, make_once)
    if not made:
        return redirect(address)
    ((_, secret),) = made
    return redirect_with(request, address, cookie, secret, salt)


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
