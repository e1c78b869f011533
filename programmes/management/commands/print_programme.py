from collections.abc import Iterable
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from programmes.enums import DocumentKind, Output
from programmes.exchange.exports import COMPLETE_EXPORTS, EXPORTS
from programmes.models import Edition, Programme
from programmes.printing import kept
from programmes.printing.formats import FORMATS, Format
from programmes.printing.orders import Desk
from programmes.printing.prints import PrintFailed

NAMES = [*FORMATS, *EXPORTS, *COMPLETE_EXPORTS]


class Command(BaseCommand):
    help = "Imprime un programme, ou l’un de ses tirages, dans un fichier."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("programme", metavar="ID", help="identifiant du programme")
        parser.add_argument("--format", required=True, help=", ".join(NAMES))
        parser.add_argument("--output", default="ecran", help=", ".join(Output.values))
        parser.add_argument(
            "--edition", type=int, metavar="N", help="numéro du tirage ; sans lui, l’état présent"
        )
        parser.add_argument(
            "--to",
            required=True,
            type=Path,
            metavar="FICHIER",
            help="fichier à écrire ; - : la sortie standard",
        )

    def handle(
        self,
        *args,
        programme: str,
        format: str,
        output: str,
        edition: int | None,
        to: Path,
        **options,
    ) -> None:
        if format not in NAMES:
            raise CommandError(_unknown("Format", format, NAMES))
        if output not in Output.values:
            raise CommandError(_unknown("Sortie", output, Output.values))
        row = Programme.objects.with_place().filter(pk=programme).first()
        if row is None:
            recent = Programme.objects.values_list("pk", flat=True)[:5]
            raise CommandError(_unknown("Programme", programme, recent))
        if format in COMPLETE_EXPORTS and edition is not None:
            raise CommandError(
                f"« {format} » est le programme entier, tel qu’il est : le demander sans --edition."
            )
        desk = Desk(row, _edition(row, edition))
        try:
            if format in COMPLETE_EXPORTS:
                content, state = COMPLETE_EXPORTS[format].make(row), ""
            elif format in EXPORTS:
                content = EXPORTS[format].make(desk.document)
                state = ""
            else:
                content = self._printed(desk, FORMATS[format], Output(output))
                state = _state(desk, FORMATS[format])
            if str(to) == "-":
                self.stdout.buffer.write(content)
                return
            _write(to, content)
        except PrintFailed as failure:
            raise CommandError(str(failure)) from None
        except (OSError, ValueError) as error:
            raise CommandError(f"{to} : écriture impossible ({error}).") from None
        self.stdout.write(f"{to} : {len(content)} octets{state}.")

    def _printed(self, desk: Desk, format: Format, output: Output) -> bytes:
        made = kept.make_and_keep(desk.order(format, output))
        for each in made.overflow:
            self.stderr.write(f"engagement {each.commitment} : {each.letters} signes de trop")
        return made.pdf


def _write(to: Path, content: bytes) -> None:
    """A file whole or not at all; what is none (a device, a pipe) is written to, not replaced."""
    if to.exists() and not to.is_file():
        to.write_bytes(content)
    else:
        kept.write_whole(to, content)


def _edition(programme: Programme, number: int | None) -> Edition | None:
    if number is None:
        return None
    known = programme.editions.filter(number=number).first()
    if known is None:
        numbers = programme.editions.values_list("number", flat=True)
        raise CommandError(_unknown("Tirage", str(number), map(str, numbers)))
    return known


def _state(desk: Desk, format: Format) -> str:
    """Whether the print may be handed out, after the number of bytes."""
    if format.kind is DocumentKind.INTERNE:
        return ""
    edition = desk.edition
    return f", tirage {edition.number} ({edition.code})" if edition else ", projet"


def _unknown(what: str, given: str, known: Iterable[str]) -> str:
    listed = ", ".join(known) or "rien pour l’instant"
    return f"{what} : « {given} » n’existe pas. Il y a : {listed}."
