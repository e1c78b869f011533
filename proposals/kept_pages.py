"""Pages of the published catalogue, kept in the memory of each process until a release.

The catalogue is written by releases only: their number and the last of them tell any process,
whichever one published, that what it has kept is of another day. Nothing that matters is here; a
process that begins with nothing makes the pages again. The code and its templates stay the same
as long as a process lives.
"""

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.conf import settings
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from .models import Release

View = Callable[..., HttpResponse]
Mark = tuple[int, int]

# Compressed bytes that a process keeps: the whole catalogue takes a tenth.
MAX_BYTES = 4_000_000
# A page that nobody will ask for again is not kept: long searches are.
MAX_ADDRESS = 200


@dataclass(frozen=True)
class KeptPage:
    """A page as it is sent, and the mark of the catalogue that it was made from."""

    mark: Mark
    compressed: bytes
    content_type: str
    etag: str

    def response(self, request: HttpRequest) -> HttpResponse:
        """Answers 304 where the reader has this page already."""
        takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
        content = self.compressed if takes_gzip else gzip.decompress(self.compressed)
        response = HttpResponse(content, content_type=self.content_type)
        if takes_gzip:
            response["Content-Encoding"] = "gzip"
        return _checked(request, response, self.etag)


class Shelf:
    """The pages that were asked for last, as many as the bound allows; for several threads."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.max_bytes = max_bytes
        self.size = 0
        self._pages: OrderedDict[str, KeptPage] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, address: str, mark: Mark) -> KeptPage | None:
        with self._lock:
            page = self._pages.get(address)
            if page is None or page.mark != mark:
                return None
            self._pages.move_to_end(address)
            return page

    def put(self, address: str, page: KeptPage) -> None:
        with self._lock:
            self._drop(address)
            self._pages[address] = page
            self.size += len(page.compressed)
            while self.size > self.max_bytes:
                self._drop(next(iter(self._pages)))

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self.size = 0

    def _drop(self, address: str) -> None:
        if page := self._pages.pop(address, None):
            self.size -= len(page.compressed)


shelf = Shelf()


def catalogue_page(view: View) -> View:
    """A page of the published catalogue: the same for everyone, kept until the next release.

    One that asked who is reading, or that brings a message or a form of its reader, is made anew
    each time: this is seen, not declared, so that a template that begins to ask keeps nothing.
    """

    @wraps(view)
    def kept(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not settings.KEEP_PAGES or _brings_messages(request):
            return view(request, *args, **kwargs)
        # Read first: what a release changes while the page is made is kept under the old mark,
        # which no later request asks for.
        mark = catalogue_mark()
        address = request.build_absolute_uri()
        if page := shelf.get(address, mark):
            return page.response(request)
        response = view(request, *args, **kwargs)
        if not _is_for_everyone(request, response):
            return response
        page = _page(response, mark)
        if len(address) <= MAX_ADDRESS:
            shelf.put(address, page)
        return page.response(request)

    return require_safe(vary_on_cookie(kept))


def catalogue_mark() -> Mark:
    """Changes with every release, of whichever catalogue; two may be committed out of order."""
    return tuple(Release.objects.order_by().aggregate(n=Count("pk"), last=Max("pk")).values())


def _brings_messages(request: HttpRequest) -> bool:
    return "messages" in request.COOKIES


def _is_for_everyone(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether making it has asked neither for the session nor for a token of a form."""
    return (
        response.status_code == 200
        and not response.cookies
        and not request.session.accessed
        and "CSRF_COOKIE_NEEDS_UPDATE" not in request.META
    )


def _page(response: HttpResponse, mark: Mark) -> KeptPage:
    # Compressed once and well: nothing secret is on it that its length could tell.
    etag = f'W/"{hashlib.sha256(response.content).hexdigest()[:16]}"'
    compressed = gzip.compress(response.content, 9, mtime=0)
    return KeptPage(mark, compressed, response["Content-Type"], etag)


def _checked(request: HttpRequest, response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    # A browser keeps it, and asks each time whether it is still the one.
    response["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Accept-Encoding"])
    return get_conditional_response(request, etag=etag, response=response)
