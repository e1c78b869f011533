"""The releases of the catalogues as an Atom feed, for who would rather be told than come back."""

from datetime import datetime, time

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed

from desescalade.typography import typeset

from .models import Release
from .tables.catalogue import MAIN

LAST = 30


class ReleaseFeed(Feed):
    feed_type = Atom1Feed
    language = "fr"
    title = "Désescalade : les éditions du catalogue"
    subtitle = "Ce qui a été corrigé ou ajouté dans les textes, édition par édition."
    link = reverse_lazy("proposals:releases")
    feed_url = reverse_lazy("proposals:release-feed")

    def items(self) -> QuerySet[Release]:
        return Release.objects.select_related("catalogue")[:LAST]

    def item_title(self, item: Release) -> str:
        of = "" if item.catalogue_id == MAIN else f" ({item.catalogue})"
        return f"Édition {item.number}{of}"

    def item_description(self, item: Release) -> str:
        return typeset(item.note)

    def item_updateddate(self, item: Release) -> datetime:
        """A release knows its day only."""
        return timezone.make_aware(datetime.combine(item.date, time()))
