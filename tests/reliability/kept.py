"""A site whose data directory is real: what backups are made of, in processes of their own."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

# Some rows of every kind, without a catalogue to load: as many as a test needs.
SEED = """
from django.contrib.auth import get_user_model
get_user_model().objects.bulk_create(
    get_user_model()(username=f"personne-{n}") for n in range(%d)
)
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
    path.mkdir()
    return Kept(path, url)


def migrated(path, people=3):
    """A site with migrations and some people; no catalogue and no communes."""
    site = empty(path)
    done = site.run("migrate", "--verbosity=0")
    assert done.returncode == 0, done.stderr
    site.ask(SEED % people)
    return site


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
