from django.core.management.base import BaseCommand

from proposals.desk import planning
from proposals.desk.models import PlannedRelease


class Command(BaseCommand):
    help = "Publie les éditions dont la date est venue (le serveur le fait aussi chaque minute)."

    def handle(self, *args, **options) -> None:
        published = planning.publish_due()
        for release in published:
            self.stdout.write(f"Édition {release.number} publiée.")
        for planned in PlannedRelease.objects.exclude(problem=""):
            self.stderr.write(f"Édition {planned.number} : {planned.problem}")
        if not published:
            self.stdout.write("Aucune édition à publier.")
