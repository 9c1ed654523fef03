"""The two full-text indexes, behind one small interface: `Engine`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from django.db import connection

from maillage.cores.text.questions import Clue, Question
from maillage.kernel.search.facets import MEMBERS


class Row(NamedTuple):
    """What is read of each match before it is ranked. `updated_at` is as the database gives it: see `date_of`."""

    id: int
    kind: str
    object_id: int
    facets: str
    latitude: float | None
    longitude: float | None
    updated_at: Any
    boost: float
    sort_key: str
    headed: int | None = None
    """What its title and keywords say of the question: NOTHING, PART or WHOLE; None: not told, see `Engine.headlined`."""


NOTHING, PART, WHOLE = range(3)
ROW_COLUMNS = ", ".join(f"e.{name}" for name in Row._fields if name != "headed")


@dataclass(frozen=True)
class Matching:
    """What a document must hold: one alternative of each of the clues of one of the `ways`, all `phrases`, none of
    `excluded`, for each group of `facets` at least one of its tokens, and none of the tokens `hidden` from who asks.
    """

    ways: tuple[tuple[Clue, ...], ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    facets: tuple[tuple[str, ...], ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def clues(self) -> tuple[Clue, ...]:
        """Each clue of the ways, once."""
        return tuple(dict.fromkeys(clue for way in self.ways for clue in way))

    @property
    def any_clue(self) -> Matching:
        """One of the clues, whatever else is wanted; what is hidden stays so."""
        return Matching(ways=tuple((clue,) for clue in self.clues), hidden=self.hidden)

    @property
    def has_words(self) -> bool:
        return any(self.ways) or bool(self.phrases)


def matching(
    question: Question,
    ways: Sequence[Sequence[Clue]],
    facets: Sequence[Sequence[str]],
    *,
    for_members: bool = False,
) -> Matching:
    """What is for members stays hidden unless it is `for_members` that one asks."""
    return Matching(
        ways=tuple(tuple(way) for way in ways if way),
        phrases=question.phrases,
        excluded=question.excluded,
        facets=tuple(tuple(group) for group in facets if group),
        hidden=() if for_members else (MEMBERS,),
    )


class Engine(Protocol):
    """Answers in rows of `search_searchentry`. `headline` reads titles and keywords only."""

    def scan(self, wanted: Matching, *, order: str, limit: int) -> list[Row]:
        """Matches in an `order` of ORDERS. Rows tell what is `headed` where that costs less than to ask for it."""

    def headlined(self, wanted: Matching, *, limit: int, any_clue: bool = False) -> list[int]:
        """Ids of the documents entered last whose title and keywords alone match; with `any_clue`, whose title or
        keywords answer one of the clues, whatever else is wanted; what is hidden stays so.
        """

    def counts(self, wanted: Sequence[Matching], *, limit: int) -> list[int]:
        """How many documents match each, in one query; counting stops at `limit`."""


ORDERS = {
    "entered": "e.id DESC",
    "recent": "e.updated_at DESC, e.id DESC",
    "name": "e.sort_key, e.id",
}


def engine() -> Engine:
    """The engine of the database in use."""
    if connection.vendor == "postgresql":
        from maillage.kernel.search.engines.postgresql import PostgresqlEngine

        return PostgresqlEngine()
    from maillage.kernel.search.engines.sqlite import SqliteEngine

    return SqliteEngine()


def fetch(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def fetch_counts(asked: Sequence[tuple[str, Sequence[Any]]]) -> list[int]:
    """The numbers that several queries of one number give, asked at once."""
    if not asked:
        return []
    sql = "SELECT " + ", ".join(f"({one})" for one, _parameters in asked)
    return [int(count) for count in fetch(sql, [each for _one, given in asked for each in given])[0]]


def date_of(row: Row) -> datetime:
    """When the row's content changed. SQLite keeps dates as text, which sorts as well."""
    stored = row.updated_at
    if not isinstance(stored, datetime):
        stored = datetime.fromisoformat(stored)
    return stored if stored.tzinfo else stored.replace(tzinfo=UTC)
