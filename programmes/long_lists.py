"""Lists of the desk that may have a row for each text of each team in France."""

from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

# Pages past the one that is read.
AHEAD = 10
# Of a page number: no list is longer, and no database refuses it.
DIGITS = 9


class LongPaginator(Paginator):
    """Counts AHEAD pages past `page` and no further, where all would take longer each year.

    Every row is still reached, AHEAD pages at a time. `is_cut`: there are more than `count`.
    """

    def __init__(self, rows: QuerySet, per_page: int, *, page: str) -> None:
        super().__init__(rows, per_page)
        number = int(page[:DIGITS]) if page.isdecimal() else 1
        self._most = (number + AHEAD) * per_page

    @cached_property
    def _counted(self) -> int:
        return self.object_list.order_by().values("pk")[: self._most + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._counted, self._most)

    @property
    def is_cut(self) -> bool:
        return self._counted > self._most


class LongChangeList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        """Where not all was counted, the box of the search says no number of results."""
        super().get_results(request)
        if self.paginator.is_cut:
            self.full_result_count = self.result_count


class LongList:
    """For an admin whose list grows with the site."""

    # Counting all rows a second time tells nothing.
    show_full_result_count = False

    def get_paginator(
        self, request: HttpRequest, queryset: QuerySet, per_page: int, **options: object
    ) -> LongPaginator:
        return LongPaginator(queryset, per_page, page=request.GET.get(PAGE_VAR, ""))

    def get_changelist(self, request: HttpRequest, **options: object) -> type[ChangeList]:
        return LongChangeList
