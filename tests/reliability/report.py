"""`python -m tests.reliability.report FIGURES` writes what was measured into docs/fiabilite.md.

FIGURES is what `pytest --figures FIGURES` wrote. A part of the tests replaces its own figures
only: all of them are kept in docs/fiabilite.json.
"""

import json
import os
import platform
import sqlite3
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

from .promises import PROMISES

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
PAGE, KEPT = DOCS / "fiabilite.md", DOCS / "fiabilite.json"
BEGIN, END = "<!-- mesures : début -->", "<!-- mesures : fin -->"
HEAD = (
    "| | promesse | ce qui est mesuré | mesuré | promis | quand, où | pour le refaire |\n"
    "|---|---|---|---|---|---|---|"
)
GIB = 1024**3


def machine() -> str:
    """What the machine is, without its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    return (
        f"{len(os.sched_getaffinity(0))} cœurs, {memory:.0f} Gio,"
        f" Python {platform.python_version()}, Django {version('django')},"
        f" SQLite {sqlite3.sqlite_version}"
    )


def keep(found: list[dict[str, str]], path: Path, day: str, machine: str) -> list[dict[str, str]]:
    """All kept figures, in the order of the promises; those of the tests that ran are new."""
    known = json.loads(path.read_text("utf-8")) if path.exists() else []
    again = {row["test"] for row in found}
    rows = [row for row in known if row["test"] not in again]
    rows += [{**row, "day": day, "machine": machine} for row in found]
    rows.sort(key=lambda row: (list(PROMISES).index(row["promise"]), row["test"]))
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return rows


def table(rows: list[dict[str, str]]) -> str:
    lines = [HEAD]
    for code, promise in PROMISES.items():
        own = [row for row in rows if row["promise"] == code]
        lines += [
            f"| {code} | {promise.sentence} | {row['what']} | {row['value']}"
            f" | {row.get('bound', promise.bound)} | {row['day']}, {row['machine']}"
            f' | `make endurance ARGS="{row["test"]}"` |'
            for row in own
        ]
        if promise.tests and not own:
            repeat = f'`make test ARGS="{" ".join(promise.tests)}"`'
            how = "éprouvé à chaque `make test`"
            lines.append(
                f"| {code} | {promise.sentence} | {how} | | {promise.bound} | | {repeat} |"
            )
        if not own and not promise.tests:
            how = promise.why_not or "pas encore mesuré"
            lines.append(f"| {code} | {promise.sentence} | {how} | | {promise.bound} | | |")
    return "\n".join(lines)


def rewritten(page: str, rows: list[dict[str, str]]) -> str:
    """The page with the table of these figures between its two marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table(rows)}\n\n{END}{after}"


def main(figures: str) -> None:
    found = json.loads(Path(figures).read_text("utf-8"))
    rows = keep(found, KEPT, date.today().strftime("%d/%m/%Y"), machine())
    PAGE.write_text(rewritten(PAGE.read_text("utf-8"), rows), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
