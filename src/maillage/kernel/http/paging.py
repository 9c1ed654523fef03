"""Pages of a list of the programming interface."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Schema

PAGE_SIZE_MAX = 100
OFFSET_MAX = 1_000_000


class PageQuery(Schema):
    limit: int = Query(50, ge=1, le=PAGE_SIZE_MAX, description="How many at most.")
    offset: int = Query(0, ge=0, le=OFFSET_MAX, description="How many to pass over.")

    @property
    def span(self) -> slice:
        """The part of the list that is asked for."""
        return slice(self.offset, self.offset + self.limit)


def next_address(request: HttpRequest, page: PageQuery, count: int) -> str | None:
    """The address of the following page of `count` things, if there is one."""
    if page.offset + page.limit >= min(count, OFFSET_MAX):
        return None
    query = request.GET.copy()
    query["offset"] = str(page.offset + page.limit)
    return f"{settings.PUBLIC_URL}{request.path}?{query.urlencode()}"
