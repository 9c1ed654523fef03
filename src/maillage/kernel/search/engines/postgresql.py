"""PostgreSQL's full-text search, on terms that are already analysed. Terms are always quoted in the tsquery."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap
from typing import Any

from maillage.cores.text.questions import Alternative, Clue
from maillage.kernel.search.engines import (
    NOTHING,
    ORDERS,
    PART,
    ROW_COLUMNS,
    WHOLE,
    Matching,
    Row,
    fetch,
    fetch_counts,
)

COLUMNS = ROW_COLUMNS.replace("e.updated_at", "e.updated_at::text")
"""Dates as text, as SQLite keeps them: few of those that are read are shown."""
RECENT = 2_000
FEW = 20
_FEW_HEADLINED = """
WITH recent AS MATERIALIZED (SELECT id, headline, vector, facet_list FROM search_searchentry ORDER BY id DESC LIMIT %s),
     late AS MATERIALIZED (SELECT e.id FROM recent e {where} ORDER BY e.id DESC LIMIT %s),
     every AS MATERIALIZED (SELECT e.id FROM search_searchentry e {where} AND (SELECT count(*) FROM late) < %s)
SELECT id FROM late UNION SELECT id FROM every ORDER BY id DESC LIMIT %s"""
"""For a few documents only: those entered last that have common words are among the RECENT ones, and nothing else is read; where they are
not, the words are rare and the index lists them all. Asked for plainly, PostgreSQL goes back from the last row as if every word were
common, and reads the whole table for a word that no title has.
"""


class PostgresqlEngine:
    def scan(self, wanted: Matching, *, order: str, limit: int) -> list[Row]:
        where, parameters = _where(wanted)
        headed, queries = _headed(wanted)
        sql = (
            f"SELECT {COLUMNS}, {headed} FROM search_searchentry e {where} ORDER BY {ORDERS[order]} LIMIT %s"  # noqa: S608
        )
        return list(starmap(Row, fetch(sql, [*queries, *parameters, limit])))

    def headlined(self, wanted: Matching, *, limit: int, any_clue: bool = False) -> list[int]:
        if any_clue:
            wanted = wanted.any_clue
        if not wanted.has_words:
            return []
        where, parameters = _where(wanted, "headline")
        if wanted.excluded:  # what is not wanted is not wanted anywhere
            where += " AND e.vector @@ %s::tsquery"
            parameters.append(text_query(Matching(excluded=wanted.excluded)))
        if limit <= FEW:
            few = [RECENT, *parameters, limit, *parameters, limit, limit]
            return [row[0] for row in fetch(_FEW_HEADLINED.format(where=where), few)]
        sql = f"SELECT e.id FROM search_searchentry e {where} ORDER BY e.id DESC LIMIT %s"  # noqa: S608
        return [row[0] for row in fetch(sql, [*parameters, limit])]

    def counts(self, wanted: Sequence[Matching], *, limit: int) -> list[int]:
        return fetch_counts([_counting(each, limit) for each in wanted])


def _counting(wanted: Matching, limit: int) -> tuple[str, list[Any]]:
    where, parameters = _where(wanted)
    sql = f"SELECT count(*) FROM (SELECT 1 FROM search_searchentry e {where} LIMIT %s) AS matched"  # noqa: S608
    return sql, [*parameters, limit]


def _headed(wanted: Matching) -> tuple[str, list[str]]:
    """What a headline says of the words, as a column: read beside a row that is read anyway, it costs next to nothing."""
    if not wanted.has_words:
        return "NULL", []
    whole, part = text_query(wanted), text_query(wanted.any_clue)
    if not part:
        return f"CASE WHEN e.headline @@ %s::tsquery THEN {WHOLE} ELSE {NOTHING} END", [whole]
    column = f"CASE WHEN e.headline @@ %s::tsquery THEN {WHOLE} WHEN e.headline @@ %s::tsquery THEN {PART} ELSE {NOTHING} END"
    return column, [whole, part]


def _where(wanted: Matching, column: str = "vector") -> tuple[str, list[Any]]:
    conditions: list[str] = []
    parameters: list[Any] = []
    if query := text_query(wanted):
        conditions.append(f"e.{column} @@ %s::tsquery")
        parameters.append(query)
    for group in wanted.facets:
        conditions.append("e.facet_list && %s::text[]")
        parameters.append(list(group))
    if wanted.hidden:
        conditions.append("NOT (e.facet_list && %s::text[])")
        parameters.append(list(wanted.hidden))
    return ("WHERE " + " AND ".join(conditions) if conditions else ""), parameters


def text_query(wanted: Matching) -> str:
    """The tsquery, as text; empty when no word is asked for."""
    parts = []
    if wanted.ways:
        parts.append("(" + " | ".join(f"({' & '.join(map(_clue, way))})" for way in wanted.ways) + ")")
    parts += [_phrase(phrase) for phrase in wanted.phrases]
    parts += [f"!{_phrase(terms)}" for terms in wanted.excluded]
    return " & ".join(parts)


def _clue(clue: Clue) -> str:
    return f"({' | '.join(map(_alternative, clue.alternatives))})"


def _alternative(alternative: Alternative) -> str:
    if alternative.adjacent:
        return _phrase(alternative.terms)
    return f"({' & '.join(map(_quoted, alternative.terms))})"


def _phrase(terms: Sequence[str]) -> str:
    return f"({' <-> '.join(map(_quoted, terms))})"


def _quoted(term: str) -> str:
    return "'" + term.replace("\\", "").replace("'", "") + "'"
