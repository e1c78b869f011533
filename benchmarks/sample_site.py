"""A site to measure: a data directory of its own, the catalogue and the communes. Import it first.

Sets Django up, as a script of this folder needs before it imports models.
"""

import atexit
import io
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
DATA = Path(tempfile.mkdtemp(prefix="desescalade-bench-"))
os.environ["DJANGO_SETTINGS_MODULE"] = "desescalade.settings"
os.environ["DESESCALADE_DATA"] = str(DATA)
os.environ["DESESCALADE_HOSTS"] = "localhost,127.0.0.1,testserver"
atexit.register(shutil.rmtree, DATA, ignore_errors=True)

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402


def prepare() -> None:
    """Migrates and loads; static files go by their own names, none are collected."""
    for command in (["migrate"], ["load_catalogue"], ["load_communes"]):
        call_command(*command, verbosity=0, stdout=io.StringIO())
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.WHITENOISE_AUTOREFRESH = True
