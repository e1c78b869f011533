"""A new card on its way to the page that shows it."""

from django.http import HttpRequest, HttpResponse

from ..cards import Card
from . import shown_once

COOKIE = "carte"


def redirect_with(request: HttpRequest, address: str, card: Card, salt: str) -> HttpResponse:
    secret = [card.identifier, card.passphrase]
    return shown_once.redirect_with(request, address, COOKIE, secret, salt)


def read(request: HttpRequest, salt: str) -> Card | None:
    secret = shown_once.read(request, COOKIE, salt)
    return Card(*secret) if secret else None


def put_away(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(COOKIE)
    return response
