"""Pages for what goes wrong before a view is reached."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# A shorter text is quickly typed again.
WORTH_KEEPING = 20


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that stayed open too long: shows the texts that it brought, so that none is lost."""
    texts = [
        value
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
        if len(value) >= WORTH_KEEPING
    ]
    return render(request, "403_csrf.html", {"texts": texts}, status=403)
