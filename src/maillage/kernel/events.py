"""The short list of things that happen in one room and matter in rooms above it.

A room publishes an event inside its transaction; subscribers run at once, in the same transaction, and
should only write rows or enqueue tasks. Subscribing happens in `AppConfig.ready`. Django's model signals are not used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from maillage.kernel.search.documents import SearchDocument


@dataclass(frozen=True, kw_only=True)
class Event:
    """`person_id` did it (None: the platform itself), at `at`."""

    person_id: int | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ContentChanged(Event):
    """Public content of `kind` (a search provider's kind) appeared, changed or went.

    Who has just written a thousand of them may give their search `documents`, so that they are not read back.
    """

    kind: str
    ids: tuple[int, ...]
    documents: tuple[SearchDocument, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PersonErased(Event):
    """A person's data are being erased; rooms remove or anonymise what they hold of `erased_person_id`."""

    erased_person_id: int


@dataclass(frozen=True, kw_only=True)
class SoftLimitPassed(Event):
    """The balance of an account of the ledger has passed one more step beyond its soft limit, on the side `is_lower`.

    `is_reminder`: it passed it before, and is still there a month later.
    """

    account_id: int
    is_lower: bool
    step: int
    is_reminder: bool


@dataclass(frozen=True, kw_only=True)
class TransferEnded(Event):
    """A transfer of the ledger that waited was accepted by silence, or went out of date: nobody was there to be told."""

    transfer_id: int


E = TypeVar("E", bound=Event)
_handlers: dict[type[Event], list[Callable[[Any], None]]] = {}


def subscribe(event_type: type[E], handler: Callable[[E], None]) -> None:
    """Call `handler` at each event of exactly `event_type`. Subscribing twice counts once."""
    handlers = _handlers.setdefault(event_type, [])
    if handler not in handlers:
        handlers.append(handler)


def publish(event: Event) -> None:
    """Run the subscribers, in the order of their subscription."""
    for handler in _handlers.get(type(event), ()):
        handler(event)
