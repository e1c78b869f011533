from collections.abc import Iterable
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from desescalade import pdf
from programmes.models import Programme
from programmes.printing import document, rendering
from programmes.printing.formats import FORMATS, OUTPUTS


class Command(BaseCommand):
    help = "Imprime un programme dans un fichier."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("programme", metavar="ID", help="identifiant du programme")
        parser.add_argument("--format", required=True, help=", ".join(FORMATS))
        parser.add_argument("--output", default="ecran", help=", ".join(OUTPUTS))
        parser.add_argument(
            "--to", required=True, type=Path, metavar="FICHIER", help="fichier à écrire"
        )

    def handle(self, *args, programme: str, format: str, output: str, to: Path, **options) -> None:
        if format not in FORMATS:
            raise CommandError(_unknown("Format", format, FORMATS))
        if output not in OUTPUTS:
            raise CommandError(_unknown("Sortie", output, OUTPUTS))
        row = Programme.objects.with_place().filter(pk=programme).first()
        if row is None:
            recent = Programme.objects.values_list("pk", flat=True)[:5]
            raise CommandError(_unknown("Programme", programme, recent))
        try:
            content = rendering.print_document(document.build(row), FORMATS[format])
            rendering.write_whole(to, content)
        except pdf.RenderError as error:
            raise CommandError(str(error)) from None
        except (OSError, ValueError) as error:
            raise CommandError(f"{to} : écriture impossible ({error}).") from None
        self.stdout.write(f"{to} : {len(content)} octets.")


def _unknown(what: str, given: str, known: Iterable[str]) -> str:
    listed = ", ".join(known) or "rien pour l’instant"
    return f"{what} : « {given} » n’existe pas. Il y a : {listed}."
