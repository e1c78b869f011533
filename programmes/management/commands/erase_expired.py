from django.core.management.base import BaseCommand
from django.utils import timezone

from desescalade import typography
from programmes import erasing


class Command(BaseCommand):
    help = (
        "Efface ce qui a passé son temps : programmes à leur date, corbeilles, invitations,"
        " brouillons, clés d’envoi, sessions, comptes sans équipe."
    )

    def handle(self, *args, **options) -> None:
        if believed_from := erasing.erase_expired():
            when = timezone.localtime(believed_from)
            self.stdout.write(
                "Rien n’est effacé encore : l’horloge doit avoir été lue régulièrement pendant deux"
                f" jours. À partir du {typography.date_in_words(when.date())},"
                f" {typography.time_in_words(when.time())}, si cette commande passe chaque jour."
            )
        else:
            self.stdout.write("Ce qui avait passé son temps est effacé.")
