"""Teams at work on a served site: `python -m tests.reliability.teams open 8`, `… desk`, `… texts`.

In a process of its own, on the database that the environment names.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass

from tests.serving import ROOT

PASSPHRASE = "la phrase de cette équipe"
COMMUNE = "26027"


@dataclass(frozen=True)
class Team:
    """A programme with one commitment of its own, and sessions of the two who write on it."""

    programme: str
    # The address of its page.
    commitment: str
    session: str
    # Whose passphrase is PASSPHRASE.
    identifier: str
    colleague: str


def open_teams(environment: dict[str, str], number: int) -> list[Team]:
    return [Team(**row) for row in _ask(environment, "open", str(number))]


def session_at_the_desk(environment: dict[str, str]) -> str:
    """Of an administrator who has shown a second factor."""
    return _ask(environment, "desk")[0]


def kept_texts(environment: dict[str, str]) -> set[str]:
    """Every text of a commitment that was ever saved."""
    return set(all_texts(environment))


def all_texts(environment: dict[str, str]) -> list[str]:
    """The same, as often as it was saved."""
    return _ask(environment, "texts")


def _ask(environment: dict[str, str], *words: str) -> list:
    said = subprocess.run(
        [sys.executable, "-m", "tests.reliability.teams", *words],
        cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    return json.loads(said.stdout)


def opened(number: int) -> list[Team]:
    """In this process, on its own database."""
    from django.contrib.auth import get_user_model

    from programmes import actions
    from programmes.enums import Role
    from programmes.models import Commitment, Commune, Membership

    found, commune = [], Commune.objects.get(pk=COMMUNE)
    for _ in range(number):
        known = get_user_model().objects.count()
        person = get_user_model().objects.create_user(f"equipe-{known}", password=PASSPHRASE)
        programme, _, _ = actions.open_programme(commune, person)
        own = Commitment(
            programme=programme, title="Un banc", text="Un banc.", decided_by="mayor",
            horizon="term",
        )  # fmt: skip
        actions.add_own_commitment(own, None)
        colleague = get_user_model().objects.create_user(f"collegue-{known}")
        Membership.objects.create(programme=programme, user=colleague, role=Role.WRITER)
        found.append(
            Team(programme.pk, own.get_absolute_url(), _session(person), person.username,
                 _session(colleague))
        )  # fmt: skip
    return found


def _session(person) -> str:
    from django.test import Client

    browser = Client()
    browser.force_login(person)
    return browser.cookies["sessionid"].value


def _desk() -> list[str]:
    import time

    from allauth.mfa.models import Authenticator
    from django.contrib.auth import get_user_model
    from django.test import Client

    person = get_user_model().objects.create_superuser("gestion", password=PASSPHRASE)
    factor = Authenticator.objects.create(
        user=person, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP" * 2}
    )
    browser = Client()
    browser.force_login(person)
    session = browser.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "at": time.time(), "id": factor.pk, "type": factor.type}
    ]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return [session.session_key]


def _texts() -> list[str]:
    from programmes.models import Change

    states = Change.objects.exclude(commitment=None).values_list("state", flat=True)
    return [state["text"] for state in states]


def main(what: str, *rest: str) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desescalade.settings")
    django.setup()
    ask = {
        "open": lambda: [asdict(team) for team in opened(int(rest[0]))],
        "desk": _desk,
        "texts": _texts,
    }[what]
    json.dump(ask(), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
