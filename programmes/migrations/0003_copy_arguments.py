"""Commitments taken before this migration get the arguments of their measure, as new ones do."""

from django.db import migrations


def copy_arguments(apps, schema_editor):
    Commitment = apps.get_model("programmes", "Commitment")
    CommitmentPitch = apps.get_model("programmes", "CommitmentPitch")
    CommitmentObjection = apps.get_model("programmes", "CommitmentObjection")
    Objection = apps.get_model("proposals", "Objection")
    Pitch = apps.get_model("proposals", "Pitch")
    for commitment in Commitment.objects.exclude(measure=None).iterator():
        CommitmentPitch.objects.bulk_create(
            CommitmentPitch(commitment=commitment, position=row.position, text=row.text)
            for row in Pitch.objects.filter(measure=commitment.measure_id)
        )
        CommitmentObjection.objects.bulk_create(
            CommitmentObjection(
                commitment=commitment,
                position=row.position,
                objection=row.objection,
                answer=row.answer,
                source=" ; ".join(
                    ", ".join(filter(None, (source.title, source.date)))
                    for source in row.sources.all()
                )[:600],
            )
            for row in Objection.objects.filter(measure=commitment.measure_id)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0002_print_shop"),
        ("proposals", "0001_initial"),
    ]
    operations = [migrations.RunPython(copy_arguments, migrations.RunPython.noop)]
