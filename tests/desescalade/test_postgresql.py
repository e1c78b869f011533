import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from desescalade import checks, postgresql

on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="run again on PostgreSQL by tests/test_postgresql.py"
)

KEYS = ("USER", "PASSWORD", "HOST", "PORT", "NAME")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://ana:mot@base.exemple.fr:5433/site", "ana mot base.exemple.fr 5433 site"),
        ("postgresql://ana@localhost/site", "ana - localhost - site"),
        ("postgres:///site", "- - - - site"),
        ("postgres:///site?host=/run/postgresql", "- - /run/postgresql - site"),
        ("postgres://ana@%2Frun%2Fpostgresql/site", "ana - /run/postgresql - site"),
        ("postgres://ana:a%40b%2F%3A%25@h/site", "ana a@b/:% h - site"),
        ("postgres://[::1]:6543/site", "- - ::1 6543 site"),
        ("postgres://un:5433,deux:5434/site", "- - un,deux 5433,5434 site"),
    ],
)
def test_address_is_read_as_libpq_reads_it(url, expected):
    entry = postgresql.configuration(url)
    assert " ".join(entry[key] or "-" for key in KEYS) == expected


def test_connections_are_kept_and_looked_at_and_options_reach_libpq():
    entry = postgresql.configuration("postgres://h/site?sslmode=verify-full")
    assert entry["CONN_MAX_AGE"] == 60
    assert entry["CONN_HEALTH_CHECKS"] is True
    assert entry["OPTIONS"] == {"connect_timeout": 10, "sslmode": "verify-full"}
    patient = postgresql.configuration("postgres://h/site?connect_timeout=30")
    assert patient["OPTIONS"] == {"connect_timeout": "30"}


NOT_POSTGRESQL = "DATABASE_URL n’est pas l’adresse d’une base PostgreSQL"
BADLY_WRITTEN = "DATABASE_URL est mal écrite"
NO_NAME = "DATABASE_URL ne nomme pas de base"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://ana:secret@h/site", NOT_POSTGRESQL),
        ("sqlite:///site.sqlite3", NOT_POSTGRESQL),
        ("ana:secret@h/site", NOT_POSTGRESQL),
        ("postgres://", NO_NAME),
        ("postgres://ana:secret@h", NO_NAME),
        ("postgres://ana:secret@h/", NO_NAME),
        ("postgres://ana:secret@h:abc/site", BADLY_WRITTEN),
        ("postgres://ana:secret@h:0/site", BADLY_WRITTEN),
        ("postgres://ana:secret@h:65536/site", BADLY_WRITTEN),
        ("postgres://ana:secret@h:-1/site", BADLY_WRITTEN),
        ("postgres://ana:se@cret@h/site", BADLY_WRITTEN),
        ("postgres://ana:se/cret@h/site", BADLY_WRITTEN),
        ("postgres://ana:secret%zz@h/site", BADLY_WRITTEN),
        ("postgres://ana:secret@[::1/site", BADLY_WRITTEN),
        ("postgres://ana:secret@h/site?couleur=vert", BADLY_WRITTEN),
    ],
)
def test_wrong_address_is_refused_in_french_and_its_password_never_repeated(url, sentence):
    with pytest.raises(ImproperlyConfigured) as refusal:
        postgresql.configuration(url)
    assert str(refusal.value).startswith(sentence)
    assert "postgres://utilisateur:mot-de-passe@serveur:5432/base" in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_missing_psycopg_is_told_with_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ImproperlyConfigured, match="psycopg, qui n’est pas installé ; lancer"):
        postgresql.configuration("postgres://h/site")


def start(tmp_path, url):
    """What a start with this address says."""
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env={"DESESCALADE_DATA": str(tmp_path), "DATABASE_URL": url, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )


def test_wrong_address_stops_the_start(tmp_path):
    done = start(tmp_path, "postgres://ana:secret@h:abc/site")
    assert done.returncode != 0
    assert BADLY_WRITTEN in done.stderr.splitlines()[-1]
    assert "secret" not in done.stderr


def test_empty_address_leaves_the_embedded_database(tmp_path):
    assert start(tmp_path, " ").returncode == 0


@on_postgresql
def test_database_that_lacks_french_signs_is_told(db, monkeypatch):
    assert checks.check_postgresql(databases=["default"]) == []
    monkeypatch.setattr(checks, "encoding", lambda alias: "SQL_ASCII")
    (problem,) = checks.check_postgresql(databases=["default"])
    assert problem.id == "desescalade.E002"
    assert "codée en SQL_ASCII au lieu de UTF8" in problem.msg


@on_postgresql
def test_search_keys_are_compared_by_bytes(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT collation_name FROM information_schema.columns"
            " WHERE table_name = 'programmes_communekey' AND column_name = 'key'"
        )
        assert cursor.fetchall() == [("C",)]
