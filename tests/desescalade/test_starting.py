"""The site refuses to start where it could not serve safely, and says why."""

import os
import platform
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from desescalade import checks, environment, logs, starting
from programmes.management.commands import guide_pictures
from tests.serving import free_port, wait_until_ready

from .test_sqlite import on_sqlite

ROOT = settings.BASE_DIR
REFUSED = "Le site ne démarre pas\u00a0: "


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A sound data directory: the database, and static files as far as the start looks."""
    path = tmp_path_factory.mktemp("sound")
    run("manage.py", "migrate", "--verbosity=0", DESESCALADE_DATA=path)
    (path / "static").mkdir()
    (path / "static" / "staticfiles.json").write_text("{}")
    return path


@pytest.fixture
def data(sound, tmp_path):
    return Path(shutil.copytree(sound, tmp_path / "data"))


def run(*arguments, **changes):
    environment = {**os.environ, "DESESCALADE_DEBUG": "0", "DATABASE_URL": ""}
    environment |= {name: str(value) for name, value in changes.items()}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip


def start(data, **changes):
    return run("-c", "import desescalade.wsgi", DESESCALADE_DATA=data, **changes)


def test_sound_installation_starts(data):
    ended = start(data)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_debugging_under_a_public_name_is_refused(data):
    ended = start(data, DESESCALADE_DEBUG=1, DESESCALADE_HOSTS="programme.exemple.fr,localhost")
    assert ended.returncode == starting.BOOT_ERROR
    assert ended.stderr == (
        "Le site ne démarre pas\u00a0: DESESCALADE_DEBUG vaut 1, ce qui montre le détail des"
        " erreurs à tout le monde, et le site répond sous un nom public (programme.exemple.fr)."
        " Retirer DESESCALADE_DEBUG.\n"
    )


@pytest.mark.parametrize(
    ("setting", "where"),
    [
        ("DESESCALADE_HTTPS", "répond en HTTPS"),
        (
            "DESESCALADE_BEHIND_PROXY",
            "est derrière un serveur mandataire (DESESCALADE_BEHIND_PROXY)",
        ),
    ],
)
def test_debugging_where_others_come_under_a_local_name_is_refused(data, setting, where):
    ended = start(data, DESESCALADE_DEBUG=1, **{setting: 1})
    assert ended.returncode == starting.BOOT_ERROR
    assert f"et le site {where}. Retirer DESESCALADE_DEBUG." in ended.stderr


def test_debugging_on_this_machine_is_allowed(data):
    assert start(data, DESESCALADE_DEBUG=1).returncode == 0


@pytest.mark.parametrize("key", ["changez-moi", "a" * 60, "django-insecure-" + "k7d39xq2" * 6])
def test_key_that_could_be_guessed_is_refused(data, key):
    ended = start(data, DESESCALADE_SECRET_KEY=key)
    assert ended.returncode == starting.BOOT_ERROR
    assert ended.stderr.startswith(REFUSED + "DESESCALADE_SECRET_KEY est trop simple")
    assert key not in ended.stderr


def test_database_that_is_not_migrated_is_refused(data):
    (data / "desescalade.sqlite3").unlink()
    ended = start(data)
    assert ended.returncode == starting.BOOT_ERROR
    assert "migration(s) de la base restent à appliquer" in ended.stderr
    assert "manage.py migrate" in ended.stderr


def test_database_of_a_newer_version_is_refused(data):
    with sqlite3.connect(data / "desescalade.sqlite3") as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('programmes', '9999_later', '2031-01-01')"
        )
    database.close()
    ended = start(data)
    assert ended.returncode == starting.BOOT_ERROR
    assert "version plus récente du site (programmes.9999_later)" in ended.stderr


def test_damaged_database_is_refused(data):
    (data / "desescalade.sqlite3").write_bytes(b"no database at all" * 500)
    ended = start(data)
    assert (ended.returncode, ended.stderr) == (
        starting.BOOT_ERROR,
        "Le site ne démarre pas\u00a0: la base de données ne répond pas. Vérifier DATABASE_URL, ou"
        " le disque.\n",
    )


def test_where_only_the_database_is_not_there_yet_the_start_is_tried_again(data):
    nobody = f"postgres://site@127.0.0.1:{free_port()}/site"
    ended = start(data, DATABASE_URL=nobody)
    assert (ended.returncode, starting.NO_ANSWER in ended.stderr) == (starting.NO_ANSWER_YET, True)
    (data / "static" / "staticfiles.json").unlink()
    both = start(data, DATABASE_URL=nobody)
    assert (both.returncode, both.stderr.count("Le site ne démarre pas")) == (
        starting.BOOT_ERROR,
        2,
    )


def test_static_files_that_were_not_collected_are_told(data):
    (data / "static" / "staticfiles.json").unlink()
    ended = start(data)
    assert ended.returncode == starting.BOOT_ERROR
    assert "manage.py collectstatic --noinput" in ended.stderr


def test_data_directory_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    ended = start(tmp_path / "file" / "data")
    assert ended.returncode == starting.BOOT_ERROR
    reason = f"DESESCALADE_DATA : on ne peut pas écrire dans {tmp_path}/file/data"
    assert ended.stderr.startswith(REFUSED + reason)


def test_data_directory_that_is_open_to_others_is_closed(data):
    data.chmod(0o755)
    assert start(data).returncode == 0
    assert stat.S_IMODE(data.stat().st_mode) == 0o750


def test_data_directory_that_cannot_be_closed_to_others_is_refused(db, data, monkeypatch, settings):
    def refuse(path, mode):
        raise PermissionError

    data.chmod(0o755)
    settings.DATA_DIR = data
    monkeypatch.setattr(Path, "chmod", refuse)
    assert starting.refusals()[0] == (
        f"tous les comptes de cette machine peuvent entrer dans {data}, où sont la base et la clé"
        f" secrète. Lancer\u00a0: chmod 700 {data}"
    )


def test_data_directory_may_be_open_to_a_group(data):
    data.chmod(0o750)
    assert start(data).returncode == 0


def test_what_the_site_writes_is_closed_to_others_wherever_it_lies(tmp_path):
    tmp_path.chmod(0o755)
    run("manage.py", "migrate", "--verbosity=0", DESESCALADE_DATA=tmp_path)
    written = {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()}
    assert written == {"desescalade.sqlite3": "0o600", "secret_key": "0o600"}


def test_missing_fonts_are_named(monkeypatch, tmp_path):
    sheet = (starting.pdf.FONTS / "faces.css").read_text()
    (tmp_path / "faces.css").write_text(sheet)
    monkeypatch.setattr(starting.pdf, "FONTS", tmp_path)
    assert "Vollkorn-Regular.ttf" in starting.missing_fonts()
    (tmp_path / "faces.css").unlink()
    assert starting.missing_fonts() == ["faces.css"]


def test_all_fonts_are_there():
    assert starting.missing_fonts() == []


def test_site_of_which_the_guides_have_pictures_may_start(data):
    ended = run("-m", "desescalade.starting", DESESCALADE_DATA=data, **guide_pictures.SETTINGS)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_reload_takes_the_program_as_it_is_now():
    """The process that reads the file again has the modules of before the update."""
    said = run(
        "-c", "import runpy; from desescalade import environment, logs;"
        " environment.MIN_KEY, logs.STYLES = 0, ();"
        " runpy.run_path('deploy/gunicorn.conf.py');"
        " print(environment.MIN_KEY, len(logs.STYLES))",
    ).stdout  # fmt: skip
    assert said == f"{environment.MIN_KEY} {len(logs.STYLES)}\n"


HEAPS = """
import ctypes, runpy, threading
runpy.run_path("deploy/gunicorn.conf.py")
library, all_there = ctypes.CDLL(None), threading.Barrier(4)

def allocate():
    all_there.wait()
    library.malloc(5000)

threads = [threading.Thread(target=allocate) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
library.fdopen.restype = ctypes.c_void_p
out = library.fdopen(1, b"w")
library.malloc_info(0, ctypes.c_void_p(out))
library.fflush(ctypes.c_void_p(out))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="asks glibc")
def test_threads_of_the_site_share_one_heap():
    assert run("-c", HEAPS).stdout.count("<heap ") == 1


def test_command_is_told_as_the_host_types_it(monkeypatch):
    assert environment.command("migrate") == ".venv/bin/python manage.py migrate"
    monkeypatch.setenv("DESESCALADE_COMMAND", "sudo desescalade")
    assert environment.command("migrate") == "sudo desescalade migrate"


@on_sqlite
def test_database_that_would_not_survive_a_power_cut_is_refused(db, monkeypatch):
    monkeypatch.setitem(checks.WANTED, "synchronous", "3")
    assert "La base SQLite « default » a synchronous = 2 au lieu de 3." in starting.refusals()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True), ("127.0.0.1", True), ("127.8.0.1", True), ("[::1]", True),
        ("site.localhost", True), ("programme.exemple.fr", False), ("192.0.2.1", False),
        ("*", False), (".exemple.fr", False), ("notlocalhost", False),
    ],
)  # fmt: skip
def test_names_that_only_this_machine_reaches(host, expected):
    assert starting.is_loopback(host) is expected


def serve(data, **changes):
    return run(
        "-m", "gunicorn", "desescalade.wsgi", "--config", "deploy/gunicorn.conf.py",
        "--bind", f"127.0.0.1:{free_port()}", DESESCALADE_DATA=data, **changes,
    )  # fmt: skip


def test_server_says_why_it_refuses_and_announces_no_port(data, pytestconfig):
    (data / "static" / "staticfiles.json").unlink()
    times = 20 if pytestconfig.getoption("long") else 5
    reason = (
        "les fichiers statiques ne sont pas rassemblés."
        " Lancer\u00a0: .venv/bin/python manage.py collectstatic --noinput\n"
    )
    ended = [serve(data) for _ in range(times)]
    assert [(each.returncode, each.stdout, each.stderr) for each in ended] == [
        (starting.BOOT_ERROR, "", REFUSED + reason)
    ] * times


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("DESESCALADE_HTTPS", "oui", "0 ou 1"),
        ("DESESCALADE_LOGS", "tout", "alertes, texte ou json"),
        ("DESESCALADE_WORKERS", "0", "un nombre de 1 à 16"),
    ],
)
def test_server_names_the_setting_that_is_wrong(data, name, value, wanted):
    ended = serve(data, **{name: value})
    assert (ended.returncode, ended.stdout, ended.stderr) == (
        starting.BOOT_ERROR, "", f"{REFUSED}{name} vaut '{value}' ; écrire {wanted}.\n",
    )  # fmt: skip


def test_served_site_that_became_unsound_ends_its_reload_with_the_reason(data):
    # One worker: a second would still be starting when the first answers, and refuse by itself.
    environment_of = {
        **os.environ,
        "DESESCALADE_DATA": str(data),
        "DESESCALADE_DEBUG": "0",
        "DESESCALADE_WORKERS": "1",
    }
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "desescalade.wsgi", "--config",
         "deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}"],
        cwd=ROOT, env=environment_of | {"DATABASE_URL": ""}, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    ) as server:  # fmt: skip
        wait_until_ready(f"http://127.0.0.1:{port}/sante/vivant", server)
        (data / "static" / "staticfiles.json").unlink()
        server.send_signal(signal.SIGHUP)
        said = server.communicate(timeout=60)[1]
    assert server.returncode == starting.BOOT_ERROR
    assert said.startswith(REFUSED + "les fichiers statiques ne sont pas rassemblés.")
    assert "Traceback" not in said


def test_choice_of_a_setting_is_one_of_the_known(monkeypatch):
    monkeypatch.setenv("DESESCALADE_LOGS", "tout")
    with pytest.raises(environment.ImproperlyConfigured) as refused:
        environment.choice("DESESCALADE_LOGS", ("alertes", "texte", "json"))
    assert str(refused.value) == "DESESCALADE_LOGS vaut 'tout' ; écrire alertes, texte ou json."
