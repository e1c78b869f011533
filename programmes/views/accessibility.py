"""What was checked for readers of every kind, and whom to tell of a fault."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie


@require_safe
@vary_on_cookie
def accessibility(request: HttpRequest) -> HttpResponse:
    words = settings.CONTACT.removeprefix("mailto:")
    return render(
        request, "accessibility.html", {"contact": settings.CONTACT, "contact_in_words": words}
    )
