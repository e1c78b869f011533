"""The pages of the workshop. What is private is kept by no cache."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from .. import drafts
from ..printing.formats import FORMATS, Format

View = Callable[..., HttpResponse]


def private_page(view: View) -> View:
    """To read only."""
    return never_cache(require_safe(view))


def private_form(view: View) -> View:
    """To read, and to send. What cannot be saved is kept as a draft, which the page then offers."""

    @wraps(view)
    def with_draft(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        request.draft = SimpleLazyObject(lambda: drafts.to_offer(request))
        response = view(request, *args, **kwargs)
        drafts.follow(request, response)
        return response

    return never_cache(require_http_methods(["GET", "HEAD", "POST"])(with_draft))


def format_or_404(slug: str) -> Format:
    if slug not in FORMATS:
        raise Http404
    return FORMATS[slug]
