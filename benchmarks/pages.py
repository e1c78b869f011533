"""Server time of our pages against a bare Django view that answers as many bytes.

Both go through the same middleware, in one process, in turn. Prints a Markdown table.
Run: .venv/bin/python benchmarks/pages.py
"""

import io
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "desescalade.settings"
os.environ["DESESCALADE_DATA"] = tempfile.mkdtemp()

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import path, reverse  # noqa: E402

from desescalade import urls  # noqa: E402
from programmes import actions  # noqa: E402
from programmes.models import Commune  # noqa: E402
from proposals.models import Measure, SizeClass  # noqa: E402

ROUNDS = 40
BUDGET = 3.0
BODY = {"content": b""}


def bare(request):
    """What any Django page costs: middleware, session, user, bytes."""
    str(request.user)
    return HttpResponse(BODY["content"])


def seconds(client: Client, address: str) -> float:
    began = time.perf_counter()
    response = client.get(address, headers={"accept-encoding": "gzip"})
    spent = time.perf_counter() - began
    assert response.status_code == 200, address
    return spent


def prepare() -> tuple[Client, dict[str, str]]:
    for command in (["migrate"], ["load_catalogue"], ["load_communes"]):
        call_command(*command, verbosity=0, stdout=io.StringIO())
    urls.urlpatterns.append(path("nue/", bare))
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.WHITENOISE_AUTOREFRESH = True
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


def search_times() -> list[float]:
    """Seconds in the database of the searches for half the name of each hundredth commune."""
    found = []

    def timed(execute, sql, parameters, many, context):
        began = time.perf_counter()
        result = execute(sql, parameters, many, context)
        spent[0] += time.perf_counter() - began
        return result

    names = list(Commune.objects.values_list("name", flat=True)[::100])
    with connection.execute_wrapper(timed):
        for name in names:
            spent = [0.0]
            Commune.objects.search(name[: max(3, len(name) // 2)])
            found.append(spent[0])
    return sorted(found)


def main() -> int:
    client, pages = prepare()
    worst = 0.0
    print("| page | nôtre (ms) | nue (ms) | rapport |\n|---|---|---|---|")
    for name, address in pages.items():
        BODY["content"] = client.get(address).content
        seconds(client, address)
        pairs = [(seconds(client, address), seconds(client, "/nue/")) for _ in range(ROUNDS)]
        ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
        worst = max(worst, ours / theirs)
        print(f"| {name} | {ours * 1000:.1f} | {theirs * 1000:.1f} | {ours / theirs:.2f} |")
    times = search_times()
    p95 = times[int(len(times) * 0.95)] * 1000
    print(f"\nRapport le plus élevé : {worst:.2f} (budget {BUDGET}).")
    print(f"Recherche de commune, base seule, p95 : {p95:.2f} ms (budget 2).")
    return int(worst > BUDGET or p95 > 2)


if __name__ == "__main__":
    sys.exit(main())
