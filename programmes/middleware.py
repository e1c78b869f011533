import logging
from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from desescalade.failures import texts_of, typed_of

from . import drafts
from .access import LoggedOut
from .forms.login import LoginForm

# Of a card: not to be sent again.
OWN_FIELDS = frozenset(LoginForm.base_fields)

log = logging.getLogger(__name__)


class KeepTypedText:
    """When a form cannot be saved, a page carries along all that was being sent.

    When a session has closed, it asks for the card and sends the form again with it. When the
    database does not write (a full disk, a lock that lasts), it offers to try again. When what was
    written on is gone, or the right to write, it shows the texts and keeps them as a draft.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match exception:
            case LoggedOut() if request.method != "POST":
                return redirect_to_login(request.get_full_path())
            case LoggedOut():
                return self.ask_for_card(request, exception.form or LoginForm())
            case OperationalError() | InterfaceError() if request.method == "POST":
                log.error("A form could not be written.", exc_info=exception)
                return self.offer_another_try(request)
            case Http404() | PermissionDenied() if _is_ours(request) and _texts(request):
                is_gone = isinstance(exception, Http404)
                response = self.show_texts(request, is_gone=is_gone)
                drafts.follow(request, response)
                return response
        return None

    @staticmethod
    @never_cache
    def show_texts(request: HttpRequest, *, is_gone: bool) -> HttpResponse:
        return render(
            request,
            "programmes/not_written.html",
            {"texts": _texts(request), "is_gone": is_gone},
            status=404 if is_gone else 403,
        )

    @staticmethod
    @never_cache
    def ask_for_card(request: HttpRequest, form: LoginForm) -> HttpResponse:
        return render(
            request,
            "programmes/session_closed.html",
            {"form": form, "typed": typed_of(request, OWN_FIELDS)},
            status=401,
        )

    @staticmethod
    @never_cache
    def offer_another_try(request: HttpRequest) -> HttpResponse:
        context = {
            "typed": typed_of(request, OWN_FIELDS),
            "texts": _texts(request),
            "has_file": bool(request.FILES),
            "name": getattr(request, "name", ""),
        }
        return render(request, "programmes/not_saved.html", context, status=503)


def _is_ours(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.app_name == "programmes"


def _texts(request: HttpRequest) -> list[str]:
    return texts_of(request) if request.method == "POST" else []
