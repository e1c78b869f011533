from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from proposals import catalogue as files
from proposals.desk.models import SizeClass
from proposals.tables.catalogue import MAIN


class Command(BaseCommand):
    help = "Écrit le catalogue de la base dans son fichier (« - » : à l’écran)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", help=f"« {settings.CATALOGUE_FILE} » pour le catalogue principal"
        )
        parser.add_argument(
            "--catalogue", default=MAIN, metavar="NOM", help="un autre que le principal"
        )

    def handle(self, *args, file: str | None, catalogue: str, **options) -> None:
        sizes = SizeClass.objects.order_by("catalogue_id")
        known = list(sizes.values_list("catalogue_id", flat=True).distinct())
        if catalogue not in known:
            raise CommandError(
                f"Aucun catalogue « {catalogue} » dans la base ; il y a :"
                f" {', '.join(known) or 'rien encore'}."
            )
        if file is None and catalogue != MAIN:
            raise CommandError(
                f"Où écrire le catalogue « {catalogue} » ? Donner un fichier, ou « - » pour"
                " l’écran."
            )
        text = files.dump(catalogue)
        if file == "-":
            self.stdout.write(text, ending="")
            return
        path = Path(file or settings.CATALOGUE_FILE)
        try:
            # Written beside and renamed: the file is never half-written.
            beside = path.with_name(f".{path.name}.part")
            beside.write_text(text, encoding="utf-8")
            beside.replace(path)
        except (OSError, ValueError) as error:
            raise CommandError(f"{path} : écriture impossible ({error}).") from None
        self.stdout.write(f"Catalogue écrit dans {path}.")
