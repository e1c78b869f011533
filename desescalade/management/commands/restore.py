from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from desescalade import typography
from desescalade.keeping import files, restoring
from desescalade.keeping.locking import one_at_a_time
from desescalade.keeping.refusing import Refused, told


class Command(BaseCommand):
    help = "Remet le site dans l’état d’une sauvegarde, qui est d’abord relue entière."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--passphrase-file", type=Path, metavar="FICHIER")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="remplace les données du site ; ce qui a été écrit depuis la sauvegarde est perdu",
        )

    def handle(
        self, *args, file: Path, passphrase_file: Path | None, replace: bool, **options
    ) -> None:
        try:
            with told(settings.DATA_DIR), one_at_a_time(self.stderr.write):
                done = restoring.restore(file, files.passphrase(passphrase_file), replace)
        except Refused as reason:
            raise CommandError(f"Rien n’a été restauré. {reason}") from None
        made = timezone.localtime(datetime.fromisoformat(done.manifest.made))
        rows = typography.quantity(done.manifest.rows, "lignes", "ligne")
        self.stdout.write(
            f"Le site est dans l’état du {typography.date_in_words(made.date())} à"
            f" {typography.time_in_words(made.time())} : {rows}, relues une par une."
        )
        if done.migrations:
            self.stdout.write(
                f"La sauvegarde était d’une version plus ancienne : {done.migrations} migration(s)"
                " appliquée(s) ensuite."
            )
        self.stdout.write("Relancer le site. Chacun y revient avec sa carte d’accès.")
