"""Runs the benchmarks one after the other and writes benchmarks/RESULTATS.md.

    make bench [ARGS="--only soak.py --minutes 2"]

Each is a process of its own, which prints its rows and hands them over (table.py). Those that
were left out keep what they said before, with their own day and machine.
"""

import argparse
import json
import os
import platform
import re
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
    *("print_engines.py", "traffic.py", "soak.py", "grown.py", "grown.py@postgresql"),
)
# After the file of a benchmark: on a server of its own instead of SQLite.
ON_POSTGRESQL = "@postgresql"
HEAD = """# Mesures

Pour les refaire toutes : `make bench` ; une seule : `make bench ARGS="--only traffic.py"`.
Les rapports se mesurent en une fois, l’un à côté de l’autre ; les durées dépendent de la machine.
"""
# As the report says it; what runs is the Python of this process.
PYTHON = ".venv/bin/python"
VERSIONS = ("Django", "gunicorn", "WeasyPrint", "typst")


def run(name: str, minutes: float) -> str:
    """The section of one benchmark, as it stands in the report."""
    arguments = ["--minutes", f"{minutes:g}"] if name == "soak.py" else []
    file = name.removesuffix(ON_POSTGRESQL)
    around = [] if file == name else ["-m", "tests.postgres", PYTHON]
    words = [PYTHON, *around, f"benchmarks/{file}", *arguments]
    command = " ".join(words)
    head = f"`{command}`, {machine()}"
    with tempfile.NamedTemporaryFile() as rows_file:
        done = subprocess.run(
            [sys.executable if word == PYTHON else word for word in words],
            cwd=FOLDER.parent, env={**os.environ, "BENCH_ROWS": rows_file.name},
        )  # fmt: skip
        found = Path(rows_file.name).read_text("utf-8").splitlines()
    return section(name, head, found, done.returncode)


def section(name: str, head: str, found: list[str], code: int) -> str:
    """Of what a benchmark handed over; one that stopped on its way says so."""
    parts = []
    for entry in map(json.loads, found):
        rows = [str(table.Row(**row)) for row in entry["rows"]]
        parts += [f"## {entry['title']}", "", head, "", table.HEAD, *rows, ""]
    if not found:
        parts = [f"## {name}", "", head, "", f"N’a pas fini (code {code}).", ""]
    return "\n".join(parts)


def machine() -> str:
    cpu = "processeur inconnu"
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0].partition(":")[2].strip() if names else cpu
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    known = ", ".join(f"{name} {version(name)}" for name in VERSIONS if _has(name))
    load = f"{os.getloadavg()[0]:.1f}".replace(".", ",")
    kernel = platform.release().partition("-")[0]
    return (
        f"{date.today():%d/%m/%Y}, {os.cpu_count()} cœurs ({cpu}), {memory:.0f} Gio,"
        f" {platform.system()} {kernel}, Python {platform.python_version()}, {known}."
        f" Charge au départ : {load}."
    )


def _has(name: str) -> bool:
    try:
        return bool(version(name))
    except ImportError:
        return False


def kept(text: str) -> dict[str, str]:
    """The sections of a report, by the benchmark whose command each names."""
    found: dict[str, str] = {}
    for part in re.split("^## ", text, flags=re.MULTILINE)[1:]:
        command, file = re.search(r"`(.*benchmarks/(\w+\.py).*)`", part).groups()
        name = f"{file}{ON_POSTGRESQL}" if "tests.postgres" in command else file
        found[name] = "\n".join(filter(None, [found.get(name), f"## {part.rstrip()}\n"]))
    return found


def report(sections: dict[str, str]) -> str:
    return "\n".join([HEAD, *(sections[name] for name in BENCHMARKS if name in sections)])


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, default=list(BENCHMARKS))
    parser.add_argument("--minutes", type=float, default=60, help="of mixed traffic")
    options = parser.parse_args()
    found = kept(TARGET.read_text("utf-8")) if TARGET.exists() else {}
    for name in options.only:
        found[name] = run(name, options.minutes)
        TARGET.write_text(report(found), encoding="utf-8")
    print(f"\n{TARGET}")
    return int(any(is_missed(found[name]) for name in options.only))


def is_missed(section: str) -> bool:
    return "| **non** |" in section or "N’a pas fini" in section


if __name__ == "__main__":
    sys.exit(main())
