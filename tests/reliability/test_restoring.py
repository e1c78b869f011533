"""Restoring: on either database, of older versions too, all of it or nothing."""

import contextlib
import hashlib
import io
import json
import random
import sqlite3
import subprocess
import sys
import tarfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError
from django.db import OperationalError, connection
from django.db.utils import ConnectionHandler

from desescalade import sqlite
from desescalade.keeping import beside
from programmes import copying
from programmes.models import Commune, CommuneKey
from tests import postgres
from tests.sitemap import seeding

from . import kept
from .test_backups import can_mount, small_disk

# The site as it was before the workshop, made by `python -m tests.reliability.older`.
OLDER = Path(__file__).parent.parent / "data" / "sauvegarde-0001.tar.gz"
# Seconds; only a long run, on a machine that does nothing else, is held to them.
LONGEST_UPGRADE = 30


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    return kept.of_people(tmp_path_factory, people=1)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A backup of a site of three people."""
    return kept.of_people(tmp_path_factory).backup()


@pytest.fixture
def site(one, tmp_path):
    return one.copy(tmp_path / "data")


@pytest.fixture
def new(tmp_path):
    return kept.empty(tmp_path / "new")


def people(site):
    with closing(sqlite3.connect(site.base)) as base:
        return [name for (name,) in base.execute("SELECT username FROM auth_user ORDER BY id")]


ONE = ["personne-0"]
THREE = ["personne-0", "personne-1", "personne-2"]


@pytest.mark.skipif(connection.vendor == "postgresql", reason="it goes there by itself")
def test_site_in_use_goes_to_postgresql_and_back_without_a_byte_of_difference(
    site_in_use, tmp_path, rounds, figure
):
    """R18"""
    first = site_in_use.backup()
    try:
        with postgres.server() as url:
            on_postgresql = kept.empty(tmp_path / "second", url)
            done = on_postgresql.run("restore", first)
            assert done.returncode == 0, done.stderr
            second = on_postgresql.backup()
            # The numbers of rows that have gone are not given again.
            assert on_postgresql.ask(NEXT) == "41"
    except postgres.NoPostgresql as reason:
        pytest.fail(str(reason), pytrace=False)
    back = kept.empty(tmp_path / "third")
    assert back.run("restore", second).returncode == 0
    third = back.backup()
    assert kept.content(first) == kept.content(second) == kept.content(third)
    assert kept.numbers(first) == kept.numbers(second) == kept.numbers(third)
    assert back.ask(NEXT) == "41"
    tables = kept.manifest(first)["tables"]
    programmes = tables["programmes_programme"]["rows"]
    assert programmes >= rounds(3, 200)
    rows = sum(table["rows"] for table in tables.values())
    what = f"octets différents après SQLite, PostgreSQL, SQLite, {programmes} programmes"
    figure("R18", what, f"0 ({rows} lignes)")


NEXT = """
from django.contrib.auth import get_user_model
people = get_user_model().objects
last = people.order_by("pk").last().pk
print(people.create(username="apres").pk - last)
"""


@pytest.fixture
def site_in_use(programme, tmp_path, rounds):
    """With the communes that its programmes are of, for a test that lasts less."""
    seeding.seed(programme)
    for number in range(rounds(1, 200)):
        copying.copy_programme(programme, f"variante {number}")
    CommuneKey.objects.exclude(commune__programme__isnull=False).delete()
    Commune.objects.filter(programme__isnull=True).delete()
    found = kept.empty(tmp_path / "first")
    found.base.write_bytes(connection.connection.serialize())
    with closing(sqlite3.connect(found.base)) as base, base:
        base.execute("UPDATE sqlite_sequence SET seq = seq + 40 WHERE name = 'auth_user'")
    return found


@dataclass(frozen=True)
class Replaced:
    """A site of one person in whose place the archive was put: what was said, in how long.

    `seen`: how many people were there for a reader who had the base open, before and after.
    """

    site: kept.Kept
    said: str
    seconds: float
    seen: list[int]


@pytest.fixture(scope="module")
def replaced(one, archive, tmp_path_factory):
    site = one.copy(tmp_path_factory.mktemp("replaced") / "data")
    with closing(sqlite3.connect(site.base)) as reader:
        count, start = "SELECT count(*) FROM auth_user", time.monotonic()
        before = reader.execute(count).fetchone()
        done = site.run("restore", archive, "--replace")
        assert done.returncode == 0, done.stderr
        seen = [*before, *reader.execute(count).fetchone()]
        return Replaced(site, done.stdout, time.monotonic() - start, seen)


def test_base_in_use_is_not_replaced_unless_asked(site, archive):
    done = site.run("restore", archive)
    assert done.returncode == 1
    assert "Le site contient déjà des données" in done.stderr
    assert people(site) == ONE


def test_base_in_use_is_replaced_when_asked(replaced, archive):
    assert replaced.said.startswith("Le site est dans l’état du ")
    assert people(replaced.site) == THREE
    with tarfile.open(archive) as tar:
        key = tar.extractfile("files/secret_key").read()
    assert (replaced.site.data / "secret_key").read_bytes() == key


def test_restored_site_answers_while_it_runs(replaced):
    """A reader that has the base open sees the new one: it is the same file."""
    assert replaced.seen == [1, 3]


def test_trial_restores_beside_and_leaves_the_site_as_it_was(site, archive):
    before = site.base.read_bytes()
    done = site.run("restore", "--trial", archive)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Essai réussi : {archive}\nÉtat du ")
    tables = kept.manifest(archive)["tables"]
    assert f", {len(tables)} tables, " in done.stdout.replace("\u202f", "").replace("\u00a0", " ")
    assert (site.base.read_bytes(), people(site)) == (before, ONE)
    assert {path.name for path in site.data.iterdir()} <= {*OF_A_SITE}


OF_A_SITE = {
    *("desescalade.sqlite3", "desescalade.sqlite3-shm", "desescalade.sqlite3-wal"),
    *("secret_key", "keeping.lock", "last_backup.json", "backups"),
}


def test_trial_of_an_older_version_is_brought_to_this_one_elsewhere(site):
    done = site.run("restore", "--trial", OLDER)
    assert done.returncode == 0, done.stderr
    assert "migration(s) appliquée(s) ensuite" in done.stdout
    assert people(site) == ONE


def test_trial_without_a_file_takes_the_last_backup_or_says_that_there_is_none(site):
    site.backups.mkdir()
    assert "Il n’y a pas encore de sauvegarde dans" in site.run("restore", "--trial").stderr
    older = site.backup()
    last = site.backup()
    assert older != last
    assert f"Essai réussi : {last}\n" in site.run("restore", "--trial").stdout


def test_trial_of_a_damaged_file_fails_and_changes_nothing(site, archive, tmp_path):
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(archive.read_bytes()[:-100])
    done = site.run("restore", "--trial", cut)
    assert (done.returncode, people(site)) == (1, ONE)
    assert "L’essai a échoué, le site est intact. " in done.stderr
    assert {path.name for path in site.data.iterdir()} <= OF_A_SITE


@pytest.mark.parametrize("options", [(), ("--replace",), ("--trial", "--replace")])
def test_restoring_needs_a_file_and_one_purpose(site, options):
    assert site.run("restore", *options).returncode != 0
    assert people(site) == ONE


@pytest.mark.skipif(connection.vendor == "postgresql", reason="it goes there by itself")
def test_trial_beside_a_site_on_postgresql_does_not_ask_its_base(archive, tmp_path):
    try:
        with postgres.server() as url:
            on_postgresql = kept.empty(tmp_path / "data", url)
            done = on_postgresql.run("restore", "--trial", archive)
            assert done.returncode == 0, done.stderr
            # No table was made there.
            assert on_postgresql.ask(TABLES) == "[]"
    except postgres.NoPostgresql as reason:
        pytest.fail(str(reason), pytrace=False)


TABLES = "from django.db import connection; print(connection.introspection.table_names())"


def changed(archive, to, change):
    """The archive with another manifest and the tables that go with it."""
    with tarfile.open(archive) as tar:
        members = {each.name: tar.extractfile(each).read() for each in tar}
    manifest = json.loads(members.pop("manifest.json"))
    change(manifest, members)
    with tarfile.open(to, "w:gz") as tar:
        for name, content in [*members.items(), ("manifest.json", json.dumps(manifest).encode())]:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return to


def of_later(manifest, members):
    manifest["migrations"]["programmes"] = ["0999_nouveau"]


def of_a_later_format(manifest, members):
    manifest["format"] = 2


def of_another_app(manifest, members):
    manifest["migrations"]["inconnue"] = ["0001_initial"]


def without_a_table(manifest, members):
    del manifest["tables"]["auth_group"], members["tables/auth_group.jsonl"]


def with_a_wrong_sum(manifest, members):
    members["tables/auth_user.jsonl"] += b"{}\n"


def with_a_table_that_is_left_out_since(manifest, members):
    line = b'{"at":"2026-11-22T03:00:00.000000Z","id":1,"since":"2026-11-01T03:00:00.000000Z"}\n'
    members["tables/programmes_look.jsonl"] = line
    sum_ = hashlib.sha256(line).hexdigest()
    manifest["tables"]["programmes_look"] = {"rows": 1, "sha256": sum_, "last": 1}


def test_restored_site_does_not_believe_the_clock_of_before(site, archive, tmp_path):
    """Of two days: who restores to save a programme whose date has passed has time for it."""
    other = changed(archive, tmp_path / "of-before.tar.gz", with_a_table_that_is_left_out_since)
    done = site.run("restore", other, "--replace")
    assert (done.returncode, people(site)) == (0, THREE), done.stderr
    with closing(sqlite3.connect(site.base)) as base:
        assert base.execute("SELECT count(*) FROM programmes_look").fetchone() == (0,)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (of_later, "faite par une version plus récente du site (programmes.0999_nouveau)"),
        (of_a_later_format, "faite par une version plus récente du site. Installer"),
        (of_another_app, "faite par une version plus récente du site (inconnue.0001_initial)"),
        (without_a_table, "n’a pas les tables que sa version demande : auth_group"),
        (with_a_wrong_sum, "ne correspondent pas à ce qui avait été noté : auth_user"),
    ],
)
def test_archive_that_cannot_be_restored_changes_nothing(
    alice, management, archive, tmp_path, change, reason
):
    other = changed(archive, tmp_path / "other.tar.gz", change)
    with pytest.raises(CommandError) as refused:
        management("restore", str(other), "--replace")
    assert str(refused.value).startswith("Rien n’a été restauré. ")
    assert reason in str(refused.value)
    assert list(get_user_model().objects.all()) == [alice]


def test_archive_cut_on_its_way_changes_nothing(site, archive, tmp_path):
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(archive.read_bytes()[:-100])
    before = site.base.read_bytes()
    done = site.run("restore", cut, "--replace")
    assert (done.returncode, site.base.read_bytes() == before) == (1, True)
    assert "CommandError: Rien n’a été restauré. " in done.stderr
    assert "il est abîmé, coupé" in done.stderr


MADE_BY_MIGRATIONS = kept.MADE_BY_MIGRATIONS | {"programmes_commitmentpitch"}


def of_long_ago(programmes, tmp_path, *data):
    """The backup of the first version; a programme is four rows of it."""
    path = tmp_path / "older.tar.gz"
    command = [sys.executable, "-m", "tests.reliability.older", path, str(programmes), *data]
    subprocess.run(command, cwd=settings.BASE_DIR, check=True)
    return path


def assert_brought_to_this_one(site, older, filled=()):
    """All that was there in the older version; `filled`: kinds of tables that may have got more."""
    tables = kept.manifest(older)["tables"]
    programmes = tables["programmes_programme"]["rows"]
    with closing(sqlite3.connect(site.base)) as base:
        count = {
            name: base.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for name in tables
            if name not in MADE_BY_MIGRATIONS and not name.startswith(filled)
        }
        pitches = base.execute("SELECT text FROM programmes_commitmentpitch").fetchall()
        texts = base.execute("SELECT title FROM programmes_commitment ORDER BY id").fetchall()
        # As the migrations since would have it: a history begins, and the catalogue is the main.
        [history] = base.execute("SELECT count(*) FROM programmes_change").fetchone()
        catalogues = base.execute("SELECT slug FROM proposals_catalogue").fetchall()
    assert count == {name: tables[name]["rows"] for name in count}
    assert pitches == [("Il ne coûte rien.",)] * programmes
    assert texts == [("Un logiciel libre à l’école",)] * programmes
    assert (history >= programmes, catalogues) == (True, [("principal",)])
    assert site.run("check", "--database=default").returncode == 0


def test_older_version_is_restored_and_brought_to_this_one(new, tmp_path, rounds, figure):
    """R19"""
    programmes = rounds(1, 2500)
    older = rounds(OLDER, None) or of_long_ago(programmes, tmp_path)
    start = time.monotonic()
    done = new.run("restore", older)
    took = time.monotonic() - start
    assert done.returncode == 0, done.stderr
    what = f"la plus ancienne version restaurée et mise à jour, {4 * programmes} lignes d’équipes"
    figure("R19", what, f"{took:.1f} s".replace(".", ","))
    assert rounds(True, took < LONGEST_UPGRADE)
    assert "migration(s) appliquée(s) ensuite" in done.stdout
    assert_brought_to_this_one(new, older)


def test_site_of_an_older_version_is_upgraded_where_it_stands(new, tmp_path, rounds, figure):
    """R19"""
    programmes = rounds(1, 2500)
    older = of_long_ago(programmes, tmp_path, new.data)
    start = time.monotonic()
    done = new.run("upgrade")
    took = time.monotonic() - start
    assert done.returncode == 0, done.stderr
    what = f"la plus ancienne version, `upgrade`, {4 * programmes} lignes d’équipes"
    figure("R19", what, f"{took:.1f} s".replace(".", ","))
    assert rounds(True, took < LONGEST_UPGRADE)
    # The catalogue and the communes of this version come with it; the way back holds them not.
    [before] = new.backups.iterdir()
    assert kept.content(before) == kept.content(older)
    assert_brought_to_this_one(new, older, filled=CONTENT)


# What `upgrade` loads.
CONTENT = (
    "proposals_", "programmes_commune", "programmes_department", "programmes_intercommunality",
)  # fmt: skip


def test_killed_restoring_leaves_the_old_site_or_the_new_one(
    site, archive, replaced, rounds, figure
):
    """R17"""
    wanted, chance = rounds(1, 50), random.Random(11)
    for n in range(wanted):
        process = subprocess.Popen(
            site.command("restore", archive, "--replace"), cwd=settings.BASE_DIR,
            env=site.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with contextlib.suppress(subprocess.TimeoutExpired):
            # The last part, in which the base is put in its place.
            process.wait(replaced.seconds * (0.5 + 0.6 * chance.random()))
        process.kill()
        process.wait()
        assert people(site) in (ONE, THREE), n
        with closing(sqlite3.connect(site.base)) as base:
            assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    done = site.run("restore", archive, "--replace")
    assert (done.returncode, people(site)) == (0, THREE)
    assert not list(site.data.glob("keeping-*"))
    figure("R17", f"bases à moitié restaurées après {wanted} arrêts brutaux", "0")


def test_base_that_cannot_be_read_is_set_aside(site, archive):
    site.base.write_bytes(b"plus rien de lisible" * 1000)
    done = site.run("restore", archive)
    assert "ou sa base ne se lit plus" in done.stderr
    done = site.run("restore", archive, "--replace")
    assert (done.returncode, people(site)) == (0, THREE)
    [aside] = site.data.glob("desescalade.sqlite3.illisible-*")
    assert aside.read_bytes().startswith(b"plus rien de lisible")


def test_base_that_somebody_holds_is_not_taken_for_one_that_cannot_be_read(db, tmp_path):
    file = tmp_path / "held.sqlite3"
    with closing(sqlite3.connect(file)) as holder:
        holder.execute("CREATE TABLE t (a)")
        holder.execute("BEGIN EXCLUSIVE")
        live = ConnectionHandler({"default": sqlite.configuration(file)})["default"]
        live.settings_dict["OPTIONS"]["timeout"] = 0.05
        try:
            with pytest.raises(OperationalError, match="locked"):
                beside._set_unreadable_aside(live)
        finally:
            live.close()
    assert [path.name for path in tmp_path.iterdir() if "illisible" in path.name] == []


@pytest.mark.skipif(not can_mount(), reason="only the administrator mounts a small disk")
def test_full_disk_changes_nothing(site, archive):
    """R15"""
    seen = ["sh", "-c", '"$@"; code=$?; sha256sum "$0" >&2; exit $code', str(site.base)]
    done = site.run("restore", archive, "--replace", before=[*small_disk(site), *seen])
    assert done.returncode == 1
    assert "Rien n’a été restauré. Il n’y a plus de place pour écrire dans" in done.stderr
    before = hashlib.sha256(site.base.read_bytes()).hexdigest()
    assert before in done.stderr
    assert "beside.sqlite3" not in done.stderr
