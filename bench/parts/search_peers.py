"""The peers of search: what one gets from SQLite FTS5 and from PostgreSQL's `french` without further work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol

FOUND_MAX = 20


class Peer(Protocol):
    """A full-text table of one's own; `search` gives object ids, best first, for all words or for any of them."""

    def create(self) -> None: ...
    def add(self, documents: Sequence[Any]) -> None: ...
    def search(self, words: str, *, any_word: bool = False) -> list[int]: ...


def peer(connection: Any) -> Peer:
    return PostgresqlFrench(connection) if connection.vendor == "postgresql" else SqliteUnicode(connection)


class SqliteUnicode:
    """FTS5 with `unicode61 remove_diacritics 2`, ranked by its bm25 with our fields' weights."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def create(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "CREATE VIRTUAL TABLE peer USING fts5(title, keywords, summary, body, "
                "tokenize='unicode61 remove_diacritics 2')"
            )

    def add(self, documents: Sequence[Any]) -> None:
        rows = [(one.object_id, one.title, one.keywords, one.summary, one.body) for one in documents]
        with self.connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.executemany(
                "INSERT INTO peer(rowid, title, keywords, summary, body) VALUES (%s,%s,%s,%s,%s)", rows
            )
            cursor.execute("COMMIT")

    def search(self, words: str, *, any_word: bool = False) -> list[int]:
        terms = [f'"{word}"' for word in re.findall(r"\w+", words)]
        if not terms:
            return []
        asked = (" OR " if any_word else " ").join(terms)
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT rowid FROM peer WHERE peer MATCH %s ORDER BY bm25(peer, 6.0, 3.5, 2.5, 1.0) LIMIT %s",
                [asked, FOUND_MAX],
            )
            return [row[0] for row in cursor.fetchall()]


class PostgresqlFrench:
    """A stored `french` tsvector with weights and a GIN index, ranked by ts_rank_cd."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def create(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE peer (id bigint PRIMARY KEY, title text, keywords text, summary text, body text, "
                "words tsvector GENERATED ALWAYS AS (setweight(to_tsvector('french', title), 'A') || "
                "setweight(to_tsvector('french', keywords), 'B') || setweight(to_tsvector('french', summary), 'C') || "
                "setweight(to_tsvector('french', body), 'D')) STORED)"
            )
            cursor.execute("CREATE INDEX peer_words ON peer USING gin (words)")

    def add(self, documents: Sequence[Any]) -> None:
        rows = [(one.object_id, one.title, one.keywords, one.summary, one.body) for one in documents]
        with self.connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.executemany(
                "INSERT INTO peer(id, title, keywords, summary, body) VALUES (%s,%s,%s,%s,%s)", rows
            )
            cursor.execute("COMMIT")

    def search(self, words: str, *, any_word: bool = False) -> list[int]:
        asked = "plainto_tsquery('french', %s)"
        if any_word:
            asked = f"CAST(replace(CAST({asked} AS text), ' & ', ' | ') AS tsquery)"
        with self.connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id FROM peer, {asked} AS asked WHERE words @@ asked "
                "ORDER BY ts_rank_cd(words, asked) DESC, id LIMIT %s",
                [words, FOUND_MAX],
            )
            return [row[0] for row in cursor.fetchall()]
