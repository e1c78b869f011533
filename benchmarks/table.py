"""What benchmarks hand over: rows of one table, printed, and kept for RESULTATS.md.

A benchmark ends with `sys.exit(table.hand_over(TITLE, rows))`. `make bench` gives the file in
which the rows are gathered (BENCH_ROWS); without it they are only printed.
"""

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

HEAD = "| quoi | mesuré | borne | rapport | tenu |\n|---|---|---|---|---|"


@dataclass(frozen=True)
class Row:
    """`figure`, `bound` and `ratio` as they are printed; `is_held` is None where nothing bounds."""

    what: str
    figure: str
    bound: str = ""
    ratio: str = ""
    is_held: bool | None = None

    def __str__(self) -> str:
        held = {True: "oui", False: "**non**", None: ""}[self.is_held]
        return f"| {self.what} | {self.figure} | {self.bound} | {self.ratio} | {held} |"


def at_most(what: str, value: float, bound: float, unit: str, ratio: str = "") -> Row:
    """A figure that must not pass its bound: « 12,3 ms », « ≤ 100 ms »."""
    return Row(what, french(value, unit), f"≤ {french(bound, unit, 0)}", ratio, value <= bound)


def ratio(what: str, ours: float, theirs: float, bound: float, unit: str = "ms") -> Row:
    """Two durations in one run, and how many times the second the first takes."""
    times = ours / theirs
    figure = f"{french(ours, unit)} contre {french(theirs, unit)}"
    return Row(what, figure, f"≤ {french(bound, '×')}", french(times, "×"), times <= bound)


def french(value: float, unit: str, decimals: int | None = None) -> str:
    if decimals is None:
        decimals = 0 if abs(value) >= 100 else 2 if unit in ("×", "s") else 1
    if decimals == 0 and value != int(value):
        value = round(value) if abs(value) >= 100 else value
        decimals = 0 if value == int(value) else 2
    return f"{value:,.{decimals}f}".replace(",", "\u202f").replace(".", ",") + f"\u00a0{unit}"


def hand_over(title: str, rows: Iterable[Row]) -> int:
    """Prints the rows, adds them to the file of the run; 1 when a bound does not hold."""
    rows = list(rows)
    print(f"\n{title}\n\n{HEAD}")
    for row in rows:
        print(row)
    sys.stdout.flush()
    if to := os.environ.get("BENCH_ROWS"):
        with Path(to).open("a", encoding="utf-8") as file:
            entry = {"title": title, "rows": [asdict(row) for row in rows]}
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
    return int(any(row.is_held is False for row in rows))
