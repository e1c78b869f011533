"""What is printed in a format, and the logos of a programme."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from .. import history
from ..enums import Cause
from ..models import Layout, LayoutCommitment, Logo, Programme
from ..printing.formats import Format
from ..printing.logos import Redrawn


def layout_for(programme: Programme, format: str) -> Layout:
    """The choices for a format, made on first use."""
    layout, _ = programme.layouts.get_or_create(format=format)
    return layout


def choose_commitments(
    programme: Programme, format: Format, ids: Sequence[int], version: int | None = None
) -> bool:
    """Prints these commitments in this format, in this order; ids of others are ignored.

    All of them in the order of the programme is no choice: what is retained later is then
    printed too. False when somebody has changed the layout since `version`, if one is given.
    """
    rows = programme.commitments.filter(status__in=format.statuses).in_order()
    offered = list(rows.values_list("pk", flat=True))
    chosen = [pk for pk in dict.fromkeys(ids) if pk in set(offered)]
    with transaction.atomic():
        Programme.objects.lock(programme.pk)
        layout = layout_for(programme, format.slug)
        if version is None:
            layout.advance()
        elif not layout.claim(version):
            return False
        layout.chosen.all().delete()
        if chosen != offered:
            LayoutCommitment.objects.bulk_create(
                LayoutCommitment(layout=layout, commitment_id=pk, position=position)
                for position, pk in enumerate(chosen)
            )
        history.record(layout, Cause.LAID_OUT)
    return True


def keep_logo(
    programme: Programme, redrawn: Redrawn, *, description: str, consent_on: date
) -> Logo:
    """Keeps a logo; the same picture with the same words is one logo, however often it is sent."""
    logo, _ = Logo.objects.update_or_create(
        programme=programme,
        digest=redrawn.digest,
        description=description,
        defaults={"consent_on": consent_on, "is_hidden": False},
        create_defaults={
            "image": redrawn.png,
            "width": redrawn.width,
            "height": redrawn.height,
            "consent_on": consent_on,
        },
    )
    return logo


def drop_logo(logo: Logo) -> None:
    """Takes a logo out of every layout; where there are editions, they keep its picture."""
    with transaction.atomic():
        Programme.objects.lock(logo.programme_id)
        for layout in logo.programme.layouts.filter(logo=logo):
            layout.advance()
            layout.logo = None
            layout.save(update_fields=["logo"])
            history.record(layout, Cause.LAID_OUT)
        if logo.programme.editions.exists():
            logo.is_hidden = True
            logo.save(update_fields=["is_hidden"])
        else:
            logo.delete()
