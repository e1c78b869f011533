from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from desescalade import typography
from desescalade.keeping import files, making
from desescalade.keeping.locking import one_at_a_time
from desescalade.keeping.refusing import Refused, told
from desescalade.keeping.rotation import Kept


class Command(BaseCommand):
    help = "Sauvegarde tout le site dans un fichier, le relit, et ôte les sauvegardes anciennes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", nargs="?", type=Path, default=settings.BACKUPS_DIR)
        add_making(parser)

    def handle(self, *args, directory: Path, passphrase_file: Path | None, **options) -> None:
        try:
            with told(settings.DATA_DIR), one_at_a_time(self.stderr.write):
                made = making.make(directory, files.passphrase(passphrase_file), kept(options))
        except Refused as reason:
            raise CommandError(f"Pas de sauvegarde. {reason}") from None
        rows = typography.quantity(made.manifest.rows, "lignes", "ligne")
        self.stdout.write(f"Sauvegarde faite et relue : {made.path} ({rows})")
        for name in made.removed:
            self.stdout.write(f"Ôtée, a fait son temps : {name}")


def add_making(parser: CommandParser) -> None:
    """The options of whatever makes a backup."""
    parser.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FICHIER",
        help="chiffre la sauvegarde par la phrase de passe écrite à la première ligne du fichier",
    )
    for option, default, unit in (
        ("--keep-daily", Kept.daily, "jours"),
        ("--keep-weekly", Kept.weekly, "semaines"),
        ("--keep-monthly", Kept.monthly, "mois"),
    ):
        parser.add_argument(
            option,
            type=_number,
            default=default,
            metavar="N",
            help=f"{unit} dont la dernière sauvegarde est gardée ({default})",
        )
    parser.add_argument(
        "--max-age",
        type=_number,
        default=Kept.max_age,
        metavar="N",
        help="jours après lesquels une sauvegarde s’en va, sauf la dernière"
        f" ({Kept.max_age}, comme le promet la page sur les données)",
    )


def kept(options: dict) -> Kept:
    periods = (options[f"keep_{period}"] for period in ("daily", "weekly", "monthly"))
    return Kept(*periods, max_age=options["max_age"])


def _number(text: str) -> int:
    """Raises ValueError for what is no number from 0 on; argparse then says so."""
    if (number := int(text)) < 0:
        raise ValueError("negative")
    return number
