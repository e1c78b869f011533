"""Each request has a name of its own, which its log lines and its page of failure share."""

import logging
import secrets
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .logs import request_id, route_of

log = logging.getLogger("desescalade.requests")

# As in the ids of programmes: no vowel, so no word; no 0, 1 or l. To be told over the telephone.
ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"


class NameRequests:
    """Names the request, and writes a line about it once it is answered.

    The name is ours alone: one that came with the request would be written into our logs as its
    sender likes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        request.name = new_name()
        token = request_id.set(request.name)
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request.name
            spent = round(1000 * (time.perf_counter() - began))
            facts = {"method": request.method, "status": response.status_code, "ms": spent}
            log.info("answered", extra={**facts, "route": route_of(request)})
        finally:
            request_id.reset(token)
        return response


def new_name() -> str:
    """As "k7d3-9xq2"."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{signs[:4]}-{signs[4:]}"
