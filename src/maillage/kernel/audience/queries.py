from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum

from maillage.kernel.audience.models import PageCount


@dataclass(frozen=True, kw_only=True)
class DayCount:
    day: date
    count: int


@dataclass(frozen=True, kw_only=True)
class KindCount:
    """`page` is the name of an address ("directory:initiative_list")."""

    page: str
    count: int


def counts_by_day(*, today: date, days: int) -> list[DayCount]:
    """The last `days` days, today included, with zeros where nobody came."""
    first = today - timedelta(days=days - 1)
    found = dict(
        PageCount.objects.filter(day__gte=first)
        .order_by("day")
        .values_list("day")
        .annotate(total=Sum("count"))
        .values_list("day", "total")
    )
    every_day = (first + timedelta(days=offset) for offset in range(days))
    return [DayCount(day=day, count=found.get(day, 0)) for day in every_day]


def counts_by_kind(*, today: date, days: int) -> list[KindCount]:
    """Kinds of pages, most read first."""
    first = today - timedelta(days=days - 1)
    rows = (
        PageCount.objects.filter(day__gte=first)
        .values("page")
        .annotate(total=Sum("count"))
        .order_by("-total", "page")
    )
    return [KindCount(page=row["page"], count=row["total"]) for row in rows]
