from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from desescalade import environment
from desescalade.keeping import files, upgrading
from desescalade.keeping.locking import one_at_a_time
from desescalade.keeping.refusing import Refused, told

from .backup import add_making, kept


class Command(BaseCommand):
    help = "Met le site à la version installée : sauvegarde, migrations, catalogue, vérification."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--directory", type=Path, default=settings.BACKUPS_DIR)
        add_making(parser)

    def handle(self, *args, directory: Path, passphrase_file: Path | None, **options) -> None:
        try:
            with told(settings.DATA_DIR), one_at_a_time(self.stderr.write):
                upgrading.upgrade(
                    directory, self.stdout.write, files.passphrase(passphrase_file), kept(options)
                )
        except Refused as reason:
            raise CommandError(f"Rien n’a été mis à jour. {reason}") from None
        except upgrading.Failed as failure:
            raise CommandError(_what_to_do(failure, passphrase_file)) from None
        self.stdout.write("Mise à jour finie : relancer le site.")


def _what_to_do(failure: upgrading.Failed, passphrase_file: Path | None) -> str:
    if not failure.backup:
        return f"La mise à jour s’est arrêtée. {failure.reason}"
    restore = f"restore {failure.backup} --replace"
    if passphrase_file:
        restore += f" --passphrase-file {passphrase_file}"
    return (
        f"La mise à jour s’est arrêtée. {failure.reason}\n"
        f"Rien n’est perdu. Quand la cause est ôtée, relancer « {environment.command('upgrade')} »."
        " Pour revenir en arrière : réinstaller la version d’avant, puis\n"
        f"  {environment.command(restore)}"
    )
