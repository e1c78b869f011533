"""A curator saves while a file is being loaded: run on a database of its own, prints what was left.

python -m tests.proposals.during_a_load
"""

import json
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desescalade.settings")
django.setup()

from allauth.mfa.models import Authenticator  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402

from proposals import catalogue  # noqa: E402
from proposals.catalogue import loading  # noqa: E402
from proposals.desk.models import Measure, Proposal, Wording  # noqa: E402
from tests.proposals.admin.pages import data_of  # noqa: E402

SMALL = (Path(__file__).parent.parent / "data" / "small.yaml").read_text()
# Django's own names of what waits for another's lock.
WAITS = ("BEGIN IMMEDIATE", "LOCK TABLE")
EASY = ("Le guichet est ouvert.", "Le guichet ouvre.")
TITLE = ("Ouvrir le guichet", "Ouvrir tard")
SCENES = {
    "another entry": (("proposal", "guichet"), TITLE),
    "another passage": (("measure", "ouvrir"), EASY),
    "the same passage": (("measure", "ouvrir"), TITLE),
}
WRITTEN = "Écrit à l’écran"


def play(client, model, key, change):
    """The curator opens the page; the load reads; the curator saves; the load writes."""
    url = reverse(f"admin:desk_{model}_change", args=[key])
    page = client.get(url)
    data = {**data_of(page), "version": page.context["version"], "title": WRITTEN}
    is_saving = threading.Event()

    def save():
        def watch(execute, sql, *rest):
            if sql.startswith(WAITS):
                is_saving.set()
            return execute(sql, *rest)

        try:
            with connection.execute_wrapper(watch):
                return client.post(url, data)
        finally:
            is_saving.set()
            connection.close()

    apply = loading._apply
    with ThreadPoolExecutor() as pool:
        saved = []

        def begun(report):
            saved.append(pool.submit(save))
            is_saving.wait(timeout=20)
            apply(report)

        loading._apply = begun
        try:
            loading.load(catalogue.read(SMALL.replace(*change).encode()))
        finally:
            loading._apply = apply
        return saved[0].result(timeout=60)


def main():
    setup_test_environment()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    user = get_user_model().objects.create_superuser("curator")
    factor = Authenticator.objects.create(
        user=user, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"}
    )
    client = Client()
    client.force_login(user)
    session = client.session
    shown = {"method": "mfa", "at": time.time(), "id": factor.pk, "type": factor.type}
    session["account_authentication_methods"] = [shown]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    left = {}
    for name, ((model, key), change) in SCENES.items():
        # From the start each time: what both said before is settled for the file.
        loading.load(catalogue.read(SMALL.encode()), prefer="file")
        Measure.objects.update(title=TITLE[0])
        Proposal.objects.update(title="Un guichet")
        response = play(client, model, key, change)
        left[name] = {
            "status": response.status_code,
            "is told": WRITTEN in response.content.decode(),
            "proposal": Proposal.objects.get().title,
            "measure": Measure.objects.get().title,
            "easy": Wording.objects.get(is_default=True).easy,
        }
    print(json.dumps(left))  # noqa: T201


if __name__ == "__main__":
    main()
