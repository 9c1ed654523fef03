"""Who has something to write in books whose year has just been opened. The rooms above add themselves at start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Protocol

from django.db.models import Q

from maillage.apps.accounts.models import Person
from maillage.apps.books.models import Books, FiscalYear


class AboutToOpen(Protocol):
    def __call__(self, organization_id: int, /) -> None: ...


class Opened(Protocol):
    def __call__(
        self, books: Books, year: FiscalYear, /, *, actor: Person | None, now: datetime
    ) -> object: ...


@dataclass(frozen=True)
class YearFollower:
    """`about_to_open` is called before books are made for an organisation that had none, to take the locks that come
    before those of books. `opened` writes what was waiting for this year, and `invoiced`, once the invoices of the year are
    written, what pays them; the books are locked. `settlement_keys`: how the keys begin of the settlements that `invoiced`
    writes, so that what they settled is written before them."""

    about_to_open: AboutToOpen
    opened: Opened
    invoiced: Opened
    settlement_keys: str


FOLLOWERS: list[YearFollower] = []


def about_to_open(organization_id: int) -> None:
    for follower in FOLLOWERS:
        follower.about_to_open(organization_id)


def follow_year(year: FiscalYear, books: Books, *, actor: Person | None, now: datetime) -> None:
    for follower in FOLLOWERS:
        follower.opened(books, year, actor=actor, now=now)


def follow_invoices(year: FiscalYear, books: Books, *, actor: Person | None, now: datetime) -> None:
    for follower in FOLLOWERS:
        follower.invoiced(books, year, actor=actor, now=now)


def settled_beside() -> Q:
    """Settlements of invoices that nobody writes once the year is opened."""
    return ~reduce(or_, (Q(key__startswith=each.settlement_keys) for each in FOLLOWERS), Q(pk=None))
