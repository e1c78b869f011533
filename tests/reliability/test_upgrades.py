"""Upgrading: a backup first, one at a time, and a way back when it stops."""

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management.base import CommandError

from desescalade.keeping import restoring, upgrading
from tests import serving

from . import kept
from .test_backups import can_mount, small_disk


@pytest.fixture(scope="module")
def now(tmp_path_factory):
    """A site of this version, as `upgrade` makes a new one: tests.serving has it do so."""
    environment = serving.prepared(tmp_path_factory, DATABASE_URL="")
    return kept.Kept(Path(environment["DESESCALADE_DATA"]))


@pytest.fixture
def site(now, tmp_path):
    return now.copy(tmp_path / "data")


def set_back(site):
    """One migration is still to be applied."""
    with closing(sqlite3.connect(site.base)) as base, base:
        base.execute("DROP TABLE django_session")
        base.execute("DELETE FROM django_migrations WHERE app = 'sessions'")


def migrations(site):
    with closing(sqlite3.connect(site.base)) as base:
        rows = base.execute("SELECT app, name FROM django_migrations")
        return {f"{app}.{name}" for app, name in rows}


def test_two_upgrades_at_once_are_one_after_the_other(site):
    set_back(site)
    both = [
        subprocess.Popen(
            site.command("upgrade"), cwd=settings.BASE_DIR, env=site.environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    told = [process.communicate(timeout=200) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert sorted("Migrations appliquées à la base : 1." in out for out, _ in told) == [False, True]
    assert any("est en cours : on l’attend." in err for _, err in told)
    assert "sessions.0001_initial" in migrations(site)
    assert len([restoring.check(path) for path in site.backups.iterdir()]) == 2


def test_base_of_a_later_version_is_refused(site):
    with closing(sqlite3.connect(site.base)) as base, base:
        row = (9999, "programmes", "0999_nouveau", "2032-01-01")
        base.execute("INSERT INTO django_migrations VALUES (?, ?, ?, ?)", row)
    done = site.run("upgrade")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(
        "CommandError: Rien n’a été mis à jour. La base a été faite par une version plus récente du"
        " site (programmes.0999_nouveau)."
    )
    assert not site.backups.exists()


def test_upgrade_that_stops_says_how_to_come_back(site):
    set_back(site)
    with closing(sqlite3.connect(site.base)) as base, base:
        # What the migration is about to make is there already.
        base.execute("CREATE TABLE django_session (a)")
    done = site.run("upgrade")
    assert done.returncode == 1
    [backup] = site.backups.iterdir()
    assert done.stdout == f"Sauvegarde faite et relue : {backup}\n"
    assert "La mise à jour s’est arrêtée." in done.stderr
    assert f".venv/bin/python manage.py restore {backup} --replace" in done.stderr
    assert "Traceback" not in done.stderr
    assert restoring.check(backup).rows


@pytest.mark.skipif(not can_mount(), reason="only the administrator mounts a small disk")
def test_full_disk_stops_an_upgrade_before_anything(site):
    """R15"""
    done = site.run("upgrade", before=small_disk(site))
    assert (done.returncode, done.stdout) == (1, "")
    assert "Rien n’a été mis à jour. Il n’y a plus de place pour écrire dans" in done.stderr
    assert "backups/desescalade-" not in done.stderr


def test_file_of_the_catalogue_that_cannot_be_loaded_does_not_stop_it(monkeypatch):
    def refuse(name, **options):
        raise CommandError("2 conflits : rien n’a été changé.")

    told = []
    monkeypatch.setattr(upgrading, "call_command", refuse)
    upgrading._load(told.append)
    assert told[0] == (
        "load_catalogue : 2 conflits : rien n’a été changé. Le site garde ce qui est dans la base."
    )
