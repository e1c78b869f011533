"""Pages for what goes wrong before a view is reached."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

# A shorter text is quickly typed again.
WORTH_KEEPING = 20


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that stayed open too long: shows the texts that it brought, so that none is lost."""
    return render(request, "403_csrf.html", {"texts": _texts(request)}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours: shows the texts that were sent. Asks nothing of the database."""
    page = render_to_string("500.html", {"texts": _texts(request)})
    return HttpResponseServerError(page)


def _texts(request: HttpRequest) -> list[str]:
    try:
        sent = request.POST.lists()
    except RequestDataTooBig:
        return []
    return [
        value
        for name, values in sent
        if name != "csrfmiddlewaretoken"
        for value in values
        if len(value) >= WORTH_KEEPING
    ]
