"""SQLite FTS5. Terms are always written as quoted strings, so that no question can speak FTS5's own language."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap
from typing import Any

from maillage.cores.text.questions import Alternative, Clue
from maillage.kernel.search.engines import ORDERS, ROW_COLUMNS, Matching, Row, fetch, fetch_counts

_MATCHED = "FROM search_fts f CROSS JOIN search_searchentry e ON e.id = f.rowid WHERE f.search_fts MATCH %s"


class SqliteEngine:
    def scan(self, wanted: Matching, *, order: str, limit: int) -> list[Row]:
        expression = match_expression(wanted)
        if expression is None:
            clause, hidden = _unhidden("WHERE e.id", wanted)
            sql = f"SELECT {ROW_COLUMNS} FROM search_searchentry e {clause} ORDER BY {ORDERS[order]} LIMIT %s"  # noqa: S608
            return list(starmap(Row, fetch(sql, [*hidden, limit])))
        clause, hidden = _unhidden("AND f.rowid", wanted)
        ordered = "f.rowid DESC" if order == "entered" else ORDERS[order]
        sql = f"SELECT {ROW_COLUMNS} {_MATCHED} {clause} ORDER BY {ordered} LIMIT %s"
        return list(starmap(Row, fetch(sql, [expression, *hidden, limit])))

    def headlined(self, wanted: Matching, *, limit: int, any_clue: bool = False) -> list[int]:
        if any_clue:
            wanted = wanted.any_clue
        expression = words_expression(wanted)
        if expression is None:
            return []
        elsewhere = bool(wanted.facets or wanted.excluded)
        clause, hidden = _unhidden("AND rowid", wanted)
        latest = f"{clause} ORDER BY rowid DESC LIMIT %s"
        sql = f"SELECT rowid FROM search_headline WHERE search_headline MATCH %s {latest}"  # noqa: S608
        found = fetch(sql, [expression, *hidden, 1 if elsewhere else limit])
        if found and elsewhere:
            # One index is asked for both: joining the two would look up each headline in turn.
            headlines = f"{{terms_title terms_keywords}} : ({expression}) AND {match_expression(wanted)}"
            sql = f"SELECT rowid FROM search_fts WHERE search_fts MATCH %s {latest}"  # noqa: S608
            found = fetch(sql, [headlines, *hidden, limit])
        return [row[0] for row in found]

    def counts(self, wanted: Sequence[Matching], *, limit: int) -> list[int]:
        return fetch_counts([_counting(each, limit) for each in wanted])


def _counting(wanted: Matching, limit: int) -> tuple[str, list[Any]]:
    expression = match_expression(wanted)
    if expression is None:
        clause, hidden = _unhidden("WHERE id", wanted)
        return f"SELECT count(*) FROM (SELECT 1 FROM search_searchentry {clause} LIMIT %s)", [*hidden, limit]  # noqa: S608
    clause, hidden = _unhidden("AND rowid", wanted)
    sql = f"SELECT count(*) FROM (SELECT 1 FROM search_fts WHERE search_fts MATCH %s {clause} LIMIT %s)"  # noqa: S608
    return sql, [expression, *hidden, limit]


def _unhidden(column: str, wanted: Matching) -> tuple[str, list[str]]:
    """The condition, with its parameters, that leaves out what is hidden: few documents, found once by the index."""
    if not wanted.hidden:
        return "", []
    tokens = " OR ".join(_quoted([token]) for token in wanted.hidden)
    clause = f"{column} NOT IN (SELECT rowid FROM search_fts WHERE search_fts MATCH %s)"  # noqa: S608
    return clause, [f"facets : ({tokens})"]


def match_expression(wanted: Matching) -> str | None:
    """The FTS5 query; None when everything matches."""
    words = words_expression(wanted)
    parts = [f"facets : ({' OR '.join(_quoted([token]) for token in group)})" for group in wanted.facets]
    return " AND ".join([words, *parts] if words else parts) or None


def words_expression(wanted: Matching) -> str | None:
    """The FTS5 query of the words alone; None when there are none."""
    parts = [f"({' OR '.join(f'({_all(way)})' for way in wanted.ways)})"] if wanted.ways else []
    parts += [_quoted(phrase) for phrase in wanted.phrases]
    if not parts:
        return None
    expression = f"({' AND '.join(parts)})"
    for terms in wanted.excluded:
        expression = f"({expression} NOT {_quoted(terms)})"
    return expression


def _all(way: Sequence[Clue]) -> str:
    return " AND ".join(map(_clue, way))


def _clue(clue: Clue) -> str:
    return f"({' OR '.join(map(_alternative, clue.alternatives))})"


def _alternative(alternative: Alternative) -> str:
    if alternative.adjacent:
        return _quoted(alternative.terms)
    return f"({' AND '.join(_quoted([term]) for term in alternative.terms)})"


def _quoted(terms: Sequence[str]) -> str:
    return '"' + " ".join(terms).replace('"', "") + '"'
