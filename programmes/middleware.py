import logging
from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from .access import LoggedOut
from .forms import LoginForm

# Not typed by the person, or not to be sent again.
OWN_FIELDS = {"csrfmiddlewaretoken", *LoginForm.base_fields}
# A shorter text need not be shown to be copied by hand.
WORTH_COPYING = 20

log = logging.getLogger(__name__)


class KeepTypedText:
    """When a form cannot be saved, a page carries along all that was being sent.

    When a session has closed, it asks for the card and sends the form again with it. When the
    database does not write (a full disk, a lock that lasts), it offers to try again.
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
        return None

    @staticmethod
    @never_cache
    def ask_for_card(request: HttpRequest, form: LoginForm) -> HttpResponse:
        return render(
            request,
            "programmes/session_closed.html",
            {"form": form, "typed": _typed(request)},
            status=401,
        )

    @staticmethod
    @never_cache
    def offer_another_try(request: HttpRequest) -> HttpResponse:
        typed = _typed(request)
        texts = [value for _, value in typed if len(value) >= WORTH_COPYING]
        return render(
            request, "programmes/not_saved.html", {"typed": typed, "texts": texts}, status=503
        )


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in OWN_FIELDS
        for value in values
    ]
