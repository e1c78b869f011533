"""The pages of the workshop. What is private is kept by no cache that others share."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from .. import drafts
from ..printing.formats import FORMATS, Format

View = Callable[..., HttpResponse]


def private_page(view: View) -> View:
    """To read only."""
    return never_cache(require_safe(view))


def private_choice(view: View) -> View:
    """To read, and to send what is no draft: which button was pressed, words that are secret."""
    return never_cache(require_http_methods(["GET", "HEAD", "POST"])(view))


def private_form(view: View) -> View:
    """To read, and to send. What cannot be saved is kept as a draft, which the page then offers.

    A form may stay in the browser that shows it, and in no cache between: with `no-store`, browsers
    give a form back empty when the server was not there and the person goes back to it.
    """

    @wraps(view)
    def with_draft(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        request.draft = SimpleLazyObject(lambda: drafts.to_offer(request))
        response = view(request, *args, **kwargs)
        drafts.follow(request, response)
        return response

    private = cache_control(private=True, no_cache=True, must_revalidate=True, max_age=0)
    return private(require_http_methods(["GET", "HEAD", "POST"])(with_draft))


def format_or_404(slug: str) -> Format:
    if slug not in FORMATS:
        raise Http404
    return FORMATS[slug]
