"""Does what the site puts into its queue."""

import argparse

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from desescalade import starting
from desescalade.jobs import queue
from desescalade.jobs.supervisor import Supervisor


class Command(BaseCommand):
    help = "Fait ce que le site met dans sa file (DESESCALADE_JOBS=file), jusqu’à ce qu’on l’arrête"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--jobs", type=int, default=1, metavar="N", help="travaux faits en même temps (1)"
        )
        # For tests only: shorter than a minute, a busy machine passes for a dead one.
        parser.add_argument("--lease", type=float, default=queue.LEASE, help=argparse.SUPPRESS)

    def handle(self, *, jobs: int, lease: float, **options: object) -> None:
        if not settings.HAS_QUEUE:
            raise CommandError(
                "rien n’est mis dans la file. Écrire DESESCALADE_JOBS=file, ici et pour le site."
            )
        if not 1 <= jobs <= 64:
            raise CommandError(f"--jobs vaut {jobs} ; écrire un nombre de 1 à 64.")
        starting.refuse_unless_sound()
        self.stdout.write(f"La file est suivie, {jobs} à la fois.")
        self.stdout.flush()
        Supervisor(jobs, lease).run()
