from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from desescalade import typography
from desescalade.keeping import files, restoring, rotation
from desescalade.keeping.locking import one_at_a_time
from desescalade.keeping.refusing import Refused, told
from desescalade.keeping.restoring import Restored


class Command(BaseCommand):
    help = "Remet le site dans l’état d’une sauvegarde, qui est d’abord relue entière."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--passphrase-file", type=Path, metavar="FICHIER")
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--replace",
            action="store_true",
            help="remplace les données du site ; ce qui a été écrit depuis la sauvegarde est perdu",
        )
        what.add_argument(
            "--trial",
            action="store_true",
            help="restaure à part, relit et efface, sans toucher au site ; sans fichier nommé, la"
            " dernière sauvegarde",
        )

    def handle(
        self, *args, file: Path | None, passphrase_file: Path | None, trial: bool, **options
    ) -> None:
        if not (file or trial):
            raise CommandError("Nommer le fichier de la sauvegarde à restaurer.")
        try:
            with told(settings.DATA_DIR), one_at_a_time(self.stderr.write):
                passphrase = files.passphrase(passphrase_file)
                if trial:
                    self._say_trial(file := file or _newest(), restoring.try_out(file, passphrase))
                else:
                    self._say(restoring.restore(file, passphrase, options["replace"]))
        except Refused as reason:
            if trial:
                raise CommandError(f"L’essai a échoué, le site est intact. {reason}") from None
            raise CommandError(f"Rien n’a été restauré. {reason}") from None

    def _say(self, done: Restored) -> None:
        self.stdout.write(f"Le site est dans l’état du {_moment(done)} : {_rows(done)}.")
        self._say_migrations(done)
        self.stdout.write("Relancer le site. Chacun y revient avec sa carte d’accès.")

    def _say_trial(self, file: Path, done: Restored) -> None:
        tables = typography.quantity(len(done.manifest.tables), "tables", "table")
        self.stdout.write(
            f"Essai réussi : {file}\nÉtat du {_moment(done)}, {tables}, {_rows(done)}."
        )
        self._say_migrations(done)
        self.stdout.write("La copie d’essai est effacée ; le site n’a pas changé.")

    def _say_migrations(self, done: Restored) -> None:
        if done.migrations:
            self.stdout.write(
                f"La sauvegarde était d’une version plus ancienne : {done.migrations} migration(s)"
                " appliquée(s) ensuite."
            )


def _newest() -> Path:
    """Raises Refused where there is none, OSError where the directory cannot be read."""
    directory = settings.BACKUPS_DIR
    if not (name := rotation.newest((each.name for each in directory.iterdir()), timezone.now())):
        raise Refused(f"Il n’y a pas encore de sauvegarde dans {directory}.")
    return directory / name


def _moment(done: Restored) -> str:
    made = timezone.localtime(datetime.fromisoformat(done.manifest.made))
    day, time = typography.date_in_words(made.date()), typography.time_in_words(made.time())
    return f"{day} à {time}"


def _rows(done: Restored) -> str:
    rows = typography.quantity(done.manifest.rows, "lignes", "ligne")
    return f"{rows}, relues une par une"
