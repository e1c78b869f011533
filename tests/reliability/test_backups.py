"""Backups: whole under load, nothing under a final name when killed or without room."""

import itertools
import json
import os
import random
import shutil
import sqlite3
import stat
import subprocess
import threading
import time
from contextlib import closing
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.management import CommandError

from desescalade import keeping
from desescalade.keeping import files, locking, restoring, rotation

from . import kept

# A process that has loaded all, and makes one backup for each line it reads.
MAKER = """
import sys
from pathlib import Path
from desescalade.keeping import making
for line in sys.stdin:
    print("begun", flush=True)
    print(making.make(Path(line.strip())).path, flush=True)
"""
# Seconds; only a long run, on a machine that does nothing else, is held to them.
SLOWEST = 2


@pytest.fixture(scope="module")
def seeded(tmp_path_factory, rounds):
    """A base of half a megabyte; of 50 MiB where figures are wanted."""
    site = kept.of_people(tmp_path_factory)
    heavy = [(f"lourd-{n}", f"texte {n} " * 40) for n in range(rounds(1000, 60_000))]
    with closing(sqlite3.connect(site.base)) as base, base:
        base.executemany(INSERT, heavy)
    return site


INSERT = "INSERT INTO programmes_submission (digest, made, at) VALUES (?, ?, '2026-01-01 00:00:00')"


@pytest.fixture
def site(seeded, tmp_path):
    return seeded.copy(tmp_path / "data")


def maker(site):
    return subprocess.Popen(
        site.command("shell", "--verbosity=0", "--command", MAKER), cwd=settings.BASE_DIR,
        env=site.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def order(process, directory):
    """Has one made; gives its path."""
    begin(process, directory)
    return process.stdout.readline().strip()


def begin(process, directory):
    process.stdin.write(f"{directory}\n")
    process.stdin.flush()
    assert process.stdout.readline() == "begun\n"


class Writing(threading.Thread):
    """Writes as fast as it can; `done` is the number of the last row that was acknowledged."""

    def __init__(self, site):
        super().__init__()
        self.base, self.done, self.ends = site.base, 0, threading.Event()

    def run(self):
        with closing(sqlite3.connect(self.base, timeout=30)) as base:
            for n in itertools.count(1):
                if self.ends.is_set():
                    return
                with base:
                    base.execute(INSERT, (f"n-{n}", "x" * 400))
                self.done = n
                # Other readers and writers get their turn, as between two requests.
                self.ends.wait(0.002)


def numbers(path):
    lines = kept.content(path)["tables/programmes_submission.jsonl"].splitlines()
    digests = (json.loads(line)["digest"] for line in lines)
    return {int(digest[2:]) for digest in digests if digest.startswith("n-")}


def test_backup_under_load_has_all_that_was_acknowledged_before(site, rounds, figure):
    """R16"""
    wanted, writing, process = rounds(8, 100), Writing(site), maker(site)
    writing.start()
    slowest = 0
    try:
        for _ in range(wanted):
            before, start = writing.done, time.monotonic()
            path = order(process, site.backups)
            slowest = max(slowest, time.monotonic() - start)
            restoring.check(site.backups / path)
            found = numbers(path)
            # All of a moment at which they were so many, and none of after it.
            assert found == set(range(1, len(found) + 1))
            assert len(found) >= before
    finally:
        writing.ends.set()
        writing.join()
        process.communicate()
    size = site.base.stat().st_size / 2**20
    what = f"la plus lente de {wanted} sauvegardes en écrivant, base de {size:.0f} Mio"
    figure("R16", what, f"{slowest:.2f} s".replace(".", ","))
    if wanted < 100:
        # test_restoring.py restores another.
        return
    assert slowest < SLOWEST
    elsewhere = kept.empty(site.data.parent / "elsewhere")
    assert elsewhere.run("restore", path).returncode == 0
    with closing(sqlite3.connect(elsewhere.base)) as base:
        restored = base.execute("SELECT digest FROM programmes_submission WHERE digest LIKE 'n-%'")
        assert {int(digest[2:]) for (digest,) in restored} == found


def test_killed_backup_leaves_nothing_under_a_final_name(site, rounds, figure):
    """R17"""
    wanted, chance = rounds(3, 50), random.Random(7)
    process, whole = maker(site), 0
    start = time.monotonic()
    order(process, site.backups)
    lasts = time.monotonic() - start
    for _ in range(wanted):
        begin(process, site.backups)
        time.sleep(chance.random() * lasts)
        process.kill()
        process.communicate()
        for path in site.backups.glob("desescalade-*"):
            restoring.check(path)
            whole += 1
        process = maker(site)
    order(process, site.backups)
    process.communicate()
    # The next one has cleared up.
    assert all(rotation.moment(path.name) for path in site.backups.iterdir())
    assert not list(site.data.glob("keeping-*"))
    figure("R17", f"fichiers inutilisables après {wanted} arrêts brutaux", "0")
    assert whole


def small_disk(site):
    """What comes before a command to give the data directory a disk with little room on it.

    The mount ends with the command; before it does, the files are named on standard error.
    """
    pages = sum(-(-path.stat().st_size // 4096) for path in site.data.rglob("*") if path.is_file())
    room = pages * 4 + 400
    script = (
        'cp -a "$1" "$1.copy" && mount -t tmpfs -o size=$2k tmpfs "$1" && cp -a "$1.copy/." "$1" &&'
        ' shift 2 || exit 9; "$@"; code=$?; find "$DESESCALADE_DATA" -type f >&2; exit $code'
    )
    return ["unshare", "--mount", "sh", "-c", script, "sh", str(site.data), str(room)]


def can_mount():
    probe = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return shutil.which("unshare") and subprocess.run(probe, capture_output=True).returncode == 0


def test_file_that_may_not_grow_is_told_and_nothing_is_left(site):
    """R15, for who may not mount a small disk."""
    old = site.backup()
    done = site.run("backup", before=["prlimit", "--fsize=60000"])
    assert done.returncode == 1
    assert "Il n’y a plus de place pour écrire dans" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(site.backups.iterdir()) == [old]
    restoring.check(old)


@pytest.mark.skipif(not can_mount(), reason="only the administrator mounts a small disk")
def test_full_disk_is_told_and_nothing_is_left(site):
    """R15"""
    old = site.backup()
    done = site.run("backup", before=small_disk(site))
    assert done.returncode == 1
    reason, *left = done.stderr.strip().splitlines()
    assert "Il n’y a plus de place pour écrire dans" in reason
    assert sorted(left) == sorted(
        str(site.data / name)
        for name in ("desescalade.sqlite3", "secret_key", "keeping.lock", "last_backup.json",
                     f"backups/{old.name}")
    )  # fmt: skip


def test_backup_is_for_its_owner_only_and_says_when_it_was_made(site, monkeypatch, settings):
    settings.DATA_DIR = site.data
    assert keeping.last_backup() is None
    path = site.backup()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(site.backups.stat().st_mode) == 0o700
    assert keeping.last_backup() == rotation.moment(path.name)
    assert kept.content(path)["files/secret_key"] == (site.data / "secret_key").read_bytes()
    assert not [name for name in kept.content(path) if "session" in name]
    # One that is made elsewhere by hand says nothing of those of each night.
    nightly = (site.data / "last_backup.json").read_bytes()
    assert site.run("backup", site.data.parent / "elsewhere").returncode == 0
    assert (site.data / "last_backup.json").read_bytes() == nightly
    (site.data / "last_backup.json").write_text("{")
    assert keeping.last_backup() is None


def test_old_ones_go_and_the_newest_stays_whatever_the_clock_says(site):
    site.backups.mkdir()
    years_ago = [rotation.name(datetime(2020, 1, n, tzinfo=UTC), False) for n in range(1, 5)]
    to_come = rotation.name(datetime(2099, 1, 1, tzinfo=UTC), False)
    for name in (*years_ago, to_come, "notes.txt"):
        (site.backups / name).touch()
    done = site.run("backup", "--keep-daily=2", "--keep-weekly=0", "--keep-monthly=0")
    assert done.returncode == 0
    assert f"Ôtée, a fait son temps : {years_ago[0]}" in done.stdout
    assert not {*years_ago} & {*os.listdir(site.backups)}
    (*made,) = set(os.listdir(site.backups)) - {to_come, "notes.txt"}
    assert len(made) == 1
    restoring.check(site.backups / made[0])


def test_passphrase_of_a_file_seals_and_opens(site, tmp_path, management):
    right, wrong, short = (tmp_path / name for name in ("right", "wrong", "short"))
    right.write_text("cheval pile agrafe\nune note\n")
    wrong.write_text("autre chose que cela\n")
    short.write_text("court\n")
    path = site.backup(f"--passphrase-file={right}")
    assert path.name.endswith(".tar.gz.chiffre")
    assert b"personne-1" not in path.read_bytes()
    for option, reason in (
        ((), "ajouter --passphrase-file"),
        ((f"--passphrase-file={wrong}",), "La phrase de passe n’ouvre pas cette sauvegarde"),
        ((f"--passphrase-file={short}",), "une phrase de passe d’au moins 8 signes"),
        ((f"--passphrase-file={tmp_path / 'none'}",), "ce fichier n’existe pas"),
    ):
        with pytest.raises(CommandError, match=reason):
            management("verify", str(path), *option)
    assert restoring.check(path, files.passphrase(right)).rows


def test_second_backup_waits_for_the_first(site, settings, db):
    settings.DATA_DIR = site.data
    with locking.one_at_a_time(print):
        second = subprocess.Popen(
            site.command("backup"), cwd=settings.BASE_DIR, env=site.environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert second.stderr.readline() == (
            "Une autre sauvegarde, restauration ou mise à jour est en cours : on l’attend.\n"
        )
        assert not site.backups.exists()
    assert "Sauvegarde faite et relue" in second.communicate()[0]


def test_verify_says_what_is_in_it_and_what_is_not(site, tmp_path, management):
    path = site.backup()
    renamed = path.rename(tmp_path / "à garder.gz")
    assert management("verify", str(renamed)).startswith(f"{renamed} : bonne.\n  faite le ")
    renamed.write_bytes(renamed.read_bytes()[:-20])
    with pytest.raises(CommandError, match="il est abîmé, coupé, ou ce n’en est pas une"):
        management("verify", str(renamed))
    missing = tmp_path / "none.gz"
    with pytest.raises(CommandError) as refused:
        management("verify", str(missing))
    assert str(refused.value) == f"{missing} : ce fichier n’existe pas."
