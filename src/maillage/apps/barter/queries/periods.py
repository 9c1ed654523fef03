"""The days that a statement, or the participation, is told over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

FIRST_DAY = date(1900, 1, 1)


@dataclass(frozen=True)
class Period:
    """The days asked for, first and last included; None at a side that is open."""

    first: date | None = None
    last: date | None = None

    @property
    def since(self) -> datetime | None:
        return _midnight(max(self.first, FIRST_DAY)) if self.first else None

    @property
    def until(self) -> datetime | None:
        """Excluded."""
        if self.last is None:
            return None
        last = min(max(self.last, FIRST_DAY), date.max - timedelta(days=1))
        return _midnight(last + timedelta(days=1))


EVER = Period()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
