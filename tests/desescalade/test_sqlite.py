import sqlite3
import threading
from contextlib import closing

import pytest
from django.db import OperationalError, connection

from desescalade import checks, sqlite
from desescalade.sqlite.base import DatabaseWrapper

on_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the tests were told to run on another database"
)


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "delete"),
        ((3, 44, 5), "delete"),
        ((3, 44, 6), "wal"),
        ((3, 45, 0), "delete"),
        ((3, 50, 6), "delete"),
        ((3, 50, 7), "wal"),
        ((3, 51, 2), "delete"),
        ((3, 51, 3), "wal"),
        ((3, 53, 0), "wal"),
    ],
)
def test_wal_is_taken_only_on_a_version_without_the_fault(version, mode):
    assert sqlite.journal_mode(version) == mode


@on_sqlite
def test_live_connection_has_the_wanted_settings(db):
    assert checks.differences("default") == []


@pytest.fixture
def fresh(db, tmp_path):
    """A connection of its own to a new file."""
    settings = {**connection.settings_dict, **sqlite.configuration(tmp_path / "essai.sqlite3")}
    wrapper = DatabaseWrapper(settings, alias="fresh")
    wrapper.ensure_connection()
    yield wrapper
    wrapper.close()


def test_transaction_begins_immediate(fresh):
    said = []
    fresh.connection.set_trace_callback(said.append)
    fresh.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    assert said == ["PRAGMA busy_timeout = 0", "BEGIN IMMEDIATE", "PRAGMA busy_timeout = 20000"]
    fresh.rollback()


@pytest.fixture
def other(fresh):
    """Another person's connection to the same file."""
    with closing(sqlite3.connect(fresh.settings_dict["NAME"], isolation_level=None)) as other:
        yield other


def begin(wrapper):
    wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def test_transaction_begins_as_soon_as_another_ends(fresh, other):
    """SQLite by itself would have tried thirty times in these two seconds."""
    fresh.settings_dict["OPTIONS"]["timeout"] = 2
    tries = []

    def tried(said):
        tries.append(said)
        if tries.count("BEGIN IMMEDIATE") == 50:
            other.execute("COMMIT")

    other.execute("BEGIN IMMEDIATE")
    fresh.connection.set_trace_callback(tried)
    begin(fresh)
    assert tries.count("BEGIN IMMEDIATE") in (50, 51)
    fresh.rollback()


def test_transaction_that_may_not_begin_in_time_is_refused(fresh, other):
    fresh.settings_dict["OPTIONS"]["timeout"] = 0.05
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="database is locked"):
        begin(fresh)
    other.execute("COMMIT")
    begin(fresh)
    fresh.rollback()


def test_time_that_the_machine_stood_still_is_not_counted(fresh, other):
    """It stands still for twice `timeout`; who holds the base needs two tries more to end."""
    fresh.settings_dict["OPTIONS"]["timeout"] = 0.05
    tries = []

    def tried(said):
        tries.append(said)
        match tries.count("BEGIN IMMEDIATE"):
            case 2:
                threading.Event().wait(0.1)
            case 4:
                other.execute("COMMIT")

    other.execute("BEGIN IMMEDIATE")
    fresh.connection.set_trace_callback(tried)
    begin(fresh)
    assert tries.count("BEGIN IMMEDIATE") in (4, 5)
    fresh.rollback()


def test_fresh_file_has_the_journal_for_its_version(fresh):
    with fresh.cursor() as cursor:
        found = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {
        "journal_mode": sqlite.journal_mode(),
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 20_000,
    }


@on_sqlite
def test_check_reports_a_setting_that_is_off(db, monkeypatch):
    monkeypatch.setitem(checks.WANTED, "synchronous", "3")
    found = checks.check_sqlite(databases=["default"])
    assert [error.msg for error in found] == [
        "La base SQLite « default » a synchronous = 2 au lieu de 3."
    ]
