"""The units of systemd, their settings and the scripts beside them."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from django.core.management import get_commands

from desescalade import environment, starting
from programmes.printing import prints
from tests.serving import free_port

from . import DEPLOY, NAME, ROOT, Echo, needs, serving

UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
# Of « systemd-analyze security », from 0 (caged) to 10 (open). nginx of Debian has 9.6.
MAX_EXPOSURE = 1.5


# Units


@needs("systemd-analyze")
def test_systemd_understands_every_unit(tmp_path):
    # The program is not where it will be: any that can be run does for this check.
    for unit in UNITS:
        text = unit.read_text().replace("/opt/desescalade/.venv/bin/python", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *sorted(tmp_path.iterdir())],
        capture_output=True, text=True,
    )  # fmt: skip
    assert (found.returncode, found.stdout + found.stderr) == (0, "")


@needs("systemd-analyze")
@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_a_service_reaches_nothing_that_it_does_not_need(unit):
    found = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager",
         f"--threshold={MAX_EXPOSURE * 10:.0f}", unit],
        capture_output=True, text=True,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout.splitlines()[-1]


def directives(unit):
    """The settings of a unit, the last of each name."""
    return dict(re.findall(r"^(\w+)=(.*)$", unit.read_text(), flags=re.MULTILINE))


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_every_service_runs_from_the_same_place_as_the_same_user(unit):
    found = directives(unit)
    names = ("User", "Group", "WorkingDirectory", "EnvironmentFile", "StateDirectory", "UMask")
    assert [found[name] for name in names] == [
        "desescalade", "desescalade", "/opt/desescalade", "/etc/desescalade/desescalade.env",
        "desescalade", "0077",
    ]  # fmt: skip


def test_the_site_is_stopped_after_the_last_answer_and_not_started_again_in_vain():
    found = directives(DEPLOY / "systemd/desescalade.service")
    gunicorn = (DEPLOY / "gunicorn.conf.py").read_text()
    graceful = int(re.search(r"^graceful_timeout = (\d+)", gunicorn, re.MULTILINE)[1])
    assert int(found["TimeoutStopSec"]) > graceful
    assert found["RestartPreventExitStatus"] == str(starting.BOOT_ERROR)
    assert found["Restart"] == "on-failure"
    # A print that takes too much memory must not take the site with it.
    assert found["OOMPolicy"] == "continue"


def test_a_worker_ends_its_job_before_it_is_killed_and_is_the_same_program_as_the_site():
    site, worker = (
        directives(DEPLOY / f"systemd/{name}.service")
        for name in ("desescalade", "desescalade-work@")
    )
    longest = prints.SECONDS + prints.MAX_PIECES * prints.SECONDS_PER_PIECE
    assert int(worker["TimeoutStopSec"]) > longest
    # Its children finish what they do: they hear it from their parent.
    assert worker["KillMode"] == "mixed"
    # systemd's own is 100, for the site: its pages come first.
    assert int(worker["CPUWeight"]) < 100
    assert "CPUWeight" not in site
    same = ("EnvironmentFile", "Restart", "RestartPreventExitStatus", "MemoryMax", "OOMPolicy")
    assert [worker[name] for name in same] == [site[name] for name in same]
    _, _, command = worker["ExecStart"].partition("manage.py ")
    assert get_commands()[command] == "desescalade.jobs"


# Settings


def settings_of(path):
    return dict(re.findall(r"^#?([A-Z_]+)=(.*)$", path.read_text(), flags=re.MULTILINE))


def test_the_sample_names_settings_that_exist():
    known = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs/reglages.md").read_text()))
    assert set(settings_of(DEPLOY / "desescalade.env")) - known == set()


@pytest.mark.parametrize("path", ["desescalade.env", "yunohost/conf/desescalade.env"])
def test_the_samples_name_all_that_only_the_host_knows(path):
    named = settings_of(DEPLOY / path)
    missing = environment.LegalNotice().missing
    assert [name for name in missing if name not in named] == []
    assert all(named[name][0] == named[name][-1] == "'" for name in missing)


def test_installing_ends_with_what_is_still_to_be_filled_in():
    """The line that install.sh takes from what « check --deploy » says."""
    line = re.search(r"\| (sed -n '.*?')\)", (DEPLOY / "install.sh").read_text())[1]
    with_a_phone = {"DESESCALADE_LEGAL_PHONE": "04 00 00 00 00"}
    for given, said in (({}, True), (with_a_phone, False)):
        done = subprocess.run(
            ["sh", "-c", f"{sys.executable} manage.py check --deploy 2>&1 | {line}"],
            cwd=ROOT, capture_output=True, encoding="utf-8", env={**os.environ, **given},
        )  # fmt: skip
        assert done.stdout.startswith("/mentions-legales/ et /confidentialite/ ne disent pas")
        assert ("DESESCALADE_LEGAL_PHONE" in done.stdout) == said


def test_the_sample_can_be_read_by_a_shell_as_by_systemd(monkeypatch):
    """Special signs are quoted: & would start a program, and # begin a remark."""
    sample = DEPLOY / "desescalade.env"
    wanted = settings_of(sample)
    script = f"set -a; {sample.read_text().replace('#D', 'D').replace('#L', 'L')}\nenv"
    said = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True, env={})
    found = dict(line.split("=", 1) for line in said.stdout.splitlines())
    assert {name: found[name] for name in wanted if name in found} == {
        name: value.strip("'") for name, value in wanted.items() if name in found
    }
    monkeypatch.setenv("DESESCALADE_EMAIL_URL", found["DESESCALADE_EMAIL_URL"])
    assert environment.mail("DESESCALADE_EMAIL_URL").sender == "site@exemple.fr"


# The command, and how it reads the settings


def command(tmp_path, settings, **environment):
    """Runs « desescalade worked » with these settings; what it would start says its environment."""
    (tmp_path / "deploy").mkdir(exist_ok=True)
    shutil.copy(DEPLOY / "settings.sh", tmp_path / "deploy")
    (tmp_path / "desescalade.env").write_text(settings)
    script = (DEPLOY / "desescalade").read_text()
    for ours, theirs in (
        ("/etc/desescalade", str(tmp_path)),
        ("/opt/desescalade", str(tmp_path)),
        ("exec /usr/sbin/runuser -u desescalade -- .venv/bin/python manage.py", "env; echo"),
    ):
        assert ours in script
        script = script.replace(ours, theirs)
    return subprocess.run(
        ["sh", "-c", script, "sh", "worked"], capture_output=True, encoding="utf-8",
        env={"PATH": os.environ["PATH"], **environment},
    )  # fmt: skip


def test_settings_are_read_as_systemd_does_and_never_run(tmp_path):
    """Unquoted, a shell would look for a program « Écrans » and start what follows « ; »."""
    done = command(
        tmp_path,
        "# a remark\n\nDESESCALADE_DATA=/data\n"
        "DESESCALADE_LEGAL_NAME=Association Écrans éteints, loi de 1901\n"
        "  DESESCALADE_LEGAL_ADDRESS='3 rue du Puits, 26120 Barsac'  \n"
        'DESESCALADE_LEGAL_PHONE="04 00 00 00 00"\n'
        "DESESCALADE_LEGAL_DIRECTOR=l’une; touch run $(touch run) `touch run` & touch run\n"
        "DESESCALADE_LEGAL_SERVER=L'hébergeur, quai de l'Est\n"
        "BACKUP_OPTIONS=--passphrase-file /etc/phrase",
    )
    assert (done.returncode, done.stderr) == (0, "")
    *said, last = done.stdout.splitlines()
    found = dict(line.split("=", 1) for line in said)
    assert last == "worked"
    # Messages name a command as it has just been typed.
    assert found.pop("DESESCALADE_COMMAND") == "sudo desescalade"
    assert {name: found[name] for name in found if name.startswith(("DESESC", "BACK"))} == {
        "DESESCALADE_DATA": "/data",
        "DESESCALADE_LEGAL_NAME": "Association Écrans éteints, loi de 1901",
        "DESESCALADE_LEGAL_ADDRESS": "3 rue du Puits, 26120 Barsac",
        "DESESCALADE_LEGAL_PHONE": "04 00 00 00 00",
        "DESESCALADE_LEGAL_DIRECTOR": "l’une; touch run $(touch run) `touch run` & touch run",
        "DESESCALADE_LEGAL_SERVER": "L'hébergeur, quai de l'Est",
        "BACKUP_OPTIONS": "--passphrase-file /etc/phrase",
    }
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("DESESCALADE_LEGAL_NAME='Association", "DESESCALADE_LEGAL_NAME contient un guillemet"),
        ("DESESCALADE_LEGAL_NAME=a\\b", "un guillemet ou une barre"),
        ("DESESCALADE_LEGAL_NAME='a'b'", "DESESCALADE_LEGAL_NAME contient un guillemet"),
        ("un mot", "une ligne n’est pas « NOM=valeur » : un mot"),
        ("export A=1", "une ligne n’est pas « NOM=valeur » : export A"),
    ],
)
def test_line_that_would_be_read_in_two_ways_is_refused_by_its_name(tmp_path, line, reason):
    done = command(tmp_path, f"DESESCALADE_DATA=/data\n{line}\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert reason in done.stderr


def test_command_serves_no_other_data_than_those_of_the_site(tmp_path):
    settings = "DESESCALADE_DATA=/data\n"
    assert command(tmp_path, settings, DESESCALADE_DATA="/data").returncode == 0
    done = command(tmp_path, settings, DESESCALADE_DATA="/tmp/essai")
    assert (done.returncode, done.stdout) == (1, "")
    assert "DESESCALADE_DATA vaut /tmp/essai" in done.stderr
    assert "restore --trial" in done.stderr


# Scripts


@needs("shellcheck")
def test_the_scripts_are_sound():
    scripts = [
        path
        for path in DEPLOY.rglob("*")
        if path.is_file() and re.match(rb"#!/bin/(ba)?sh\b", path.read_bytes()[:20])
    ]
    assert DEPLOY / "setup.sh" in scripts
    sourced = DEPLOY / "settings.sh"
    found = subprocess.run(["shellcheck", *scripts, sourced], capture_output=True, text=True)
    assert found.stdout == ""


@pytest.mark.parametrize(
    ("status", "words", "ends", "said"),
    [
        (200, "prêt", 0, ""),
        (503, "des migrations ne sont pas appliquées", 1, "des migrations ne sont pas appliquées"),
        (503, "<!doctype html>", 1, f"le site a répondu 503 à {NAME}"),
        (301, "", 1, f"le site a répondu 301 à {NAME}"),
    ],
)
def test_whether_the_site_is_ready_is_asked_as_its_proxy_would(status, words, ends, said):
    class Site(Echo):
        def do_GET(self):
            asked.append((self.path, self.headers["Host"], self.headers["X-Forwarded-Proto"]))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(f"{words}\n".encode())

    asked = []
    with serving(Site) as port:
        found = is_ready(port)
    assert (found.returncode, found.stderr.strip()) == (ends, said)
    assert asked == [("/sante/pret", NAME, "https")]


def test_a_site_that_is_not_there_is_not_ready():
    found = is_ready(free_port())
    assert found.returncode == 1
    assert found.stderr.startswith("le site ne répond pas sur 127.0.0.1:")


def is_ready(port):
    names = {"LISTEN": f"127.0.0.1:{port}", "DESESCALADE_HOSTS": f"{NAME},www.exemple.fr"}
    return subprocess.run(
        [sys.executable, DEPLOY / "ready.py"],
        capture_output=True, encoding="utf-8", env={**os.environ, **names, "PYTHONUTF8": "1"},
    )  # fmt: skip
