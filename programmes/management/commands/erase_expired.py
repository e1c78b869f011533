from datetime import timedelta

from django.core.management.base import BaseCommand
from django.utils import timezone

from programmes import actions
from programmes.models import Draft, Invitation, Submission
from programmes.submissions import REMEMBERED

DRAFTS = timedelta(days=90)


class Command(BaseCommand):
    help = "Efface ce qui a passé son temps : corbeilles, invitations, brouillons, clés d’envoi."

    def handle(self, *args, **options) -> None:
        now = timezone.now()
        actions.empty_bins()
        Invitation.objects.filter(expires_at__lte=now).delete()
        Draft.objects.filter(at__lte=now - DRAFTS).delete()
        Submission.objects.filter(at__lte=now - REMEMBERED).delete()
        self.stdout.write("Ce qui avait passé son temps est effacé.")
