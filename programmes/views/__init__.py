"""The pages of the workshop. What is private is kept by no cache."""

from collections.abc import Callable

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

View = Callable[..., HttpResponse]


def private_page(view: View) -> View:
    """To read only."""
    return never_cache(require_safe(view))


def private_form(view: View) -> View:
    """To read, and to send."""
    return never_cache(require_http_methods(["GET", "HEAD", "POST"])(view))
