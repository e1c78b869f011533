from django.core.management.color import no_style
from django.db import migrations

# In the order of their references.
TABLES = (
    *("catalogue", "purpose", "sizeclass", "signatory", "source", "threshold"),
    *("proposal", "proposalpurpose", "figure", "measure", "question", "questionmeasure"),
    *("measurepurpose", "relatedmeasure", "wording", "wordingsize", "parameter"),
    *("parameterdefault", "legalbasis", "pitch", "objection", "objectionsource", "example"),
    *("reflectionsheet", "sheetproposal", "sheetquestion"),
)


def copy_what_is_published(apps, schema_editor):
    """Until now what curators edited was what the public saw: both begin alike."""
    connection = schema_editor.connection
    models = []
    with connection.cursor() as cursor:
        for name in TABLES:
            source, target = (apps.get_model(app, name) for app in ("proposals", "desk"))
            columns = ", ".join(
                connection.ops.quote_name(field.column) for field in target._meta.local_fields
            )
            to, table = (
                connection.ops.quote_name(model._meta.db_table) for model in (target, source)
            )
            cursor.execute(f"INSERT INTO {to} ({columns}) SELECT {columns} FROM {table}")
            models.append(target)
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ("desk", "0001_initial"),
        ("proposals", "0002_desk"),
    ]

    operations = [migrations.RunPython(copy_what_is_published, migrations.RunPython.noop)]
