"""The releases of the catalogues as an Atom feed, for who would rather be told than come back."""

from datetime import datetime, time, timedelta

from django.contrib.syndication.views import Feed
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from desescalade.typography import typeset

from .models import Release
from .tables.catalogue import MAIN

LAST = 30
# How many came out on the same day before this one, of whatever catalogue.
_EARLIER = (
    Release.objects.filter(date=OuterRef("date"), pk__lt=OuterRef("pk"))
    .order_by()
    .values("date")
    .annotate(count=Count("pk"))
    .values("count")
)


class ReleaseFeed(Feed):
    feed_type = Atom1Feed
    language = "fr"
    title = "Désescalade : les éditions du catalogue"
    subtitle = "Ce qui a été corrigé ou ajouté dans les textes, édition par édition."
    link = reverse_lazy("proposals:releases")
    feed_url = reverse_lazy("proposals:release-feed")

    def items(self) -> QuerySet[Release]:
        return (
            Release.objects.select_related("catalogue")
            .annotate(earlier=Coalesce(Subquery(_EARLIER), 0))
            .order_by("-pk")[:LAST]
        )

    def item_title(self, item: Release) -> str:
        of = "" if item.catalogue_id == MAIN else f" ({item.catalogue})"
        return f"Édition {item.number}{of}"

    def item_description(self, item: Release) -> str:
        """Atom1Feed sends a summary as HTML, and a note is plain text: « <5 » is no tag."""
        return escape(typeset(item.note))

    def item_updateddate(self, item: Release) -> datetime:
        """A release knows its day only: its rank within the day stands for the moment.

        The first one of a day is at midnight, each later one a second after the one before.
        """
        day = timezone.make_aware(datetime.combine(item.date, time()))
        return day + timedelta(seconds=item.earlier)
