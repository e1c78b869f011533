"""What has to be true before the site may serve. Each refusal says why, and what to do.

`manage.py` commands do not ask it: they are what mends most of this. Run as `python -m
desescalade.starting`, it only asks and ends: so nothing of the site stays in who wants to know.
"""

import os
import re
import shlex
import stat
from ipaddress import ip_address
from pathlib import Path

import django
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, OperationalError, connection
from django.db.migrations.loader import MigrationLoader

from . import environment, pdf
from .checks import check_postgresql, check_sqlite
from .environment import BOOT_ERROR
from .keeping import schemas

# The other code that ends gunicorn (Arbiter.APP_LOAD_ERROR). systemd tries again after this one:
# when the power is back, the machine of the database may come up last.
NO_ANSWER_YET = 4
NO_ANSWER = (
    "la base de données n’est pas joignable. Vérifier DATABASE_URL, et que son serveur est démarré."
)


def refuse_unless_sound() -> None:
    """Ends the process where there are reasons to, and says them on standard error.

    With NO_ANSWER_YET where all that is wrong may pass by itself, else with BOOT_ERROR.
    """
    if found := refusals():
        environment.refuse(found, NO_ANSWER_YET if found == [NO_ANSWER] else BOOT_ERROR)


def refusals() -> list[str]:
    """The reasons not to serve, in French; none on a sound installation."""
    return [*_of_settings(), *_of_files(), *_of_database()]


def _of_settings() -> list[str]:
    where = _open_to_others()
    if not (settings.DEBUG and where):
        return []
    return [
        "DESESCALADE_DEBUG vaut 1, ce qui montre le détail des erreurs à tout le monde, et le"
        f" site {where}. Retirer DESESCALADE_DEBUG."
    ]


def _open_to_others() -> str:
    """How the settings say that the site is not for this machine alone; empty if it may be."""
    if public := [host for host in settings.ALLOWED_HOSTS if not is_loopback(host)]:
        return f"répond sous un nom public ({', '.join(public)})"
    if settings.HTTPS:
        return "répond en HTTPS"
    if settings.SECURE_PROXY_SSL_HEADER:
        return "est derrière un serveur mandataire (DESESCALADE_BEHIND_PROXY)"
    return ""


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a name of ALLOWED_HOSTS."""
    name = host.strip("[]")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _of_files() -> list[str]:
    found = []
    data = settings.DATA_DIR
    if not closed_to_others(data):
        found.append(
            f"tous les comptes de cette machine peuvent entrer dans {data}, où sont la base et la"
            f" clé secrète. Lancer\u00a0: chmod 700 {shlex.quote(str(data))}"
        )
    if missing := missing_fonts():
        found.append(
            f"il manque des polices dans {pdf.FONTS} ({', '.join(missing)}), et rien ne"
            " s’imprimerait comme il faut. Reprendre le dossier static/fonts du projet."
        )
    if not settings.DEBUG and not (settings.STATIC_ROOT / "staticfiles.json").exists():
        found.append(
            "les fichiers statiques ne sont pas rassemblés."
            f" Lancer\u00a0: {environment.command('collectstatic --noinput')}"
        )
    return found


def closed_to_others(directory: Path) -> bool:
    """Whether other accounts stay out: a directory made by hand is closed, where we may.

    A group may stay: it is how a host lets another account make copies.
    """
    mode = stat.S_IMODE(directory.stat().st_mode)
    if mode & stat.S_IRWXO:
        try:
            directory.chmod(mode & ~stat.S_IRWXO)
        except OSError:
            return False
    return True


def missing_fonts() -> list[str]:
    """Files that the sheet of the faces names and that are not there."""
    sheet = pdf.FONTS / "faces.css"
    if not sheet.exists():
        return [sheet.name]
    named = re.findall(r"""url\(["']?([^"')]+)""", sheet.read_text("utf-8"))
    return sorted({name for name in named if not (sheet.parent / name).exists()})


def _of_database() -> list[str]:
    try:
        aliases = [DEFAULT_DB_ALIAS]
        unsound = [str(each.msg) for each in [*check_sqlite(aliases), *check_postgresql(aliases)]]
        return [*unsound, *_of_migrations()]
    except OperationalError:
        return [NO_ANSWER]
    except Error:
        return ["la base de données ne répond pas. Vérifier DATABASE_URL, ou le disque."]
    finally:
        connection.close()


def _of_migrations() -> list[str]:
    if unknown := schemas.unknown_migrations(MigrationLoader(connection)):
        return [
            f"la base a été faite par une version plus récente du site ({', '.join(unknown)})."
            " Reprendre cette version, ou restaurer une sauvegarde d’avant elle."
        ]
    if waiting := schemas.waiting():
        return [
            f"{waiting} migration(s) de la base restent à appliquer."
            f" Lancer\u00a0: {environment.command('migrate')}"
        ]
    return []


if __name__ == "__main__":
    os.umask(environment.UMASK)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desescalade.settings")
    with environment.refusing():
        django.setup()
    refuse_unless_sound()
