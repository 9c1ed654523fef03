"""Chooses the documents that answer, and their order, in bounded time whatever the size of the index.

The index gives the matches; at most MATCHES_READ_MAX are read (for filters, facets and leafing), the likeliest
RANKED_MAX of them are scored by `cores.text.scoring`, the same on both databases. When a question is so common that more
documents match, those whose title or keywords answer come first, then those entered last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from maillage.cores.text.questions import Clue
from maillage.cores.text.scoring import COVERAGE_POWER, Scorer
from maillage.kernel.db.among import ids_among
from maillage.kernel.search.engines import PART, WHOLE, Matching, Row, engine, matching
from maillage.kernel.search.expansion import Expanded
from maillage.kernel.search.models import SearchEntry

MATCHES_READ_MAX = 500
RANKED_MAX = 150
HEADLINES_READ_MAX = 2000
FEW = 10
"""Below so many answers, documents that have only some of the words are shown too."""

CLUES_PAIRED_MAX = 5


@dataclass(frozen=True)
class Found:
    """The matches that were read. `wanted` is what they match, with `rows` in the order asked for."""

    rows: list[Row]
    wanted: Matching
    total: int
    is_partial: bool = False
    is_relaxed: bool = False


def find(
    expanded: Expanded,
    facets: Sequence[Sequence[str]],
    *,
    order: str = "entered",
    limit: int = MATCHES_READ_MAX,
    for_members: bool = False,
) -> Found:
    """Documents with all clues; when they are few, with two of them, then with any. Over `limit`, the total only says so."""
    question = expanded.question
    found = None
    reached = 0
    for step, ways in enumerate(_ways(expanded)):
        wanted = matching(question, ways, facets, for_members=for_members)
        rows = engine().scan(wanted, order=order, limit=limit + 1)
        if found is None or len(rows) > len(found.rows):
            found = Found(rows, wanted, len(rows), is_relaxed=step > 0 and not reached)
        reached = reached or (len(rows) if step == 0 else 0)
        if len(rows) >= FEW:
            break
    assert found is not None
    if len(found.rows) <= limit:
        return found
    return replace(found, rows=found.rows[:limit], is_partial=True)


def totals(asked: Sequence[Expanded]) -> list[int]:
    """The `total` of `find` for each question, without reading the documents: three queries at most for them all."""
    ways = [_ways(each) for each in asked]
    counts = [0] * len(asked)
    pending, step = list(range(len(asked))), 0
    while pending:
        wanted = [matching(asked[at].question, ways[at][step], ()) for at in pending]
        for at, count in zip(pending, engine().counts(wanted, limit=MATCHES_READ_MAX + 1), strict=True):
            counts[at] = max(counts[at], count)
        step += 1
        pending = [at for at in pending if counts[at] < FEW and step < len(ways[at])]
    return counts


def _ways(expanded: Expanded) -> list[list[Sequence[Clue]]]:
    """What to ask for, from the strictest: all clues, any two, any one. The commonest clues go first when bounded."""
    clues = expanded.question.clues
    ways: list[list[Sequence[Clue]]] = [[clues]]
    if len(clues) < 2:
        return ways
    rarest = sorted(clues, key=lambda clue: min(expanded.documents.get(term, 0) for term in clue.terms))
    if len(clues) > 2:
        ways.append(list(combinations(rarest[:CLUES_PAIRED_MAX], 2)))
    ways.append([[clue] for clue in rarest[:CLUES_PAIRED_MAX]])
    return ways


def by_relevance(
    found: Found,
    expanded: Expanded,
    factor: Callable[[Row], float] = lambda row: 1.0,
    *,
    coverage_power: float = COVERAGE_POWER,
) -> list[Row]:
    """The rows, best first; `factor` multiplies a row's score. Beyond RANKED_MAX, in the database's order."""
    if not found.wanted.has_words:
        return found.rows
    rows, texts = _read(found)
    scorer = Scorer(expanded.question, expanded.rarities, coverage_power=coverage_power)
    scores = {key: scorer.score(text) * rows[key].boost * factor(rows[key]) for key, text in texts.items()}
    ranked = _ordered(rows, scores)
    return ranked + [row for row in found.rows if row.id not in scores]


@dataclass(frozen=True)
class Answer:
    """A row that answers. `share`: the part of what is asked that it says, 1 for all of it, a little more when side by side;
    `clues`: what it says of it, what counts most first.
    """

    row: Row
    share: float
    clues: tuple[Clue, ...]


def answers(found: Found, expanded: Expanded, *, limit: int, coverage_power: float) -> list[Answer]:
    """The `limit` best rows with what each says of the question; in the order of `by_relevance`."""
    rows, texts = _read(found)
    scorer = Scorer(expanded.question, expanded.rarities, coverage_power=coverage_power)
    shares = {key: scorer.score(text) / scorer.most for key, text in texts.items()}
    best = _ordered(rows, {key: share * rows[key].boost for key, share in shares.items()})[:limit]
    return [Answer(row, shares[row.id], scorer.met(texts[row.id])) for row in best]


def _read(found: Found) -> tuple[dict[int, Row], dict[int, tuple[str, ...]]]:
    """The rows by their ids, and the texts of the likeliest of them."""
    rows = {row.id: row for row in found.rows}
    likeliest = _likeliest(found, list(rows))
    texts = _texts(likeliest)
    rows |= {row.id: row for row in _rows([key for key in likeliest if key not in rows])}
    return rows, {key: texts[key] for key in likeliest if key in texts and key in rows}


def _ordered(rows: Mapping[int, Row], scores: Mapping[int, float]) -> list[Row]:
    ranked = sorted(scores, key=lambda key: (-round(scores[key], 6), rows[key].sort_key, rows[key].object_id))
    return [rows[key] for key in ranked]


def _likeliest(found: Found, ids: list[int]) -> list[int]:
    """Those whose title or keywords answer wholly, then in part, then those entered last."""
    if len(ids) <= RANKED_MAX:
        return ids
    told = found.rows[0].headed is not None
    chosen = [row.id for row in found.rows if row.headed == WHOLE]
    if len(chosen) < RANKED_MAX and (found.is_partial or not told):
        chosen = engine().headlined(found.wanted, limit=RANKED_MAX)
    if len(chosen) < RANKED_MAX:
        if told:
            chosen += [row.id for row in found.rows if row.headed == PART]
        else:
            read = set(ids)
            partly = engine().headlined(found.wanted, limit=HEADLINES_READ_MAX, any_clue=True)
            chosen += [key for key in partly if key in read]
    return list(dict.fromkeys([*chosen, *ids]))[:RANKED_MAX]


def _texts(ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    if not ids:
        return {}
    columns = "id", "terms_title", "terms_keywords", "terms_summary", "terms_body"
    rows = SearchEntry.objects.filter(pk__in=ids_among(ids)).values_list(*columns)
    return {row[0]: row[1:] for row in rows}


def _rows(ids: Sequence[int]) -> list[Row]:
    if not ids:
        return []
    columns = [name for name in Row._fields if name != "headed"]
    return [Row(*row) for row in SearchEntry.objects.filter(pk__in=ids_among(ids)).values_list(*columns)]
