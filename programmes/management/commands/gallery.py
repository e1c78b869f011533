"""The pages of every format as pictures, to look at before one ships a change."""

import io
from argparse import ArgumentParser
from dataclasses import replace
from datetime import date
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction

from desescalade.pdf import pictures
from programmes.enums import Output
from programmes.models import Programme
from programmes.printing import document, prints
from programmes.printing.document import Document, Stamp
from programmes.printing.formats import FORMATS, Format
from programmes.printing.layout import Layout
from programmes.printing.prints import Print

# INSEE code and number of commitments: a small programme and a large one.
PLACES = {"village": ("26027", 12), "ville": ("69123", 30)}
# What a leaflet, a poster or a card of such a programme would hold.
CHOSEN = {"depliant": 14, "tract-a5": 10, "carte-a6": 4, "affiche-a3": 7, "affiche-a2": 7}
CHOSEN |= {"circulaire": 12, "porte-a-porte": 8}
CANDIDATES = (
    *("Camille Roux", "Jean-Pierre Vasseur", "Aïcha Benali", "Louis Chabert", "Odile Faure"),
    *("Mathieu Grangier", "Yvette Arnaud", "Karim Haddad", "Léonie Serre"),
)
STAMP = Stamp(1, "k7d3-9xq2", date(2026, 11, 22))


class Command(BaseCommand):
    help = "Écrit en PNG les pages de tous les formats, pour un village et une ville."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, required=True, metavar="DOSSIER")
        parser.add_argument("--only", nargs="*", default=list(FORMATS), metavar="FORMAT")
        parser.add_argument("--output", nargs="*", default=["ecran"], metavar="SORTIE")
        parser.add_argument("--width", type=int, default=700, help="largeur d’une page A4, pixels")

    def handle(self, *args, to: Path, only: list[str], output: list[str], **options) -> None:
        to.mkdir(parents=True, exist_ok=True)
        for place, (commune, measures) in PLACES.items():
            whole = _demonstration(commune, measures)
            for slug in only:
                for name in output:
                    self._draw(to / place, whole, FORMATS[slug], Output(name), options["width"])

    def _draw(
        self, folder: Path, whole: Document, format: Format, output: Output, width: int
    ) -> None:
        folder.mkdir(exist_ok=True)
        order = Print(_chosen(whole, format), format, output, bleed=3)
        made = prints.make(order)
        stem = f"{format.slug}-{output.value}"
        (folder / f"{stem}.pdf").write_bytes(made.pdf)
        for number, drawn in enumerate(pictures.pages(made.pdf, width=width), start=1):
            (folder / f"{stem}-{number:02}.png").write_bytes(drawn)
        self.stdout.write(f"{folder / stem} : {made.page_count} pages")


def _demonstration(commune: str, measures: int) -> Document:
    """The programme of the demonstration; nothing of it stays in the database."""
    said = io.StringIO()
    with transaction.atomic():
        call_command("demo", commune=commune, measures=measures, stdout=said)
        pk = said.getvalue().split()[1]
        built = document.build(Programme.objects.with_place().get(pk=pk))
        transaction.set_rollback(True)
    return replace(
        built, slogan="Moins d’écrans, plus de présence", candidates=CANDIDATES, stamp=STAMP
    )


def _chosen(whole: Document, format: Format) -> Document:
    """The first commitments of each chapter in turn, as many as the format is made for."""
    wanted = CHOSEN.get(format.slug)
    ranks = {
        row.id: (rank, chapter.number)
        for chapter in whole.chapters
        for rank, row in enumerate(chapter.commitments)
    }
    kept = set(sorted(ranks, key=ranks.__getitem__)[:wanted])
    ids = tuple(row.id for row in whole.commitments if row.id in kept)
    layout = Layout(commitments=ids, slogan=whole.slogan, candidates=whole.candidates)
    return layout.arrange(whole)
