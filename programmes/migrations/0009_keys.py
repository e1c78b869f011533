import uuid
from itertools import islice

from django.db import migrations, models

BATCH = 500


def give_keys(apps, schema_editor):
    """One for each row: a default would be the same for all."""
    Commitment = apps.get_model("programmes", "Commitment")
    rows = Commitment.objects.order_by("pk").only("pk").iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        for row in batch:
            row.key = uuid.uuid4()
        Commitment.objects.bulk_update(batch, ["key"], batch_size=BATCH)


class Migration(migrations.Migration):

    dependencies = [
        ('programmes', '0008_mergers'),
    ]

    operations = [
        migrations.AddField(
            model_name='commitment',
            name='key',
            field=models.UUIDField(editable=False, null=True, verbose_name='clé'),
        ),
        migrations.RunPython(give_keys, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name='commitment',
            name='key',
            field=models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='clé'),
        ),
        migrations.AddConstraint(
            model_name='commitment',
            constraint=models.UniqueConstraint(fields=('programme', 'key'), name='programme_has_a_key_once'),
        ),
    ]
