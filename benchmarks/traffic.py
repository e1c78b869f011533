"""Many at once on a real gunicorn: readers of the catalogue, teams that write, and the memory.

    .venv/bin/python benchmarks/traffic.py [--seconds N] [--rate 200] [--teams 50]

Readers: an open loop of our own, in Python threads; a page is due every 1/200 s whether or not
the ones before have come, and its time runs from when it was due. Teams: 50 people who save a
text every 10 s each, that is 5 a second for all; each save is the form that is read and the form
that is sent, and both are counted. The generator shares the two cores with the server.
"""

import argparse
import itertools
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import served
import table

PAGES = (
    *("/", "/propositions/", "/mesures/", "/mesures/?q=ecole", "/le-texte/", "/glossaire/"),
    *("/propositions/exposition-electromagnetique/", "/propositions/ecole-ouverte-creative/"),
    *("/mesures/pcs-rupture-reseaux/", "/mesures/journee-hors-reseau/", "/editions/"),
)
THREADS = 16
PAUSE = 10.0
WORKER_MEGABYTES = 150


def reading(site: served.Site, rate: int, seconds: int) -> table.Row:
    """Pages of the catalogue, each due at its time."""
    times: list[float] = []
    ranks = itertools.count()
    began = time.perf_counter() + 0.5

    def reader() -> None:
        visitor = served.Visitor(site.server.port)
        while (rank := next(ranks)) < rate * seconds:
            due = began + rank / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            status, _ = visitor.get(PAGES[rank % len(PAGES)])
            assert status == 200, status
            times.append(time.perf_counter() - due)

    together([reader] * THREADS)
    reached = len(times) / (time.perf_counter() - began)
    what = f"{rate} pages du catalogue par seconde ({reached:.0f} atteintes), p95"
    return table.at_most(what, served.p95(times), 100, "ms", served.load())


def writing(site: served.Site, seconds: int) -> list[table.Row]:
    """Each team saves every PAUSE seconds, all of them spread over that time."""
    reads: list[float] = []
    saves: list[float] = []
    until = time.perf_counter() + seconds

    def team(rank: int) -> Callable[[], None]:
        own = site.teams[rank]

        def work() -> None:
            visitor = served.Visitor(site.server.port, own.session)
            time.sleep(rank * PAUSE / len(site.teams))
            for number in itertools.count():
                due = time.perf_counter()
                if due > until:
                    return
                text = own.texts[number % len(own.texts)]
                status, _ = visitor.save(text, f"{number}")
                assert status == 302, (text, status)
                saves.append(visitor.seconds)
                status, _ = visitor.get(own.address)
                assert status == 200, (own.address, status)
                reads.append(visitor.seconds)
                time.sleep(max(0.0, due + PAUSE - time.perf_counter()))

        return work

    together([team(rank) for rank in range(len(site.teams))])
    count = len(site.teams)
    return [
        table.at_most(f"{count} équipes écrivent : {len(saves)} enregistrements, p95",
                      served.p95(saves), 200, "ms", served.load()),
        table.at_most(f"{count} équipes écrivent : leur sommaire, p95", served.p95(reads), 200,
                      "ms"),
    ]  # fmt: skip


def memory(site: served.Site) -> list[table.Row]:
    return [
        table.at_most(f"mémoire d’un processus web après ce trafic ({rank})", served.pss(pid),
                      WORKER_MEGABYTES, "Mo")
        for rank, pid in enumerate(site.workers(), start=1)
    ]  # fmt: skip


def together(works: list[Callable[[], None]]) -> None:
    """Each in a thread of its own. Raises what one of them raised: a wrong answer ends the run."""
    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(work) for work in works]:
            done.result()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--teams", type=int, default=50)
    options = parser.parse_args()
    with served.site(options.teams) as site:
        # As after the first minute of a server: every worker has made every page once.
        reading(site, 50, 3)
        rows = [reading(site, options.rate, options.seconds), *writing(site, options.seconds)]
        rows += memory(site)
    return table.hand_over("Beaucoup de monde à la fois", rows)


if __name__ == "__main__":
    sys.exit(main())
