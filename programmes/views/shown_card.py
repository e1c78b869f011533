"""A new card on its way to the page that shows it.

It travels in a signed cookie of the person who holds it: the server keeps only a hash.
"""

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from ..cards import Card

COOKIE = "carte"
SECONDS = 60 * 60


def redirect_with(request: HttpRequest, address: str, card: Card, salt: str) -> HttpResponse:
    """`salt` names the page: a card is read by that one and by no other."""
    response = redirect(address)
    response.set_cookie(
        COOKIE,
        signing.dumps([card.identifier, card.passphrase], salt=salt),
        max_age=SECONDS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


def read(request: HttpRequest, salt: str) -> Card | None:
    """None when it was put away, is older than an hour, or is for another page."""
    try:
        return Card(*signing.loads(request.COOKIES.get(COOKIE, ""), salt=salt, max_age=SECONDS))
    except signing.BadSignature:
        return None


def put_away(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(COOKIE)
    return response
