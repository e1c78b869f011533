"""The table of the shared cache, so that `migrate` prepares all that a database needs."""

from django.core.management import call_command
from django.db import migrations

TABLE = "desescalade_cache"


def create(apps, schema_editor):
    # Named: the host may have another cache today and come back to this one. An existing table
    # is left as it is.
    call_command(
        "createcachetable", TABLE, database=schema_editor.connection.alias, verbosity=0
    )


def drop(apps, schema_editor):
    schema_editor.execute(f"DROP TABLE {schema_editor.quote_name(TABLE)}")


class Migration(migrations.Migration):
    dependencies = []
    operations = [migrations.RunPython(create, drop)]
