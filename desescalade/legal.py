"""What a site must say of itself: its terms, its privacy, who publishes it and who decides."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

# Days that a line of the journal of a server may be kept: what the page on privacy asks a host for.
LOG_DAYS = 15


@require_safe
@vary_on_cookie
def conditions(request: HttpRequest) -> HttpResponse:
    return render(request, "legal/conditions.html", {"notice": settings.LEGAL_NOTICE})


@require_safe
@vary_on_cookie
def privacy(request: HttpRequest) -> HttpResponse:
    facts = {"notice": settings.LEGAL_NOTICE, "has_mail": settings.HAS_MAIL, "log_days": LOG_DAYS}
    return render(request, "legal/privacy.html", facts)


@require_safe
@vary_on_cookie
def notice(request: HttpRequest) -> HttpResponse:
    facts = {"notice": settings.LEGAL_NOTICE, "source": settings.SOURCE}
    return render(request, "legal/notice.html", facts)
