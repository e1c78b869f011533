"""Compare our bounded render with bare, warm WeasyPrint on the same html, in one run.

    .venv/bin/python benchmarks/pdf_engine.py [document.html [sheet.css ...]]

Without arguments it lays out a sample of 17 pages (cover, contents with page numbers,
chapters, side notes). The three ways are interleaved, so that a slow minute of the machine
slows all of them; the table gives medians.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import table

from desescalade import pdf

ROUNDS = 7
VARIANT = "pdf/ua-1"

SAMPLE_SHEET = """
@page { size: A4; margin: 22mm 20mm 24mm 55mm; @bottom-right { content: counter(page) } }
@page :first { @bottom-right { content: none } }
html { font: 10.5pt/1.45 Vollkorn; hyphens: auto; hyphenate-character: "-" }
h1, h2 { font-weight: 900; break-after: avoid } h1 { font-size: 30pt }
h2 { break-before: page; font-size: 20pt; string-set: chapter content() }
h3 { font-weight: 600; break-after: avoid }
p { text-align: justify; orphans: 2; widows: 2 }
.note { float: left; width: 30mm; margin-left: -37mm; font: 8pt/1.3 Andika; text-align: left }
nav { break-before: page } nav ul { list-style: none; padding: 0 }
nav a { display: block; color: inherit; text-decoration: none }
nav a::after { content: target-counter(attr(href), page); float: right }
table { width: 100%; table-layout: fixed; border-collapse: collapse }
td, th { border: .3pt solid; padding: 1mm; text-align: left }
"""

SENTENCES = (
    "La commune garde un accueil avec des personnes, aux heures où les gens sont libres.",
    "Aucune démarche ne passe seulement par un écran : le papier et le téléphone restent.",
    "Chaque nouvel outil est essayé un an, avec un bilan public avant toute reconduction.",
    "Les écoles choisissent leurs équipements avec les familles, les élèves et les agents.",
    "Le budget du numérique paraît tous les ans, avec ce que coûtent l’eau et l’électricité.",
    "Les caméras existantes sont recensées, leur utilité est mesurée et rendue publique.",
)


def sample_html() -> str:
    """A programme of ten chapters, 17 pages with the sample sheet."""
    chapters = range(1, 11)
    contents = "".join(
        f'<li><a href="#c{number}">{number}. Chapitre {number}</a></li>' for number in chapters
    )
    return (
        '<!DOCTYPE html><html lang="fr"><head><title>Programme d’essai</title></head><body>'
        "<h1>Pour une commune moins numérique</h1><p>Programme d’essai.</p>"
        f'<nav><h2 style="break-before: auto">Sommaire</h2><ul>{contents}</ul></nav>'
        + "".join(_chapter(number) for number in chapters)
        + "</body></html>"
    )


def _chapter(number: int) -> str:
    # Every other chapter is long: one page or two, as in a real programme.
    measures = "".join(_measure(number, rank) for rank in range(1, 4 if number % 2 else 2))
    table = "".join(f"<tr><th>Année {year}</th><td>{year} %</td></tr>" for year in range(1, 5))
    return f'<h2 id="c{number}">{number}. Chapitre {number}</h2>{measures}<table>{table}</table>'


def _measure(number: int, rank: int) -> str:
    turned = SENTENCES[rank:] + SENTENCES[:rank]
    text = " ".join(turned)
    return (
        f"<h3>{number}.{rank} Mesure</h3><aside class='note'>{turned[0]}</aside>"
        f"<p>{text}</p><p>{text}</p><ul><li>{turned[1]}</li><li>{turned[2]}</li></ul>"
    )


def bare_ways(html: str, sheets: list[Path]) -> tuple[Callable[[], bytes], Callable[[], bytes]]:
    """WeasyPrint in this process: with everything parsed beforehand, and parsed each time."""
    fonts = FontConfiguration()
    parsed = [CSS(filename=sheet, font_config=fonts) for sheet in sheets]

    def cached() -> bytes:
        source = HTML(string=html)
        return source.write_pdf(stylesheets=parsed, font_config=fonts, pdf_variant=VARIANT)

    def parsed_again() -> bytes:
        own = FontConfiguration()
        styles = [CSS(filename=sheet, font_config=own) for sheet in sheets]
        source = HTML(string=html)
        return source.write_pdf(stylesheets=styles, font_config=own, pdf_variant=VARIANT)

    return cached, parsed_again


def in_two_forks(way: Callable[[], object]) -> None:
    """Run a way twice at once: what two cores of this machine give, without our engine."""
    forks = []
    for _ in range(2):
        fork = os.fork()
        if fork == 0:
            way()
            os._exit(0)
        forks.append(fork)
    for fork in forks:
        os.waitpid(fork, 0)


def seconds_of(way: Callable[[], object]) -> float:
    """Wall clock of one call."""
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


def measure(html: str, sheets: list[Path]) -> int:
    """Run all ways in turn and print the table."""
    cached, parsed_again = bare_ways(html, sheets)
    results = []

    def ours() -> None:
        results.append(pdf.render(html, sheets, variant=VARIANT))

    def two_of_ours() -> None:
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(lambda _: ours(), range(2)))

    ways = {
        "a": cached,
        "b": parsed_again,
        "c": ours,
        "two": two_of_ours,
        "two bare": lambda: in_two_forks(cached),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _ in range(ROUNDS):
        for name, way in ways.items():
            times[name].append(seconds_of(way))
    return report({name: median(values) for name, values in times.items()}, results)


def report(middle: dict[str, float], results: list[pdf.Rendered]) -> int:
    """The medians, the ratios and the budgets; two at once say nothing on a busy machine."""
    a, b, c, two, two_bare = middle.values()
    peak = max(result.peak_memory for result in results) / 1e6
    pages, load = results[0].page_count, os.getloadavg()[0]
    at_once = 2 * c / two
    return table.hand_over(
        f"Moteur PDF contre WeasyPrint nu, {pages} pages, charge de la machine {load:.1f}",
        [
            table.ratio("notre rendu contre WeasyPrint nu et chaud", c, a, 1.25, "s"),
            table.Row("le même, WeasyPrint relisant ses feuilles", table.french(b, "s"), "",
                      table.french(c / b, "×")),
            table.Row("deux à la fois : débit contre un seul", table.french(at_once, "×"),
                      "≥ 1,8 ×", "", at_once >= 1.8),
            table.Row("le même, WeasyPrint nu", table.french(2 * a / two_bare, "×")),
            table.at_most("mémoire d’un rendu, au plus", peak, 400, "Mo"),
        ],
    )  # fmt: skip


def main() -> int:
    """Read the arguments, or make the sample."""
    if len(sys.argv) > 1:
        html = Path(sys.argv[1]).read_text(encoding="utf-8")
        return measure(html, [Path(name) for name in sys.argv[2:]])
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder) / "sample.css"
        sheet.write_text(SAMPLE_SHEET, encoding="utf-8")
        return measure(sample_html(), [pdf.FONTS / "faces.css", sheet])


if __name__ == "__main__":
    sys.exit(main())
