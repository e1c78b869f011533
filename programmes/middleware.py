from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from .access import LoggedOut
from .forms import LoginForm

# Not typed by the person, or not to be sent again.
OWN_FIELDS = {"csrfmiddlewaretoken", *LoginForm.base_fields}


class KeepTypedText:
    """When a session has closed, asks for the card and keeps what was being sent.

    Its page carries every field along and sends it again to the same address, with the card.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, LoggedOut):
            return None
        if request.method != "POST":
            return redirect_to_login(request.get_full_path())
        return self.ask_for_card(request, exception.form or LoginForm())

    @staticmethod
    @never_cache
    def ask_for_card(request: HttpRequest, form: LoginForm) -> HttpResponse:
        typed = [
            (name, value)
            for name, values in request.POST.lists()
            if name not in OWN_FIELDS
            for value in values
        ]
        return render(
            request, "programmes/session_closed.html", {"form": form, "typed": typed}, status=401
        )
