from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from programmes import communes
from programmes.models import Commune


class Command(BaseCommand):
    help = "Charge les communes, les départements et les intercommunalités."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", nargs="?", type=Path, default=settings.COMMUNES_DIR)

    def handle(self, *args, directory: Path, **options) -> None:
        try:
            changed = communes.load(directory)
        except FileNotFoundError as error:
            raise CommandError(f"{error.filename} : fichier absent.") from None
        except (ValueError, UnicodeDecodeError) as error:
            raise CommandError(f"{directory} : {error}. Rien n’a été changé.") from None
        count = Commune.objects.count()
        self.stdout.write(
            f"Communes : {count} chargées." if changed else f"Communes : {count}, déjà à jour."
        )
