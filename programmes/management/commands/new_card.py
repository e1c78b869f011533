from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, CommandParser

from programmes import cards


class Command(BaseCommand):
    help = "Fait une nouvelle carte d’accès pour une personne qui a tout perdu."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("identifier", metavar="IDENTIFIANT")
        parser.add_argument(
            "--remove-factor",
            action="store_true",
            help="retire aussi le second facteur, sans lequel /gestion/ ne s’ouvre pas",
        )

    def handle(self, *args, identifier: str, remove_factor: bool, **options) -> None:
        person = get_user_model().objects.filter(username=identifier).first()
        if person is None:
            raise CommandError(f"Personne n’a l’identifiant « {identifier} ».")
        if remove_factor:
            person.authenticator_set.all().delete()
        card = cards.renew(person)
        self.stdout.write(f"identifiant: {card.identifier}\nphrase: {card.passphrase}")
