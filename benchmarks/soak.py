"""Mixed traffic for a while on a real gunicorn: nothing may grow.

    .venv/bin/python benchmarks/soak.py [--minutes 60] [--teams 10] [--rate 20]

Readers, teams that write and compare, searches, wrong addresses and prints come in turn, as many
a second as asked for. The memory of the web workers, their open files, the journal of the
database, and the files left in the temporary directory are read each tenth of the time; the first
three tenths warm up. Memory is held by what comes afterwards: its growth, and its slope.
"""

import argparse
import itertools
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import served
import table
from traffic import PAGES

# A worker that took this much more each hour would be at its bound after a day.
MEGABYTES_AN_HOUR = 4.0
GROWTH_PERCENT = 5.0
SHORTEST_FOR_SLOPE = 20
READINGS = 10
NOWHERE = "/nulle-part/"
WARM = 3


@dataclass(frozen=True)
class Reading:
    """What one moment shows; bytes, megabytes and numbers."""

    at: float
    memory: float
    files: int
    journal: int
    temporary: int


class Traffic:
    """When the next request is due, and the answers that should not have come; for threads."""

    def __init__(self, rate: float) -> None:
        self.began, self.rate, self.ranks = time.monotonic(), rate, itertools.count()
        self.faults: list[str] = []
        self.ends = threading.Event()

    def wait(self) -> None:
        due = self.began + next(self.ranks) / self.rate
        self.ends.wait(max(0.0, due - time.monotonic()))

    def note(self, status: int, wanted: int, address: str) -> None:
        if status != wanted:
            self.faults.append(f"{status} {address}")


def read(site: served.Site) -> Reading:
    workers = site.workers()
    open_files = [len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in workers]
    journals = site.data.glob("*.sqlite3-*")
    temporary = sum(1 for path in (site.data.parent / "tmp").rglob("*") if path.is_file())
    memory = max(served.pss(pid) for pid in workers)
    size = sum(path.stat().st_size for path in journals)
    return Reading(time.monotonic(), memory, max(open_files), size, temporary)


def one_person(site: served.Site, rank: int, traffic: Traffic) -> None:
    """What she does, over and over."""
    own = site.teams[rank]
    member, anyone = served.Visitor(site.server.port, own.session), served.Visitor(site.server.port)
    pages = itertools.cycle([*PAGES, "/communes/?q=saint", NOWHERE, "/sante/pret"])
    names = ("relecture", "historique", "diagnostic")
    private = itertools.cycle([own.address, *(f"{own.address}{name}/" for name in names)])
    prints = f"{own.address}imprimer/"
    for number in itertools.count():
        page = next(pages)
        todo = [
            (anyone.get, page, 404 if page == NOWHERE else 200),
            (member.get, next(private), 200),
        ]
        if number % 5 == 0:
            text = own.texts[number % len(own.texts)]
            todo.append((partial(member.save, text=f"{number}"), text, 302))
        if number % 500 == 50 * (rank % 10):
            todo.append((member.get, prints, 200))
            todo.append((partial(print_of, member), f"{prints}depliant/ecran.pdf", 200))
        for ask, address, wanted in todo:
            traffic.wait()
            if traffic.ends.is_set():
                return
            status, _ = ask(address)
            traffic.note(status, wanted, address)


def print_of(member: served.Visitor, address: str) -> tuple[int, bytes]:
    """Waits for it as a browser does, which is told to ask again."""
    while (answer := member.get(address))[0] == 202:
        pass
    return answer


def slope(readings: list[Reading]) -> float:
    """Megabytes an hour, by least squares."""
    times = [reading.at / 3600 for reading in readings]
    values = [reading.memory for reading in readings]
    middle, mean = sum(times) / len(times), sum(values) / len(values)
    spread = sum((at - middle) ** 2 for at in times)
    return sum((at - middle) * (value - mean) for at, value in zip(times, values, strict=True)) / (
        spread
    )


def soak(site: served.Site, minutes: float, rate: float) -> tuple[list[Reading], Traffic]:
    traffic = Traffic(rate)
    readings = []
    with ThreadPoolExecutor(len(site.teams)) as pool:
        people = [pool.submit(one_person, site, rank, traffic) for rank in range(len(site.teams))]
        for _ in range(READINGS):
            time.sleep(minutes * 60 / READINGS)
            readings.append(read(site))
        traffic.ends.set()
        # Raises what stopped one of them.
        for person in people:
            person.result()
    return readings, traffic


def rows_of(minutes: float, readings: list[Reading], traffic: Traffic) -> list[table.Row]:
    warm = readings[WARM:]
    first, last = warm[0], warm[-1]
    files = max(reading.files for reading in warm)
    growth = slope(warm)
    is_long = minutes >= SHORTEST_FOR_SLOPE
    count = next(traffic.ranks)
    grown = 100 * (last.memory / first.memory - 1)
    return [
        table.Row(f"{minutes:g} minutes de trafic mêlé : demandes",
                  f"{count}, {count / minutes / 60:.0f} par seconde"),
        table.Row("mauvaises réponses",
                  f"{len(traffic.faults)} {traffic.faults[:3] or ''}".strip(), "0",
                  "", not traffic.faults),
        table.Row("mémoire prise après le premier tiers", table.french(grown, "%"),
                  f"≤ {GROWTH_PERCENT:g} % (20 minutes au moins)", "",
                  grown <= GROWTH_PERCENT if is_long else None),
        table.at_most("mémoire du plus gros processus web, à la fin", last.memory, 150, "Mo"),
        table.Row("croissance de ce processus, après le premier tiers",
                  table.french(growth, "Mo/h"),
                  f"≤ {MEGABYTES_AN_HOUR:g} Mo/h (20 minutes au moins)", "",
                  growth <= MEGABYTES_AN_HOUR if is_long else None),
        table.Row("fichiers ouverts, au plus", f"{files}", f"≤ {first.files + 50}", "",
                  files <= first.files + 50),
        table.Row("journal de la base, au plus",
                  f"{max(reading.journal for reading in warm) // 1000} ko", "≤ 20 000 ko", "",
                  max(reading.journal for reading in warm) <= 20_000_000),
        table.Row("fichiers temporaires à la fin", f"{last.temporary}", f"≤ {first.temporary + 5}",
                  "", last.temporary <= first.temporary + 5),
    ]  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--teams", type=int, default=10)
    parser.add_argument("--rate", type=float, default=20, help="requests a second")
    options = parser.parse_args()
    with served.site(options.teams) as site:
        readings, traffic = soak(site, options.minutes, options.rate)
        rows = rows_of(options.minutes, readings, traffic)
    return table.hand_over("Trafic mêlé, sans croître", rows)


if __name__ == "__main__":
    sys.exit(main())
