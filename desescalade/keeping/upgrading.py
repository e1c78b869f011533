"""Upgrading: a backup, the migrations, what comes with the version, and a look at the whole."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection

from desescalade import starting

from . import making, rows, schemas
from .making import Made
from .refusing import Refused, told
from .rotation import Kept

# By name: they are of the apps above this one.
LOADS = ("load_catalogue", "load_communes")


class Failed(Exception):
    """The upgrade stopped half way; `backup`: what to come back to, None for a new site."""

    def __init__(self, reason: str, backup: Path | None) -> None:
        super().__init__(reason)
        self.reason, self.backup = reason, backup


def upgrade(
    directory: Path,
    tell: Callable[[str], None],
    passphrase: bytes | None = None,
    kept: Kept | None = None,
) -> None:
    """Brings the base and the files to this version; `tell` is told each step, in French.

    Whoever calls holds the lock. Raises Refused before anything has changed, Failed after.
    """
    with told(settings.DATA_DIR):
        is_new = not schemas.heads(DEFAULT_DB_ALIAS)
    made = None if is_new else making.make(directory, passphrase, kept)
    tell(f"Sauvegarde faite et relue : {made.path}" if made else "Site neuf : rien à sauvegarder.")
    try:
        with told(settings.DATA_DIR):
            _migrate(made, tell)
            _load(tell)
            call_command("collectstatic", interactive=False, verbosity=0)
            tell("Fichiers statiques rassemblés.")
            _look(tell)
    except (Refused, CommandError) as error:
        raise Failed(str(error), made and made.path) from error
    except Exception as error:
        # A migration may raise anything; what to do is the same.
        raise Failed(f"{type(error).__name__} : {error}", made and made.path) from error


def _migrate(made: Made | None, tell: Callable[[str], None]) -> None:
    waiting = schemas.waiting()
    # Also where none waits: groups and permissions are made after.
    schemas.migrate_to_now()
    tell(f"Migrations appliquées à la base : {waiting}.")
    if made:
        for line in _differences(made):
            tell(line)


def _differences(made: Made) -> list[str]:
    """Tables that lost rows on the way: a migration may want it, and whoever looks should know."""
    found = []
    for model in schemas.models(schemas.heads(DEFAULT_DB_ALIAS)):
        name = model._meta.db_table
        before = made.manifest.tables.get(name)
        if before and (now := rows.count(model, DEFAULT_DB_ALIAS)) < before.rows:
            found.append(f"À noter : {name} avait {before.rows} lignes et en a {now}.")
    return found


def _load(tell: Callable[[str], None]) -> None:
    for name in LOADS:
        try:
            call_command(name)
        except CommandError as error:
            # As in `make run`: what is in the base stays, and serves.
            tell(f"{name} : {error} Le site garde ce qui est dans la base.")


def _look(tell: Callable[[str], None]) -> None:
    """Raises Refused where the site would not start, or the base is not sound."""
    if reasons := [*starting.refusals(), *_faults()]:
        raise Refused(" ".join(reasons))
    tell("Vérifié : la base est saine, le site peut démarrer.")


def _faults() -> list[str]:
    try:
        connection.check_constraints()
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                found = cursor.execute("PRAGMA quick_check").fetchall()
            return [] if found == [("ok",)] else [f"La base est abîmée : {found[0][0]}."]
    except DatabaseError as error:
        return [f"La base n’est pas cohérente : {error}"]
    return []
