"""Compare our whole print with bare, warm WeasyPrint on the same HTML and sheets, in one run.

    .venv/bin/python benchmarks/print_programme.py [--commune INSEE] [--measures N]

Works on a data directory of its own. The three ways are interleaved, so that a slow minute of the
machine slows all of them; the table gives medians.
"""

# Django must be set up before our models are imported.
# ruff: noqa: E402

import argparse
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ["DJANGO_SETTINGS_MODULE"] = "desescalade.settings"
os.environ["DESESCALADE_DATA"] = tempfile.mkdtemp()

import django
import table

django.setup()

from django.core.management import call_command

from desescalade import pdf
from programmes.models import Programme
from programmes.printing import kept, prints, rendering
from programmes.printing.formats import FORMATS, Format
from programmes.printing.orders import Desk

ROUNDS = 7


def demo(commune: str, measures: int) -> str:
    """A sample programme; gives its id."""
    output = io.StringIO()
    for command in ("migrate", "load_catalogue", "load_communes"):
        call_command(command, verbosity=0, stdout=io.StringIO())
    call_command("demo", commune=commune, measures=measures, stdout=output)
    return output.getvalue().split()[1]


def bare(html: str, format: Format) -> Callable[[], object]:
    """WeasyPrint in this process, sheets and fonts parsed beforehand."""
    fonts = FontConfiguration()
    sheets = [CSS(filename=sheet, font_config=fonts) for sheet in format.style_sheets]

    def way() -> bytes:
        return HTML(string=html).write_pdf(
            stylesheets=sheets, font_config=fonts, pdf_variant="pdf/a-3a"
        )

    return way


def seconds_of(way: Callable[[], object]) -> float:
    """Wall clock of one call."""
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


def measure(programme: str, format: Format) -> int:
    """Run all ways in turn and print the table."""
    results: list[pdf.Rendered] = []

    def order() -> prints.Print:
        return Desk(Programme.objects.with_place().get(pk=programme)).order(format)

    def laid_out() -> None:
        rendered, _, _ = prints.lay_out(order())
        results.append(rendered)

    ways = {
        "bare": bare(rendering.html_of(order().document, format), format),
        "ours": laid_out,
        "kept": lambda: kept.make_and_keep(order()),
    }
    for way in ways.values():
        way()
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            times[name].append(seconds_of(way))
    return report({name: median(values) for name, values in times.items()}, results)


def report(middle: dict[str, float], results: list[pdf.Rendered]) -> int:
    """Medians, ratio and budgets."""
    peak = max(result.peak_memory for result in results) / 1e6
    pages = results[0].page_count
    return table.hand_over(
        f"Impression entière contre WeasyPrint nu, {pages} pages",
        [
            table.ratio("lignes, document, HTML et rendu", middle["ours"], middle["bare"], 1.25,
                        "s"),
            table.at_most("programme inchangé, PDF gardé", middle["kept"] * 1000, 50, "ms"),
            table.at_most("mémoire d’un rendu, au plus", peak, 400, "Mo"),
        ],
    )  # fmt: skip


def main() -> int:
    """Read the arguments, measure, print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--commune", default="38185")
    parser.add_argument("--measures", type=int, default=70)
    parser.add_argument("--format", default="programme-a4")
    options = parser.parse_args()
    return measure(demo(options.commune, options.measures), FORMATS[options.format])


if __name__ == "__main__":
    sys.exit(main())
