import os
import secrets
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from desescalade import health
from desescalade.keeping import stamp


def told(client):
    response = client.get("/sante/pret")
    return response.status_code, response.content.decode().splitlines()


@pytest.mark.parametrize("address", ["/sante/vivant", "/sante/pret"])
def test_health_answers_without_a_session(client, db, address):
    response = client.get(address)
    assert (response.status_code, response.cookies) == (200, {})


def test_process_lives_without_a_database(client):
    """Without the fixture db, pytest-django refuses any question to the database."""
    assert client.get("/sante/vivant").content.decode() == "vivant\n"


@pytest.fixture
def backed_up(tmp_path):
    """A backup of an hour ago, in the data directory of the test."""
    stamp.record(timezone.now() - timedelta(hours=1), tmp_path / "desescalade.tar.gz")


def test_sound_site_is_ready_and_has_nothing_else_to_say(client, db, backed_up):
    assert told(client) == (200, ["prêt"])


def test_missing_and_old_backups_are_told(client, db, tmp_path):
    assert told(client) == (200, ["prêt", "attention\u00a0: aucune sauvegarde n’a été faite"])
    stamp.record(timezone.now() - timedelta(days=9, hours=1), tmp_path / "desescalade.tar.gz")
    old = "attention\u00a0: la dernière sauvegarde date de 9\u00a0jours"
    assert told(client) == (200, ["prêt", old])


@pytest.mark.parametrize("below", ["", "encore/plus/bas"])
def test_backups_that_have_nowhere_to_go_are_told_at_once(client, db, backed_up, settings, below):
    place = settings.DATA_DIR / "sauvegardes"
    settings.BACKUPS_DIR = place / below
    assert told(client) == (200, ["prêt"])
    place.write_text("not a directory")
    caution = "attention\u00a0: le dossier des sauvegardes ne peut pas être écrit"
    assert told(client) == (200, ["prêt", caution])


@pytest.mark.parametrize(
    ("mode", "user", "groups", "lets"),
    [
        (0o700, 0, [], True),
        (0o700, 1000, [], True),
        (0o500, 1000, [], False),
        (0o755, 1001, [1000], False),
        (0o770, 1001, [7, 1000], True),
        (0o777, 1001, [], True),
    ],
)
def test_directory_lets_its_owner_its_group_or_all_write(mode, user, groups, lets):
    found = os.stat_result([0o040000 | mode, 1, 1, 1, 1000, 1000, 0, 0, 0, 0])
    assert health.lets_write(found, user, groups) == lets


def test_site_is_not_ready_when_the_database_is_not_migrated(client, db):
    MigrationRecorder.Migration.objects.filter(app="programmes").delete()
    assert told(client) == (503, ["des migrations ne sont pas appliquées"])


def test_site_is_not_ready_when_its_directory_is_gone(client, db, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "nulle-part"
    assert told(client)[0] == 503


def test_disk_that_fills_is_told_before_it_is_full(client, db, backed_up, monkeypatch):
    monkeypatch.setattr(health, "LITTLE_SPACE", 1 << 60)
    status, [answer, caution] = told(client)
    assert (status, answer) == (200, "prêt")
    assert caution.startswith("attention\u00a0: il reste ")
    assert caution.endswith("\u00a0Mo sur le disque des données")


LIMITED = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
from django.test import Client
from django.test.utils import setup_test_environment
import django
django.setup()
setup_test_environment()
print(Client().get("/sante/pret").content.decode())
"""


def test_site_is_not_ready_when_nothing_more_can_be_written(tmp_path):
    """Files may not grow any more, as on a full disk."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "desescalade.settings",
            "DESESCALADE_DATA": str(tmp_path),
            "DESESCALADE_SECRET_KEY": secrets.token_urlsafe(50),
        },
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "le répertoire de données ne peut pas être écrit"
