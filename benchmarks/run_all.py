"""Runs the benchmarks one after the other and writes benchmarks/RESULTATS.md.

    make bench [ARGS="--only pages.py --minutes 2"]

Each is a process of its own, which prints its rows and hands them over (table.py).
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import date
from importlib.metadata import version
from pathlib import Path

import table

FOLDER = Path(__file__).resolve().parent
TARGET = FOLDER / "RESULTATS.md"
BENCHMARKS = (
    *("pages.py", "admin_lists.py", "loading.py", "print_programme.py", "pdf_engine.py"),
    *("print_engines.py", "traffic.py", "soak.py", "grown.py"),
)
VERSIONS = ("Django", "gunicorn", "WeasyPrint", "typst")


def run(names: list[str], minutes: float, rows_file: Path) -> list[str]:
    """The names of those that failed, or did not hold a bound."""
    failed = []
    for name in names:
        command = [sys.executable, str(FOLDER / name), *_arguments(name, minutes)]
        done = subprocess.run(
            command,
            cwd=FOLDER.parent,
            env={**os.environ, "BENCH_ROWS": str(rows_file), "BENCH_COMMAND": _said(command)},
        )
        if done.returncode:
            failed.append(name)
    return failed


def _arguments(name: str, minutes: float) -> list[str]:
    return ["--minutes", f"{minutes:g}"] if name == "soak.py" else []


def _said(command: list[str]) -> str:
    return " ".join([".venv/bin/python", f"benchmarks/{Path(command[1]).name}", *command[2:]])


def machine() -> str:
    cpu = "processeur inconnu"
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0].partition(":")[2].strip() if names else cpu
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    known = ", ".join(f"{name} {version(name)}" for name in VERSIONS if _has(name))
    return (
        f"{date.today():%d/%m/%Y}, {os.cpu_count()} cœurs ({cpu}), {memory:.0f} Gio,"
        f" {platform.system()} {platform.release()}, Python {platform.python_version()}, {known}."
        f" Charge au départ : {os.getloadavg()[0]:.1f}."
    )


def _has(name: str) -> bool:
    try:
        return bool(version(name))
    except ImportError:
        return False


def report(head: str, entries: list[dict], failed: list[str]) -> str:
    parts = ["# Mesures", "", head, "", "Pour les refaire toutes : `make bench`.", ""]
    for entry in entries:
        rows = [str(table.Row(**row)) for row in entry["rows"]]
        parts += [f"## {entry['title']}", "", f"`{entry['command']}`", "", table.HEAD, *rows, ""]
    if failed:
        parts += [f"N’ont pas tenu une borne, ou pas fini : {', '.join(failed)}.", ""]
    return "\n".join(parts)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, default=list(BENCHMARKS))
    parser.add_argument("--minutes", type=float, default=2, help="of mixed traffic")
    options = parser.parse_args()
    head = machine()
    with tempfile.TemporaryDirectory() as folder:
        rows_file = Path(folder) / "rows.jsonl"
        rows_file.touch()
        failed = run(options.only, options.minutes, rows_file)
        entries = [json.loads(line) for line in rows_file.read_text("utf-8").splitlines()]
    TARGET.write_text(report(head, entries, failed), encoding="utf-8")
    print(f"\n{TARGET}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
