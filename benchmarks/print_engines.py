"""Compare our print of a booklet with Chromium's and Typst's, each from a cold start, in one run.

    .venv/bin/python benchmarks/print_engines.py [--commune INSEE] [--measures N]

Chromium gets our HTML and our style sheets; it knows neither running feet nor page numbers in the
contents, so its pages say a little less. Typst gets the same texts in a template of its own: same
page, same face, margin column, contents with page numbers. Every way is a fresh process, imports
included; "warm" is our engine as the site runs it. The ways are interleaved.
"""

# Django must be set up before our models are imported.
# ruff: noqa: E402

import argparse
import importlib.util
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "desescalade.settings"
os.environ["DESESCALADE_DATA"] = tempfile.mkdtemp()

import django
import table

django.setup()

import pikepdf
from django.core.management import call_command

from desescalade import markdown, pdf, typography
from programmes.models import Programme
from programmes.printing import document, rendering
from programmes.printing.document import Document
from programmes.printing.formats import FORMATS, Format

ROUNDS = 5

# A fresh process of our own: what a command line costs, from import to bytes.
COLD = """
import sys; from pathlib import Path; from desescalade import pdf
html, target, *sheets = map(Path, sys.argv[1:])
target.write_bytes(pdf.render(html.read_text(), sheets).pdf)
"""
COLD_TYPST = """
import sys, typst
typst.compile(sys.argv[1], output=sys.argv[2], font_paths=[sys.argv[3]], pdf_standards=["ua-1"])
"""
TYPST_HEAD = """
#set document(title: "{title}")
#set page(width: 148mm, height: 210mm, margin: (x: 14mm, y: 16mm), numbering: "1")
#set text(font: "Vollkorn", size: 10pt, lang: "fr", hyphenate: true)
#set par(justify: true)
= {title}
#outline(title: "Ce que nous ferons", depth: 2)
#pagebreak()
"""


def demo(commune: str, measures: int) -> Document:
    """The document of a sample programme, in a database of its own."""
    output = io.StringIO()
    for command in ("migrate", "load_catalogue", "load_communes"):
        call_command(command, verbosity=0, stdout=io.StringIO())
    call_command("demo", commune=commune, measures=measures, stdout=output)
    return document.build(Programme.objects.with_place().get(pk=output.getvalue().split()[1]))


def typst_source(printed: Document) -> str:
    """The same texts as Typst markup; Markdown is reduced to its words."""
    parts = [TYPST_HEAD.format(title=_typst(printed.title))]
    for chapter in printed.chapters:
        parts += [f"== {_typst(chapter.title)}", f"_{_typst(chapter.summary)}_"]
        for row in chapter.commitments:
            words = _typst(markdown.to_text(row.text))
            parts += [
                f"=== {_typst(row.title)}",
                "#grid(columns: (20mm, 1fr), gutter: 4mm,"
                f" text(8pt)[{_typst(row.decided_by)} {_typst(row.horizon)}], [{words}])",
            ]
        parts += [f"- {_typst(figure.statement)}" for figure in chapter.figures]
    parts += [f"+ {_typst(source.title)}" for source in printed.sources]
    return "\n\n".join(parts)


def _typst(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\#$*_`<>@=-+/[]~" else sign for sign in
                   typography.typeset(text))  # fmt: skip


def chromium_page(html: str, format: Format) -> str:
    """Our page with its style sheets inside, and faces by their file names."""
    sheets = [
        sheet.read_text().replace("url(", f"url({(pdf.FONTS).as_uri()}/")
        if sheet.name == "faces.css"
        else sheet.read_text()
        for sheet in format.style_sheets
    ]
    return html.replace("</head>", f"<style>{''.join(sheets)}</style></head>")


def ways_for(printed: Document, format: Format, folder: Path) -> dict[str, Callable[[], object]]:
    """The ways to make the PDF, by name; each writes into `folder`."""
    html = rendering.html_of(printed, format)
    page, chromium, typst = (folder / name for name in ("ours.html", "chromium.html", "main.typ"))
    page.write_text(html)
    chromium.write_text(chromium_page(html, format))
    typst.write_text(typst_source(printed))
    sheets = [str(sheet) for sheet in format.style_sheets]
    ways: dict[str, Callable[[], object]] = {
        "nous, à froid": lambda: _run(
            [sys.executable, "-c", COLD, page, folder / "ours.pdf", *sheets]
        )
    }
    if browser := shutil.which("chromium"):
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        options.append(f"--print-to-pdf={folder / 'chromium.pdf'}")
        ways["Chromium, cold"] = lambda: _run([browser, *options, chromium.as_uri()])
    if importlib.util.find_spec("typst"):
        ways["Typst, cold"] = lambda: _run(
            [sys.executable, "-c", COLD_TYPST, typst, folder / "typst.pdf", pdf.FONTS]
        )
    ways["nous, à chaud"] = lambda: pdf.render(html, format.style_sheets)
    return ways


def _run(command: list[object]) -> None:
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True, capture_output=True)


def main() -> int:
    """Read the arguments, measure, print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--commune", default="26027")
    parser.add_argument("--measures", type=int, default=14)
    parser.add_argument("--format", default="livret-a5")
    options = parser.parse_args()
    printed = demo(options.commune, options.measures)
    folder = Path(tempfile.mkdtemp())
    ways = ways_for(printed, FORMATS[options.format], folder)
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS + 1):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            times[name].append(time.perf_counter() - start)
    return report(options.format, times, folder)


def report(name: str, times: dict[str, list[float]], folder: Path) -> int:
    """The first round warms the disk and is left out."""
    middle = {way: median(values[1:]) for way, values in times.items()}
    rows = []
    for way, seconds in middle.items():
        path = folder / f"{way.partition(',')[0].lower()}.pdf"
        with pikepdf.open(path) as file:
            pages = len(file.pages)
        times_ours = middle["nous, à froid"] / seconds
        is_bound = way.startswith("Chromium")
        rows.append(table.Row(
            f"{way}, {pages} pages, {path.stat().st_size // 1024} Kio",
            table.french(seconds, "s"), "nous ≤ 1,00 ×" if is_bound else "",
            f"nous {table.french(times_ours, '×')}", times_ours <= 1 if is_bound else None,
        ))  # fmt: skip
    return table.hand_over(f"{name} : nous, Chromium, Typst, chacun à froid", rows)


if __name__ == "__main__":
    sys.exit(main())
