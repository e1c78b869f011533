from django.core.management.base import BaseCommand, CommandError, CommandParser

from desescalade import typography
from proposals.addresses import Offline
from proposals.desk import visits

OFFLINE = (
    "Pas de réseau ici : aucune adresse n’a été essayée. Relancez la commande d’une machine"
    " reliée à internet."
)


class Command(BaseCommand):
    help = "Essaie les adresses des sources, celles qu’on n’a jamais essayées d’abord."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, help="au plus tant d’adresses")

    def handle(self, *args, limit: int | None, **options) -> None:
        if limit is not None and limit < 1:
            raise CommandError("--limit est un nombre à partir de 1.")
        try:
            rows = visits.visit(visits.due(limit))
        except Offline:
            raise CommandError(OFFLINE) from None
        wrong = [row for row in rows if row.status != "answers"]
        for row in wrong:
            note = f" ({row.note})" if row.note else ""
            self.stdout.write(f"{row.source} : {row.get_status_display()}{note}\n  {row.url}")
        tried = typography.quantity(len(rows), "adresses essayées", "adresse essayée")
        self.stdout.write(f"{tried}, {len(wrong)} à revoir.")
