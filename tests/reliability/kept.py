"""A site whose data directory is real: what backups are made of, in processes of their own."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tests import serving

# What migrations fill, or speak of: the tables of a site where nobody has done anything.
MADE_BY_MIGRATIONS = {
    *("auth_group", "auth_group_permissions", "auth_permission", "django_content_type"),
    *("django_migrations", "sqlite_sequence"),
}
PERSON = """
INSERT INTO auth_user (username, password, first_name, last_name, email,
                       is_superuser, is_staff, is_active, date_joined)
VALUES ('personne-' || ?, '!', '', '', '', 0, 0, 1, '2026-01-01 00:00:00')
"""


@dataclass(frozen=True)
class Kept:
    """A data directory, and the base that goes with it (`url`: PostgreSQL)."""

    data: Path
    url: str = ""

    @property
    def base(self) -> Path:
        return self.data / "desescalade.sqlite3"

    @property
    def backups(self) -> Path:
        return self.data / "backups"

    @property
    def environment(self):
        changes = {"DESESCALADE_DATA": str(self.data), "DATABASE_URL": self.url}
        return {**os.environ, "DESESCALADE_DEBUG": "0", "DESESCALADE_BACKUPS": "", **changes}

    def command(self, *arguments):
        return [sys.executable, "manage.py", *map(str, arguments)]

    def run(self, *arguments, before=()):
        """Runs a command of manage.py, with another command before it (unshare, prlimit)."""
        return subprocess.run(
            [*before, *self.command(*arguments)], cwd=settings.BASE_DIR, env=self.environment,
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    def ask(self, code):
        """What Python prints inside of the site."""
        done = self.run("shell", "--verbosity=0", "--command", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def backup(self, *arguments):
        """Makes one; gives its path."""
        before = set(self.backups.glob("*"))
        done = self.run("backup", *arguments)
        assert done.returncode == 0, done.stderr
        [path] = set(self.backups.glob("*")) - before
        return path

    def copy(self, to):
        return Kept(Path(shutil.copytree(self.data, to)))


def empty(path, url=""):
    path.mkdir(mode=0o700)
    return Kept(path, url)


def of_people(tmp_path_factory, people=3):
    """A site with some people; no catalogue and no communes."""
    with serving.shared(tmp_path_factory, "vide.sqlite3") as file:
        if not file.exists():
            _make_without_content(serving.prepared(tmp_path_factory, DATABASE_URL=""), file)
    site = empty(tmp_path_factory.mktemp("people") / "data")
    shutil.copyfile(file, site.base)
    with closing(sqlite3.connect(site.base)) as base, base:
        base.executemany(PERSON, [(n,) for n in range(people)])
    return site


def _make_without_content(environment, file):
    """The base of a site of today, as small as it was after the migrations."""
    made = Path(environment["DESESCALADE_DATA"]) / "desescalade.sqlite3"
    with closing(sqlite3.connect(made, isolation_level=None)) as base:
        names = base.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            if name not in MADE_BY_MIGRATIONS:
                base.execute(f'DELETE FROM "{name}"')
        base.execute("DELETE FROM sqlite_sequence")
        base.execute("VACUUM")
    made.rename(file)


def manifest(path):
    with tarfile.open(path) as tar:
        return json.load(tar.extractfile("manifest.json"))


def content(path):
    """The bytes of every table and file of an archive."""
    with tarfile.open(path) as tar:
        return {
            each.name: tar.extractfile(each).read() for each in tar if each.name != "manifest.json"
        }


def numbers(path):
    return {name: table["last"] for name, table in manifest(path)["tables"].items()}
