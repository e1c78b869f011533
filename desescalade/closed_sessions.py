"""A form of /gestion/ that is sent after the end of its session is kept, and saved after all.

Its page asks for the password, then for the code of the phone. All that was typed stands in that
page alone, in hidden fields that each step sends again; the last one goes on to the view.
"""

import re
from collections.abc import Callable
from typing import Any

from allauth.mfa.base.internal.flows import post_authentication
from django import forms
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from . import staff
from .failures import SESSION, typed_of

# Of the names of what is asked for here: forms of the desk have a `username` of their own.
PREFIX = SESSION.removesuffix("-")
# Passwords that a form of accounts brings are typed again: they do not go into a page.
SECRET = re.compile(r"password|passphrase")


class KeepDeskForm:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """After the token of the form was found right."""
        if request.method != "POST" or not _is_behind_the_door(request):
            return None
        return None if staff.opens_admin(request) else _ask(request)


def _is_behind_the_door(request: HttpRequest) -> bool:
    door = (reverse("admin:login"), reverse("admin:logout"))
    return request.path.startswith(reverse("admin:index")) and request.path not in door


def _ask(request: HttpRequest) -> HttpResponse | None:
    """The page that asks for what is still missing; None when nothing is."""
    form: forms.Form | None = None
    if not (request.user.is_active and request.user.is_staff):
        form = staff.LoginForm(request, _typed(request, "password"), prefix=PREFIX)
        if not form.is_valid():
            return _page(request, form)
        login(request, form.get_user())
    if not staff.has_app(request):
        return _page(request, None)
    form = staff.ConfirmForm(user=request.user, data=_typed(request, "code"), prefix=PREFIX)
    if not form.is_valid():
        return _page(request, form)
    post_authentication(request, form.authenticator)
    request.POST = _without_own(request.POST)
    return None


def _without_own(data: QueryDict) -> QueryDict:
    kept = data.copy()
    for name in data:
        if name.startswith(SESSION):
            del kept[name]
    return kept


def _typed(request: HttpRequest, name: str) -> Any:
    return request.POST if f"{SESSION}{name}" in request.POST else None


@never_cache
def _page(request: HttpRequest, form: forms.Form | None) -> HttpResponse:
    typed = [(name, value) for name, value in typed_of(request) if not SECRET.search(name)]
    context = {
        "form": form,
        "typed": typed,
        "has_files": bool(request.FILES),
        "asks_code": isinstance(form, staff.ConfirmForm),
    }
    return render(request, "staff/session_closed.html", context, status=401)
