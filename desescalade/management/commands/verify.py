from datetime import datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from desescalade import typography
from desescalade.keeping import files, restoring
from desescalade.keeping.refusing import Refused, told


class Command(BaseCommand):
    help = "Relit une sauvegarde entière et la compare à ce qui y avait été noté."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--passphrase-file", type=Path, metavar="FICHIER")

    def handle(self, *args, file: Path, passphrase_file: Path | None, **options) -> None:
        try:
            with told(file):
                manifest = restoring.check(file, files.passphrase(passphrase_file))
        except Refused as reason:
            named = str(reason).startswith(f"{file} : ")
            raise CommandError(str(reason) if named else f"{file} : {reason}") from None
        made = timezone.localtime(datetime.fromisoformat(manifest.made))
        self.stdout.write(
            f"{file} : bonne.\n"
            f"  faite le {typography.date_in_words(made.date())} à"
            f" {typography.time_in_words(made.time())}, version {manifest.application},"
            f" base {manifest.engine}\n"
            f"  {typography.quantity(len(manifest.tables), 'tables', 'table')},"
            f" {typography.quantity(manifest.rows, 'lignes', 'ligne')},"
            f" {typography.quantity(len(manifest.files), 'fichiers', 'fichier')}"
        )
