"""Teams at work on a served site: `python -m tests.reliability.teams open 8` and `… texts`.

In a process of its own, on the database that the environment names.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass

from tests.serving import ROOT

PASSPHRASE = "la phrase de cette équipe"


@dataclass(frozen=True)
class Team:
    """A programme with one commitment of its own, and a session of who writes on it."""

    programme: str
    # The address of its page.
    commitment: str
    session: str
    # Whose passphrase is PASSPHRASE.
    identifier: str


def open_teams(environment: dict[str, str], number: int) -> list[Team]:
    return [Team(**row) for row in _ask(environment, "open", str(number))]


def kept_texts(environment: dict[str, str]) -> set[str]:
    """Every text of a commitment that was ever saved."""
    return set(_ask(environment, "texts"))


def _ask(environment: dict[str, str], *words: str) -> list:
    said = subprocess.run(
        [sys.executable, "-m", "tests.reliability.teams", *words],
        cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    return json.loads(said.stdout)


def _open(number: int) -> list[dict[str, str]]:
    from django.contrib.auth import get_user_model
    from django.test import Client

    from programmes import actions
    from programmes.models import Commitment, Commune

    rows, commune = [], Commune.objects.get(pk="26027")
    for _ in range(number):
        known = get_user_model().objects.count()
        person = get_user_model().objects.create_user(f"equipe-{known}", password=PASSPHRASE)
        programme, _, _ = actions.open_programme(commune, person)
        own = Commitment(
            programme=programme, title="Un banc", text="Un banc.", decided_by="mayor",
            horizon="term",
        )  # fmt: skip
        actions.add_own_commitment(own, None)
        browser = Client()
        browser.force_login(person)
        session = browser.cookies["sessionid"].value
        rows.append(asdict(Team(programme.pk, own.get_absolute_url(), session, person.username)))
    return rows


def _texts() -> list[str]:
    from programmes.models import Change

    states = Change.objects.exclude(commitment=None).values_list("state", flat=True)
    return [state["text"] for state in states]


def main(what: str, *rest: str) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desescalade.settings")
    django.setup()
    json.dump(_open(int(rest[0])) if what == "open" else _texts(), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
