"""Whether the process lives, and whether it can serve. No personal data, no login."""

from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache


@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; the database is not asked."""
    return HttpResponse("vivant\n", content_type="text/plain; charset=utf-8")


@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """The database is migrated and can be written to; 503 with the reason when not."""
    reason = _unreadiness()
    return HttpResponse(
        f"{reason or 'prêt'}\n",
        status=503 if reason else 200,
        content_type="text/plain; charset=utf-8",
    )


def _unreadiness() -> str:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "des migrations ne sont pas appliquées"
        with transaction.atomic(), connection.cursor() as cursor:
            # Written and rolled back: a full disk or a read-only file shows here.
            cursor.execute("CREATE TABLE essai_d_ecriture (n integer)")
            transaction.set_rollback(True)
    except Error:
        return "la base de données ne répond pas"
    return ""
