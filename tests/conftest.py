"""A database with the real catalogue and the real communes, and three people.

alice edits the programme, bob of the same team reads, charlie is a stranger.
"""

import json
import time
from pathlib import Path

import hypothesis
import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from programmes import actions, communes
from programmes.enums import Role
from programmes.models import Commune, Membership
from proposals import catalogue
from proposals.models import Measure
from tests.sitemap import answering, seeding
from tests.sitemap.seeding import SECOND_CATALOGUE

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")

FACTOR_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FIGURES = pytest.StashKey[list]()


# What lasts, most of it in files with few tests. xdist would begin them last, by the number of
# their tests, and one worker would wait for the other: `make test` has it keep this order instead.
LONG = (
    "reliability/test_several_machines.py",
    "programmes/test_every_format.py",
    "reliability/test_forms.py",
    "reliability/test_many_at_once.py",
    "programmes/test_workshop_states.py",
    "browser/",
    "proposals/test_edit_during_a_load.py",
    "proposals/test_catalogue_round_trip.py",
)


def pytest_addoption(parser):
    """For tests/reliability; only this file is read early enough to add them."""
    parser.addoption("--long", action="store_true", help="try the promises at length")
    parser.addoption("--figures", metavar="FILE", help="write what they measured to this file")


def pytest_configure(config):
    config.stash[FIGURES] = []


def pytest_sessionfinish(session):
    if to := session.config.getoption("figures"):
        found = session.config.stash[FIGURES]
        Path(to).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")


def pytest_terminal_summary(terminalreporter):
    """A promise that this machine cannot try is said aloud, however quiet the run."""
    for report in terminalreporter.stats.get("skipped", ()):
        if "/reliability/" in report.nodeid:
            terminalreporter.line(f"NOT TRIED HERE: {report.nodeid}: {report.longrepr[2]}")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """After pytest-django, which puts tests without a database last."""
    items.sort(key=lambda item: rank(item.path.relative_to(Path(__file__).parent).as_posix()))


def rank(path):
    return next((rank for rank, start in enumerate(LONG) if path.startswith(start)), len(LONG))


def pytest_itemcollected(item):
    """pytest-django makes no database for tests that reach it through wider fixtures only."""
    if "django_db_setup" in item.fixturenames:
        item.add_marker("django_db")
    for marker in item.iter_markers("django_db"):
        if marker.kwargs.get("transaction"):
            raise pytest.UsageError(f"{item.nodeid} would empty the tables that all tests share")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Loaded once; each test rolls back what it changes."""
    with django_db_blocker.unblock():
        catalogue.load(catalogue.read(settings.CATALOGUE_FILE.read_bytes()))
        communes.load(settings.COMMUNES_DIR)


@pytest.fixture(scope="session")
def rounds(pytestconfig):
    """How often: `rounds(20, 1000)` is 20 in `make test`, 1,000 in `make endurance`."""

    def choose(short, long):
        return long if pytestconfig.getoption("long") else short

    return choose


@pytest.fixture
def figure(request):
    """Notes what was measured: `figure("R16", "la plus lente de 20 sauvegardes", "0,21 s")`.

    `bound` is what this figure is held to, where that is not the whole bound of the promise.
    """

    def note(promise, what, value, bound=None):
        row = {"promise": promise, "what": what, "value": value, "test": request.node.nodeid}
        if bound is not None:
            row["bound"] = bound
        request.config.stash[FIGURES].append(row)

    return note


def plain(folder):
    """Fast passwords, static files by their own names, prints in this folder, no page kept."""
    static_files = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return {
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "STORAGES": {**settings.STORAGES, "staticfiles": static_files},
        # No collected files are needed.
        "WHITENOISE_AUTOREFRESH": True,
        "DATA_DIR": folder,
        # Tests change the catalogue without a release.
        "KEEP_PAGES": False,
    }


@pytest.fixture(autouse=True)
def plain_settings(settings, tmp_path):
    for name, value in plain(tmp_path).items():
        setattr(settings, name, value)


@pytest.fixture
def second(db):
    """The catalogue "table" beside the main one; gives the report of its load."""
    return catalogue.load(catalogue.read(SECOND_CATALOGUE.read_bytes()))


@pytest.fixture
def barsac(db):
    """A village of 154 inhabitants in the Drôme."""
    return Commune.objects.get(pk="26027")


@pytest.fixture
def grenoble(db):
    """A city of over 50,000 inhabitants, in a métropole."""
    return Commune.objects.get(pk="38185")


@pytest.fixture
def alice(db):
    return get_user_model().objects.create_user("alice", password="phrase de alice")


@pytest.fixture
def bob(db):
    return get_user_model().objects.create_user("bob", password="phrase de bob")


@pytest.fixture
def charlie(db):
    return get_user_model().objects.create_user("charlie", password="phrase de charlie")


@pytest.fixture
def programme(barsac, alice, bob):
    programme, _, _ = actions.open_programme(barsac, alice)
    Membership.objects.create(programme=programme, user=bob, role=Role.READER)
    return programme


@pytest.fixture
def site(programme, settings):
    """A site in use, around the programme: what tests.sitemap.places are made of."""
    # As for a browser in tests.serving: the pages with their e-mail parts.
    settings.HAS_MAIL = True
    return seeding.seed(programme)


@pytest.fixture(scope="session")
def answers(django_db_setup, django_db_blocker, tmp_path_factory):
    """What every page of a site in use answers: asked once, for the tests that only read it."""
    as_in_tests = {**plain(tmp_path_factory.mktemp("answers")), "HAS_MAIL": True}
    with (
        django_db_blocker.unblock(),
        override_settings(**as_in_tests),
        transaction.atomic(),
    ):
        found = answering.answers(seeding.seed(seeding.open_programme()))
        transaction.set_rollback(True)
    return found


@pytest.fixture
def take(programme):
    """Takes measures up by their slugs; gives the commitments."""

    def take(*slugs, **how):
        size_class = programme.size_class()
        return [
            actions.adopt_measure(programme, Measure.objects.get(pk=slug), size_class, **how)
            for slug in slugs
        ]

    return take


@pytest.fixture
def as_alice(client, alice):
    client.force_login(alice)
    return client


@pytest.fixture
def with_factor():
    """Logs staff in and shows a second factor, as the admin asks for."""

    def with_factor(client, user):
        factor, _ = Authenticator.objects.get_or_create(
            user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": FACTOR_SECRET}}
        )
        client.force_login(user)
        session = client.session
        shown = [{"method": "mfa", "at": time.time(), "id": factor.pk, "type": factor.type}]
        session["account_authentication_methods"] = shown
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
        return client

    return with_factor


@pytest.fixture
def admin_client(client, admin_user, with_factor):
    """Replaces that of pytest-django."""
    return with_factor(client, admin_user)


@pytest.fixture
def management(capsys):
    """Runs a management command; gives what it wrote."""

    def run(*args, **options):
        call_command(*args, **options)
        return capsys.readouterr().out

    return run
