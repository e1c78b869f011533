from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from desescalade import typography
from proposals import catalogue
from proposals.catalogue import entries
from proposals.catalogue.loading import Fate

LINES = {
    Fate.ADDED: "ajout",
    Fate.UPDATED: "mise à jour",
    Fate.REMOVED: "suppression",
    Fate.KEPT: "modifié dans l’administration, gardé",
    Fate.CONFLICT: "CONFLIT, modifié des deux côtés",
}


class Command(BaseCommand):
    help = "Charge le catalogue dans la base, sans écraser ce qui a été corrigé ailleurs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=settings.CATALOGUE_FILE)
        parser.add_argument("--dry-run", action="store_true", help="montre sans rien écrire")
        parser.add_argument(
            "--prefer",
            choices=["file", "admin"],
            default="",
            help="qui l’emporte en cas de conflit",
        )

    def handle(self, *args, file: Path, dry_run: bool, prefer: str, **options) -> None:
        try:
            with file.open("rb") as stream:
                # One byte more than allowed is enough to know that there are too many.
                data = stream.read(catalogue.MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{file} : lecture impossible ({error.strerror}).") from None
        try:
            report = catalogue.load(catalogue.read(data), prefer=prefer, dry_run=dry_run)
        except catalogue.CatalogueError as error:
            for problem in error.problems:
                self.stderr.write(problem.located(str(file)))
            count = typography.quantity(len(error.problems), "problèmes", "problème")
            raise CommandError(f"{count} : rien n’a été changé.") from None
        self.show(report, dry_run)
        if report.conflicts:
            count = typography.quantity(len(report.conflicts), "conflits", "conflit")
            raise CommandError(
                f"{count} : rien n’a été changé. Relancer avec « --prefer file » ou"
                " « --prefer admin »."
            )

    def show(self, report: catalogue.LoadReport, dry_run: bool) -> None:
        first = len(report.keys(Fate.ADDED)) == len(report.fates)
        for fate, label in LINES.items():
            if first and fate is Fate.ADDED:
                continue
            for key in report.keys(fate):
                self.stdout.write(f"{label} : {entries.name(key)}")
        for key in report.still_used:
            self.stdout.write(f"encore utilisée, gardée : {entries.name(key)}")
        count = sum(len(report.keys(f)) for f in (Fate.ADDED, Fate.UPDATED, Fate.REMOVED))
        if report.changes_nothing:
            self.stdout.write("Catalogue : rien de nouveau dans le fichier.")
        elif not report.conflicts:
            verb = "à écrire" if dry_run else "chargées"
            one = verb.removesuffix("s")
            entries_ = typography.quantity(count, f"entrées {verb}", f"entrée {one}")
            self.stdout.write(f"Catalogue : {entries_}.")
