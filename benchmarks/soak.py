"""Mixed traffic for a while on a real gunicorn: nothing may grow.

    .venv/bin/python benchmarks/soak.py [--minutes 60] [--teams 10]

Readers, teams that write and compare, searches, wrong cards and prints come in turn without a
pause. The memory of the web workers, their open files, the database and its journal, and the
files left in the temporary directory are read each tenth of the time; the first three tenths
warm up. Memory is held by the slope of what follows, in megabytes an hour.
"""

import argparse
import itertools
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import served
import table
import traffic

# A worker that took this much more each hour would be at its bound after a day.
MEGABYTES_AN_HOUR = 4.0
SHORTEST_FOR_SLOPE = 20
READINGS = 10
WARM = 3


@dataclass(frozen=True)
class Reading:
    """What one moment shows; bytes, megabytes and numbers."""

    at: float
    memory: float
    files: int
    journal: int
    temporary: int


class Faults:
    """Answers that should not have come, and how many came in all; for several threads."""

    def __init__(self) -> None:
        self.asked = itertools.count()
        self.found: list[str] = []

    def note(self, status: int, address: str) -> None:
        next(self.asked)
        if status >= 500:
            self.found.append(f"{status} {address}")


def read(site: served.Site) -> Reading:
    workers = site.workers()
    open_files = [len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in workers]
    journals = site.data.glob("*.sqlite3-*")
    temporary = sum(1 for path in (site.data.parent / "tmp").rglob("*") if path.is_file())
    memory = max(served.pss(pid) for pid in workers)
    size = sum(path.stat().st_size for path in journals)
    return Reading(time.monotonic(), memory, max(open_files), size, temporary)


def traffic_of(site: served.Site, rank: int, faults: Faults, stop: threading.Event) -> None:
    """What one person does, over and over."""
    own = site.teams[rank]
    member, anyone = served.Visitor(site.server.port, own.session), served.Visitor(site.server.port)
    pages = itertools.cycle([*traffic.PAGES, "/communes/?q=saint", "/nulle-part/", "/sante/pret"])
    names = ("relecture", "historique", "imprimer")
    private = itertools.cycle([own.address, *(f"{own.address}{name}/" for name in names)])
    for number in itertools.count():
        if stop.is_set():
            return
        address = next(pages)
        faults.note(anyone.get(address)[0], address)
        address = next(private)
        faults.note(member.get(address)[0], address)
        if number % 5 == 0:
            text = own.texts[number % len(own.texts)]
            faults.note(member.save(text, f"{number}"), text)
        if number % 500 == 100 * (rank % 5):
            address = f"{own.address}imprimer/depliant/ecran.pdf"
            faults.note(member.get(address)[0], address)


def slope(readings: list[Reading]) -> float:
    """Megabytes an hour, by least squares."""
    times = [reading.at / 3600 for reading in readings]
    values = [reading.memory for reading in readings]
    middle, mean = sum(times) / len(times), sum(values) / len(values)
    spread = sum((at - middle) ** 2 for at in times)
    return sum((at - middle) * (value - mean) for at, value in zip(times, values, strict=True)) / (
        spread
    )


def soak(site: served.Site, minutes: float) -> tuple[list[Reading], Faults]:
    faults, stop = Faults(), threading.Event()
    people = [
        threading.Thread(target=traffic_of, args=(site, rank, faults, stop))
        for rank in range(len(site.teams))
    ]
    for person in people:
        person.start()
    readings = []
    for _ in range(READINGS):
        time.sleep(minutes * 60 / READINGS)
        readings.append(read(site))
    stop.set()
    for person in people:
        person.join()
    return readings, faults


def rows_of(minutes: float, readings: list[Reading], faults: Faults) -> list[table.Row]:
    warm = readings[WARM:]
    first, last = warm[0], warm[-1]
    files = max(reading.files for reading in warm)
    growth = slope(warm)
    is_long = minutes >= SHORTEST_FOR_SLOPE
    count = next(faults.asked)
    return [
        table.Row(f"{minutes:g} minutes de trafic mêlé : demandes", f"{count}"),
        table.Row("pannes (5xx)", f"{len(faults.found)} {faults.found[:3] or ''}", "0", "",
                  not faults.found),
        table.at_most("mémoire du plus gros processus web, à la fin", last.memory, 150, "Mo"),
        table.Row("sa pente, après le premier tiers", table.french(growth, "Mo/h"),
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
    options = parser.parse_args()
    with served.site(options.teams) as site:
        readings, faults = soak(site, options.minutes)
        rows = rows_of(options.minutes, readings, faults)
    return table.hand_over("Trafic mêlé, sans croître", rows)


if __name__ == "__main__":
    sys.exit(main())
