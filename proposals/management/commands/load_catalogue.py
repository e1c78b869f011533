import textwrap
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from desescalade import typography
from proposals import catalogue
from proposals.catalogue import entries
from proposals.catalogue.differences import place, words
from proposals.catalogue.entries import Key
from proposals.catalogue.loading import Fate
from proposals.models import LoadedEntry

LINES = {
    Fate.ADDED: "ajout",
    Fate.UPDATED: "mise à jour",
    Fate.MERGED: "modifié des deux côtés, réuni",
    Fate.REMOVED: "suppression",
    Fate.KEPT: "modifié dans l’administration, gardé",
    Fate.CONFLICT: "CONFLIT, modifié des deux côtés",
}
SIDES = {"admin": "administration", "file": "fichier"}
# As much of a text as fits a line of a terminal.
SHOWN = 90


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
        parser.add_argument(
            "--take",
            action="append",
            default=[],
            metavar="CÔTÉ:ENTRÉE",
            help="qui l’emporte dans une entrée en conflit : file:measure/slug, admin:measure/slug",
        )

    def handle(
        self, *args, file: Path, dry_run: bool, prefer: str, take: list[str], **options
    ) -> None:
        choices = {key: side for side, key in map(_taken, take)}
        try:
            with file.open("rb") as stream:
                # One byte more than allowed is enough to know that there are too many.
                data = stream.read(catalogue.MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{file} : lecture impossible ({error.strerror}).") from None
        try:
            content = catalogue.read(data)
            _refuse_unknown(choices, content)
            report = catalogue.load(content, prefer=prefer, choices=choices, dry_run=dry_run)
        except catalogue.CatalogueError as error:
            for problem in error.problems:
                self.stderr.write(problem.located(str(file)))
            count = typography.quantity(len(error.problems), "problèmes", "problème")
            raise CommandError(f"{count} : rien n’a été changé.") from None
        self.show(report, dry_run)
        if report.conflicts:
            count = typography.quantity(len(report.conflicts), "conflits", "conflit")
            raise CommandError(
                f"{count} : rien n’a été changé. Relancer avec une option « --take » par entrée, ou"
                " avec « --prefer file » ou « --prefer admin » pour toutes."
            )

    def show(self, report: catalogue.LoadReport, dry_run: bool) -> None:
        first = len(report.keys(Fate.ADDED)) == len(report.fates)
        for fate, label in LINES.items():
            if first and fate is Fate.ADDED:
                continue
            for key in report.keys(fate):
                self.stdout.write(f"{label} : {entries.name(key)}")
                if fate is Fate.CONFLICT:
                    self.show_passages(key, report)
        for sentence in report.unsound:
            self.stdout.write(f"à reprendre dans l’administration : {sentence}")
        for key in report.still_used:
            self.stdout.write(f"encore utilisée, gardée : {entries.name(key)}")
        count = len(report.written)
        if report.conflicts:
            return
        if report.changes_nothing:
            self.stdout.write("Catalogue : rien de nouveau dans le fichier.")
        else:
            verb = "à écrire" if dry_run else "chargées"
            one = verb.removesuffix("s")
            entries_ = typography.quantity(count, f"entrées {verb}", f"entrée {one}")
            self.stdout.write(f"Catalogue : {entries_}.")

    def show_passages(self, key: Key, report: catalogue.LoadReport) -> None:
        for passage in report.passages[key]:
            self.stdout.write(f"  {place(key, passage.path, report.base.get(key))}")
            for side, value in (("admin", passage.ours), ("file", passage.theirs)):
                text = textwrap.shorten(words(value, passage.kind), SHOWN, placeholder="…")
                self.stdout.write(f"    {SIDES[side]} : {text}")
        for side, name in SIDES.items():
            self.stdout.write(f"  {name} : --take {side}:{_spelled(key)}")


def _spelled(key: Key) -> str:
    return "/".join(filter(None, key))


def _taken(option: str) -> tuple[str, Key]:
    """Side and entry of "file:measure/slug". Raises CommandError."""
    side, _, spelled = option.partition(":")
    kind, _, slug = spelled.partition("/")
    if side not in SIDES or kind not in entries.NAMES:
        raise CommandError(
            f"--take {option} : écrire « file: » ou « admin: », puis l’entrée comme la liste des"
            " conflits la nomme, par exemple « file:measure/slug »."
        )
    return side, (kind, slug)


def _refuse_unknown(choices: dict[Key, str], content: dict[str, Any]) -> None:
    known = {*entries.split(content), *LoadedEntry.objects.values_list("kind", "key")}
    if unknown := [key for key in choices if key not in known]:
        raise CommandError(
            f"--take : {entries.name(unknown[0])} n’est pas dans le fichier ; rien n’a été changé."
        )
