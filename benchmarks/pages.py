"""Server time of our pages against a bare Django view that answers as many bytes.

    .venv/bin/python benchmarks/pages.py

Both go through the same middleware, in one process, in turn; the time is that of the processor.
The programme has taken all measures of the catalogue. Pages of the catalogue are those that are
kept until the next release; "faite à neuf" is the same page, made for the first reader.
"""

# Django must be set up before our models are imported.

import statistics
import sys
import time

import sample_site
import table
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse

from desescalade import urls
from programmes import actions
from programmes.models import Commune
from proposals.models import Measure, SizeClass

ROUNDS = 40
BUDGET = 3.0
BODY = {"content": b""}
# Kept pages, which the first reader after a release makes wait.
CATALOGUE = ("une proposition", "mesures", "recherche « école »", "une mesure")


def bare(request):
    """What any Django page costs: middleware, session, user, bytes."""
    str(request.user)
    return HttpResponse(BODY["content"])


def seconds(client: Client, address: str) -> float:
    began = time.process_time()
    response = client.get(address, headers={"accept-encoding": "gzip"})
    spent = time.process_time() - began
    assert response.status_code == 200, address
    return spent


def prepare() -> tuple[Client, dict[str, str]]:
    sample_site.prepare()
    urls.urlpatterns.append(path("nue/", bare))
    programme, user, _ = actions.open_programme(Commune.objects.get(pk="26027"))
    size_class = SizeClass.objects.first()
    for measure in Measure.objects.all():
        actions.adopt_measure(programme, measure, size_class)
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    one = programme.commitments.first()
    pages = {
        "accueil": "/",
        "dix propositions": "/propositions/",
        "une proposition": "/propositions/exposition-electromagnetique/",
        "mesures": "/mesures/",
        "recherche « école »": "/mesures/?q=ecole",
        "une mesure": "/mesures/pcs-rupture-reseaux/",
        "communes « saint »": "/communes/?q=saint",
        "sommaire du programme": programme.get_absolute_url(),
        "choix": reverse("programmes:choose", args=[programme.pk, "ecole-ouverte-creative"]),
        "chapitre": reverse("programmes:chapter", args=[programme.pk, 1]),
        "engagement": one.get_absolute_url(),
        "relecture de 40": reverse("programmes:preview", args=[programme.pk]),
    }
    return client, pages


def compare(client: Client, name: str, address: str) -> table.Row:
    BODY["content"] = client.get(address).content
    seconds(client, address)
    pairs = [(seconds(client, address), seconds(client, "/nue/")) for _ in range(ROUNDS)]
    ours, theirs = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    return table.ratio(name, ours, theirs, BUDGET)


def main() -> int:
    client, pages = prepare()
    rows = [compare(client, name, address) for name, address in pages.items()]
    settings.KEEP_PAGES = False
    fresh = [compare(client, f"{name}, faite à neuf", pages[name]) for name in CATALOGUE]
    return table.hand_over("Pages contre une vue Django nue", [*rows, *fresh])


if __name__ == "__main__":
    sys.exit(main())
