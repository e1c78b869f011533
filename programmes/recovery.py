"""A new card by e-mail, for who gave an address.

What the answer to a request takes must not tell whether the address is known: the database is
asked the same question in both cases, and mails are written and sent by a thread of their own,
or by `manage.py work` where the site has a queue.
"""

import logging
import secrets
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import EmailMessage
from django.urls import reverse
from django_tasks import task

from desescalade.jobs import queue

logger = logging.getLogger(__name__)

# One thread: a slow mail server delays mails, never pages. What waits is sent before the
# process ends.
_sender = ThreadPoolExecutor(max_workers=1, thread_name_prefix="courriel")


class Tokens(PasswordResetTokenGenerator):
    """Bound to the passphrase and to the address: good once, for PASSWORD_RESET_TIMEOUT seconds.

    Django counts them on the clock of the wall, which strikes an hour twice when summer time ends.
    """

    def _now(self) -> datetime:
        return datetime.now(UTC).replace(tzinfo=None)


tokens = Tokens()

SUBJECT = "Une nouvelle carte d’accès"
TEXT = """\
Bonjour,

Une nouvelle carte d’accès a été demandée sur {site} pour cette adresse. Ouvrez le lien qui suit \
votre identifiant, puis « Faire une nouvelle carte ». Il est bon une heure, une seule fois.

{links}

Vous n’avez rien demandé ? Ne faites rien : votre carte reste bonne.
"""


def send_links(address: str, site: str) -> None:
    """Mails a link for each account of this address. `site`: "https://exemple.fr"."""
    people = get_user_model().objects.filter(email__iexact=address, is_active=True)
    # With nobody there is nothing to write, but a thread to wake or a job to ask for all the same.
    if settings.HAS_QUEUE:
        pks = list(people.order_by("pk").values_list("pk", flat=True))
        # Once: a mail that may have left is not sent again, and who got none asks again.
        queue.enqueue(mail_links, secrets.token_hex(), attempts=1, people=pks, site=site)
    else:
        _sender.submit(_send, list(people.order_by("pk")), site)


@task(queue_name=queue.EVERY_RELEASE)
def mail_links(*, people: Sequence[int], site: str) -> None:
    """The links are made here: one that waits in the database could be read there."""
    known = get_user_model().objects.filter(pk__in=people, is_active=True)
    _send(list(known.order_by("pk")), site)


def wait() -> None:
    """Returns when all mails asked for so far are sent or given up."""
    _sender.submit(int).result()


def person_of(pk: int, token: str) -> AbstractUser | None:
    """Who may have a new card by this link; None when it is over, used or wrong."""
    person = get_user_model().objects.filter(pk=pk, is_active=True).first()
    return person if tokens.check_token(person, token) else None


def _send(people: Sequence[AbstractUser], site: str) -> None:
    # Always to the address as it was given, never as it was typed now: letters that look alike
    # may compare as equal.
    by_address = defaultdict(list)
    for person in people:
        by_address[person.email].append(person)
    for address, owners in by_address.items():
        links = "\n\n".join(f"{owner.get_username()}\n{_link(owner, site)}" for owner in owners)
        try:
            EmailMessage(SUBJECT, TEXT.format(site=site, links=links), to=[address]).send()
        except Exception as error:
            # Its message may name the address.
            logger.error("A mail for a lost card could not be sent: %s", type(error).__name__)


def _link(person: AbstractUser, site: str) -> str:
    arguments = [person.pk, tokens.make_token(person)]
    return f"{site}{reverse('programmes:recover', args=arguments)}"
