"""Who may open a page of the desk, what each page is told, and in which catalogue it stays."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from ..desk import roles
from ..desk.models import Catalogue
from ..tables.catalogue import MAIN

LOOK = "desk.view_measure"
WRITE = "desk.change_measure"


def desk_page(right: str) -> Callable:
    """A page of the desk, for staff who has this right."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            require(request, right)
            return view(request, *args, **kwargs)

        return admin.site.admin_view(checked)

    return decorate


def require(request: HttpRequest, right: str) -> None:
    """Raises PermissionDenied when this person does not have the right."""
    if not request.user.has_perm(right):
        raise PermissionDenied


def show(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page in the look of the admin; `may` tells what this person may do."""
    may = {
        "write": request.user.has_perm(WRITE),
        "publish": request.user.has_perm(roles.PUBLISH),
    }
    page = {**admin.site.each_context(request), "may": may, **context}
    return render(request, f"admin/desk/{template}.html", page, status=status)


def catalogue_of(request: HttpRequest) -> str:
    """The catalogue of the page, named in the address or in the form; else the main one."""
    name = request.POST.get("catalogue") or request.GET.get("catalogue") or MAIN
    if name != MAIN and not Catalogue.objects.filter(slug=name).exists():
        raise Http404
    return name


def in_catalogue(address: str, catalogue: str) -> str:
    """An address of the desk that stays in a catalogue."""
    return address if catalogue == MAIN else f"{address}?{urlencode({'catalogue': catalogue})}"


def to_drafts(catalogue: str) -> HttpResponse:
    return redirect(in_catalogue(reverse("admin:desk_drafts"), catalogue))
