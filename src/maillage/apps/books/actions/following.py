"""Who has something to write in books whose year has just been opened. The rooms above add themselves at start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

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
    before those of books. `opened` writes what was waiting for this year; the books are locked."""

    about_to_open: AboutToOpen
    opened: Opened


FOLLOWERS: list[YearFollower] = []


def about_to_open(organization_id: int) -> None:
    for follower in FOLLOWERS:
        follower.about_to_open(organization_id)


def follow_year(year: FiscalYear, books: Books, *, actor: Person | None, now: datetime) -> None:
    for follower in FOLLOWERS:
        follower.opened(books, year, actor=actor, now=now)
