from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce


def mark(apps, schema_editor):
    """As the dates had it until now."""
    made = {"at__lt": OuterRef("joined_at")}
    changes = apps.get_model("programmes", "Change").objects.filter(
        programme=OuterRef("programme"), **made
    )
    comments = apps.get_model("programmes", "Comment").objects.filter(
        commitment__programme=OuterRef("programme"), **made
    )
    apps.get_model("programmes", "Membership").objects.update(
        after_change=_last(changes), after_comment=_last(comments)
    )


def _last(rows):
    return Coalesce(Subquery(rows.order_by("-pk").values("pk")[:1]), 0)


class Migration(migrations.Migration):

    dependencies = [
        ("programmes", "0018_contributions_by_measure"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="after_change",
            field=models.PositiveBigIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="membership",
            name="after_comment",
            field=models.PositiveBigIntegerField(default=0, editable=False),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
