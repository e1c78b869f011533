"""Reads a form with a long text in little memory.

Browsers write an accented letter as six bytes (%C3%A9), some signs as twelve. Python cuts such a
text at each « % »: two million accented letters take it a gigabyte and two seconds. Here they take
a few times the size of the form.
"""

import binascii
import re
from collections.abc import Callable
from urllib.parse import unquote_plus

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.datastructures import MultiValueDict

# Bytes; a form with less is left to Django.
LONG = 100_000
URLENCODED = "application/x-www-form-urlencoded"
_STRAY = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class ReadLongForms:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_form = request.method == "POST" and request.content_type == URLENCODED
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if is_form and announced.isdigit() and int(announced) > LONG and _is_utf8(request):
            request.POST = decoded(request.body)
            # Else Django would read the form again for the files, of which there are none.
            request._files = MultiValueDict()
        return self.get_response(request)


def _is_utf8(request: HttpRequest) -> bool:
    """Django refuses the others."""
    return (request.encoding or "utf-8").lower() == "utf-8"


def decoded(body: bytes) -> QueryDict:
    """As Django's own, for the ASCII that browsers send. Raises TooManyFieldsSent."""
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    if body.count(b"&") >= most:
        raise TooManyFieldsSent(f"More than {most} fields.")
    data = QueryDict(mutable=True)
    for pair in body.split(b"&"):
        if pair:
            name, _, value = pair.partition(b"=")
            data.appendlist(_text(name), _text(value))
    data._mutable = False
    return data


def _text(encoded: bytes) -> str:
    if len(encoded) <= LONG:
        return unquote_plus(encoded.decode(errors="replace"), errors="replace")
    # « Quoted-printable » is the same with « = » for « % », and Python reads it at one go.
    plain = _STRAY.sub(b"%25", encoded).replace(b"+", b" ")
    for sign, code in ((b"=", b"=3D"), (b"\r", b"=0D"), (b"\n", b"=0A")):
        plain = plain.replace(sign, code)
    return binascii.a2b_qp(plain.replace(b"%", b"=")).decode(errors="replace")
