"""What a site shows that is not well: no visit of a sound one brings it about."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from desescalade.failures import server_error
from programmes import access
from programmes.enums import Output
from programmes.middleware import KeepTypedText
from programmes.printing.formats import FORMATS
from programmes.printing.orders import Desk
from programmes.printing.prints import PrintFailed
from programmes.views import printing

from .seeding import Site


def faults(site: Site) -> dict[str, HttpResponse]:
    """Our own answers, by what is wrong; they passed through no middleware."""
    sent = RequestFactory().post("/", {"text": "Des mots qui ne se perdent pas."})
    sent.user = AnonymousUser()
    asked = RequestFactory().get("/")
    asked.user = site.programme.memberships.first().user
    programme = access.programme_for(asked, site.programme.pk, access.Action.READ)
    poster = FORMATS["affiche-a3"]
    order = Desk(programme).order(poster, Output.ECRAN)
    failure = PrintFailed("La mise en page a été arrêtée.")
    return {
        "panne": server_error(sent),
        "disque plein": KeepTypedText.offer_another_try(sent),
        "impression arrêtée": printing._failed(asked, programme, failure),
        "impression en cours": printing._under_way(asked, programme, poster, order),
    }
