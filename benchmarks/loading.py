"""The catalogue: loaded first, and again when nothing has changed; and the communes searched.

.venv/bin/python benchmarks/loading.py
"""

# Django must be set up before our models are imported.

import io
import sys
import time

import sample_site  # noqa: F401 (sets Django up)
import table
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from programmes.models import Commune
from proposals import catalogue

SEARCH_MS = 2


def seconds_of(way) -> float:
    began = time.perf_counter()
    way()
    return time.perf_counter() - began


def load() -> None:
    catalogue.load(catalogue.read(settings.CATALOGUE_FILE.read_bytes()))


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
    call_command("migrate", verbosity=0, stdout=io.StringIO())
    first, again = seconds_of(load), seconds_of(load)
    communes = seconds_of(lambda: call_command("load_communes", stdout=io.StringIO()))
    times = search_times()
    p95 = times[int(len(times) * 0.95)] * 1000
    return table.hand_over(
        f"Catalogue et communes ({connection.vendor})",
        [
            table.Row("charger le catalogue, la première fois", table.french(first, "s")),
            table.Row("le charger sans changement", table.french(again, "s")),
            table.Row("charger les 34 969 communes", table.french(communes, "s")),
            table.at_most(
                f"chercher une commune, base seule, p95 de {len(times)}", p95, SEARCH_MS, "ms"
            ),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
