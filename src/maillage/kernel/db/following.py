"""Pages of things that each say what changed against the one before."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet

Rows = TypeVar("Rows", bound=Model)


def page_of_changes(
    found: QuerySet[Rows], number: Any, *, per_page: int
) -> tuple[Page[Rows], list[tuple[Rows, Rows | None]]]:
    """The page of that number, and each of its rows with the older one that follows it in the list, on the next page too.

    `found` has the latest first. None: nothing is older.
    """
    page = Paginator(found, per_page).get_page(number)
    shown = list(page)
    after: list[Rows | None] = [*shown[1:], None]
    if page.has_next():
        after[-1] = found[page.end_index()]
    return page, list(zip(shown, after[: len(shown)], strict=True))
