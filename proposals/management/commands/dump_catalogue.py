from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from proposals import catalogue


class Command(BaseCommand):
    help = "Écrit le catalogue de la base dans son fichier (« - » : à l’écran)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default=str(settings.CATALOGUE_FILE))

    def handle(self, *args, file: str, **options) -> None:
        text = catalogue.dump()
        if file == "-":
            self.stdout.write(text, ending="")
            return
        path = Path(file)
        try:
            # Written beside and renamed: the file is never half-written.
            beside = path.with_name(f".{path.name}.part")
            beside.write_text(text, encoding="utf-8")
            beside.replace(path)
        except (OSError, ValueError) as error:
            raise CommandError(f"{path} : écriture impossible ({error}).") from None
        self.stdout.write(f"Catalogue écrit dans {path}.")
