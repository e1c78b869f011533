"""The tables and the migrations of a base, whatever version of the site made it."""

from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

from .refusing import Refused

# Not kept: a session opens a programme, and a file that lies about should open nothing; everybody
# has a card to come back with. The cache (counts of refused tries) is no model, so it stays out
# too. Content types and permissions, which Django could make again, are kept: groups and the
# journal of the admin point at them by number. A job that comes back would send its mail again.
# That the clock ran well before says nothing of now: after a restoring, two days pass before
# anything is erased, and what was restored to be saved is not gone in a minute.
LEFT_OUT = {
    *("django_session", "django_tasks_database_dbtaskresult", "jobs_worker"),
    "programmes_look",
}

Heads = dict[str, list[str]]


def heads(alias: str) -> Heads:
    """The last migrations applied, for each app. Empty for a base that was never migrated.

    Raises Refused where the base was made by a later version than this one.
    """
    loader = MigrationLoader(connections[alias])
    if unknown := unknown_migrations(loader):
        raise Refused(
            "La base a été faite par une version plus récente du site"
            f" ({', '.join(unknown)}). Reprendre cette version."
        )
    applied = [node for node in loader.graph.nodes if node in loader.applied_migrations]
    found: Heads = {}
    for app, name in sorted(applied):
        children = {child.key for child in loader.graph.node_map[app, name].children}
        if not any(child[0] == app and child in loader.applied_migrations for child in children):
            found.setdefault(app, []).append(name)
    return found


def unknown_migrations(loader: MigrationLoader) -> list[str]:
    """Applied, of apps that this version has, and not among their migrations."""
    return [
        f"{app}.{name}"
        for app, name in sorted(loader.applied_migrations)
        if app in loader.migrated_apps and (app, name) not in loader.disk_migrations
    ]


def refuse_unknown(wanted: Heads) -> None:
    """Raises Refused where these heads, of an archive, are not all known to this version."""
    known = MigrationLoader(None).disk_migrations
    heads = [(app, name) for app, names in wanted.items() for name in names]
    unknown = [f"{app}.{name}" for app, name in heads if (app, name) not in known]
    if unknown:
        raise Refused(
            "La sauvegarde est faite par une version plus récente du site"
            f" ({', '.join(unknown)}). Installer cette version, puis restaurer."
        )


def models(wanted: Heads) -> list[type[Model]]:
    """The models of the tables that are kept, as they were at these heads, by table name."""
    loader = MigrationLoader(None)
    nodes = [(app, name) for app, names in wanted.items() for name in names]
    known = loader.project_state(nodes).apps.get_models(include_auto_created=True)
    kept = (
        model
        for model in known
        if model._meta.managed
        and not (model._meta.proxy or model._meta.swapped)
        and model._meta.db_table not in LEFT_OUT
    )
    return sorted(kept, key=lambda model: model._meta.db_table)


def migrate_to(wanted: Heads) -> None:
    """Makes the tables of these heads in an empty base."""
    executor = MigrationExecutor(connection)
    executor.migrate([(app, name) for app, names in wanted.items() for name in names])


def migrate_to_now() -> None:
    call_command("migrate", interactive=False, verbosity=0)


def waiting() -> int:
    """How many migrations are still to be applied."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
