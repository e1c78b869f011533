"""Search keys are plain ASCII: PostgreSQL compares them by bytes, as SQLite does.

In the order of a language, a range from "saint e" on may pass over spaces and find other names.
"""

from django.db import migrations


def compare_by_bytes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            'ALTER TABLE programmes_communekey ALTER COLUMN key TYPE varchar(90) COLLATE "C"'
        )


class Migration(migrations.Migration):

    dependencies = [("programmes", "0004_workshop")]

    operations = [migrations.RunPython(compare_by_bytes, migrations.RunPython.noop)]
