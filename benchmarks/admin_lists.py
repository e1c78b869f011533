"""Lists of the curators' desk against a bare list of Django's admin with as many rows.

The bare list shows one column, `__str__`, and has neither filter nor search. Both go through
the same middleware and templates, in one process, in turn. The time is that of the
processor.
Run: .venv/bin/python benchmarks/admin_lists.py
"""

import io
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import table  # noqa: E402

os.environ["DJANGO_SETTINGS_MODULE"] = "desescalade.settings"
os.environ["DESESCALADE_DATA"] = tempfile.mkdtemp()

import django  # noqa: E402

django.setup()

from django.contrib import admin  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db.models import Model  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from django.test import RequestFactory  # noqa: E402

from programmes.models import Contribution  # noqa: E402
from tests import clones  # noqa: E402

ROWS = 300
PER_PAGE = 100
ROUNDS = 15
BUDGET = 1.5


class BareAdmin(admin.ModelAdmin):
    """What Django makes of a model without a word of ours."""

    list_per_page = PER_PAGE


def seconds(model_admin: admin.ModelAdmin, request: HttpRequest) -> float:
    began = time.process_time()
    response = model_admin.changelist_view(request)
    response.render()
    spent = time.process_time() - began
    assert response.status_code == 200
    return spent


def compare(model: type[Model], request: HttpRequest) -> tuple[float, float]:
    ours, bare = admin.site._registry[model], BareAdmin(model, admin.site)
    for one in (ours, bare):
        seconds(one, request)
    pairs = [(seconds(ours, request), seconds(bare, request)) for _ in range(ROUNDS)]
    ours_median, bare_median = (statistics.median(column) for column in zip(*pairs, strict=True))
    return ours_median, bare_median


def main() -> int:
    for command in (["migrate"], ["load_catalogue"], ["collectstatic", "--noinput"]):
        call_command(*command, verbosity=0, stdout=io.StringIO())
    request = RequestFactory().get("/gestion/")
    request.user = get_user_model().objects.create_superuser("admin")
    request.session = {}
    rows = []
    models = [m for m in admin.site._registry if m._meta.app_label in ("desk", "proposals")]
    for model in [*models, Contribution]:
        clones.fill(model, ROWS)
        ours, bare = compare(model, request)
        name = f"{model._meta.verbose_name_plural}, {ROWS} lignes"
        rows.append(table.ratio(name, ours * 1000, bare * 1000, BUDGET))
    return table.hand_over("Listes de la gestion contre une liste nue de Django", rows)


if __name__ == "__main__":
    sys.exit(main())
