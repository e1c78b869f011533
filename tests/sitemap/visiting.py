"""Going to a page with Django's client, as a browser without JavaScript would.

The proof that a form comes from this site is asked for, as no other test does.
"""

from urllib.parse import urljoin

import lxml.html
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client

from . import CROWDED, Place


class Visitors:
    """One client for each person, who keeps her session; anyone comes for the first time."""

    def __init__(self) -> None:
        self._clients: dict[str, Client] = {}

    def visit(self, place: Place) -> HttpResponse:
        if place.who == "anyone":
            self._clients.pop(place.who, None)
        client = self.of(place.who)
        response = client.get(place.address)
        return response if place.sent is None else send(client, response, place)

    def of(self, who: str) -> Client:
        if who not in self._clients:
            client = self._clients[who] = Client(enforce_csrf_checks=True, **from_where(who))
            if who in {"alice", "bob"}:
                client.force_login(get_user_model().objects.get(username=who))
        return self._clients[who]


def from_where(who: str) -> dict[str, object]:
    """How a client says from which address it comes, to a site with or without a proxy."""
    if who != "crowd":
        return {}
    return {"REMOTE_ADDR": CROWDED, "headers": {"x-forwarded-for": CROWDED}}


def send(client: Client, response: HttpResponse, place: Place) -> HttpResponse:
    """Sends the form of the page that has these fields, the others as the page shows them."""
    page = lxml.html.fromstring(response.content)
    form = next(f for f in page.findall(".//main//form") if f.method == "POST" and fits(f, place))
    shown: dict[str, list[str]] = {}
    for name, value in form.form_values():
        shown.setdefault(name, []).append(value)
    address = place.to or urljoin(place.address, form.get("action") or "")
    origin = {"origin": "http://testserver"}
    return client.post(address, {**shown, **place.sent}, follow=True, headers=origin)


def fits(form, place: Place) -> bool:
    return {name for name in place.sent if name} <= set(form.fields) | _buttons(form)


def _buttons(form) -> set[str]:
    return {button.get("name") for button in form.iter("button")}
