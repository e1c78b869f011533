"""What may be asked of rows that belong to teams, in the addresses of the admin."""

from django.http import HttpRequest


class NoProbing:
    """Only the filters of the list may stand in the address.

    Django also lets in any field and any relation: « ?title__contains=… » would tell a text letter
    by letter, « ?programme__isnull=0 » which communes have a list.
    """

    def lookup_allowed(self, lookup: str, value, request: HttpRequest) -> bool:
        names = [getattr(each, "parameter_name", each) for each in self.list_filter]
        return lookup.removesuffix("__exact") in names
