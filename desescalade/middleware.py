from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

NUL = "\0"
# What no page of ours uses, so that nothing that slipped into one could.
UNUSED = ("camera", "geolocation", "microphone")


class ForbidDevices:
    """Tells the browser what no page of ours may use, and that no other site may load an answer.

    Said of every answer but static files, which are no secret and weigh with each page: pages,
    prints, refusals, faults.
    """

    HEADERS = {
        "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
        "Cross-Origin-Resource-Policy": "same-origin",
    }

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class AnswerHeadWithoutBody:
    """Keeps the headers of the page, its length among them, and drops what nobody may send.

    Gunicorn would drop it too, and write a warning for each; WSGI leaves it to the application.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "HEAD":
            if response.streaming:
                response.streaming_content = ()
            else:
                response.headers.setdefault("Content-Length", str(len(response.content)))
                response.content = b""
        return response


class RefuseNul:
    """Turns away addresses with a NUL, the one character that PostgreSQL cannot hold in a text.

    Nobody types it. The fields of forms refuse it by themselves, in words. A cookie that holds
    one is none of ours, and is left aside.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if NUL in request.path:
            raise Http404
        if any(NUL in text for name, texts in request.GET.lists() for text in (name, *texts)):
            raise BadRequest
        request.COOKIES = {name: text for name, text in request.COOKIES.items() if NUL not in text}
        return self.get_response(request)


class ExplainMethod:
    """Gives words to the empty answer of an address that only a form leads to, typed or kept.

    Innermost, so that the page has a user. Its headers stay (`Allow`), and nothing keeps it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            response.content = render_to_string("405.html", request=request)
            add_never_cache_headers(response)
        return response
