"""A page that the browser asks for again by itself, without a script."""

from django.http import HttpRequest, HttpResponse

# Seconds.
INTERVAL = 2
STOPPED = "arret"


def asking_again(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Not once its reader has stopped it: what comes again is read from its beginning (RGAA 13.1).

    The page includes programmes/asking_again.html, which stops it and sets it going.
    """
    if STOPPED not in request.GET:
        response["Refresh"] = str(INTERVAL)
    return response
