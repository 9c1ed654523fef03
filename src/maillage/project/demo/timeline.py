"""What happened in the country of the demonstration, played in the order of its days: books and numbers follow dates."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Event:
    """Something done `days_ago`; `act` is called with the moment."""

    days_ago: int
    act: Callable[[datetime], object]


def play(events: Iterable[Event], *, now: datetime) -> None:
    """The oldest first; those of one day in the order given."""
    for event in sorted(events, key=lambda event: -event.days_ago):
        event.act(now - timedelta(days=event.days_ago))
