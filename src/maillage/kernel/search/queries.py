"""Reads of the index: results in order of relevance, with facets, marks and advice."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from html import escape, unescape

from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

from maillage.cores.text.highlighting import Segment, excerpt, mark
from maillage.cores.text.questions import Clue, Question, read_question
from maillage.cores.text.stop_words import ASKING_WORDS
from maillage.kernel.search import ranking
from maillage.kernel.search.engines import Row, date_of, engine, matching
from maillage.kernel.search.expansion import Expanded, expand, expand_all
from maillage.kernel.search.facets import MEMBERS, facet_token, is_told, read_facet, read_facets, tiles_around
from maillage.kernel.search.models import SearchEntry

RESULTS_MAX = ranking.MATCHES_READ_MAX
"""How many results are counted; beyond, one only knows that there are more, and the question is to be made more precise."""

FACET_VALUES_MAX = 40
SORTS = ("relevance", "recent", "name", "distance")


@dataclass(frozen=True, kw_only=True)
class Near:
    """A place; with `radius_km` only what stands within, else what is nearer comes a little higher."""

    latitude: float
    longitude: float
    radius_km: float | None = None


@dataclass(frozen=True, kw_only=True)
class SearchHit:
    """A result. `title_marked` and `excerpt` are HTML, safe, with <mark> around what answers the question."""

    kind: str
    object_id: int
    title: str
    title_marked: SafeString
    excerpt: SafeString
    url: str
    facets: dict[str, list[str]]
    updated_at: datetime
    latitude: float | None
    longitude: float | None
    distance_km: float | None
    is_for_members: bool = False

    @property
    def plain_excerpt(self) -> str:
        """The excerpt as plain text."""
        return unescape(strip_tags(self.excerpt))


@dataclass(frozen=True, kw_only=True)
class FacetValue:
    name: str
    value: str
    count: int


@dataclass(frozen=True, kw_only=True)
class SearchPage:
    """One page of results.

    `total` is exact unless it is over RESULTS_MAX: then `is_partial`, and facet counts are those of a sample. `reachable`: how many one can leaf through. `is_relaxed`: nothing had all the words, these have some. `did_you_mean`: the question as it may have been meant.
    """

    question: Question
    hits: Sequence[SearchHit] = ()
    total: int = 0
    reachable: int = 0
    is_partial: bool = False
    is_relaxed: bool = False
    did_you_mean: str = ""
    number: int = 1
    page_size: int = 20
    facets: Mapping[str, Sequence[FacetValue]] = field(default_factory=dict)


def search(
    words: str,
    *,
    kind: str | None = None,
    facets: Mapping[str, Sequence[str]] | None = None,
    near: Near | None = None,
    sort: str = "relevance",
    page: int = 1,
    page_size: int = 20,
    for_members: bool = False,
) -> SearchPage:
    """Find public documents, and those that are `for_members` too when a member asks. Never raises because of what was typed.

    Values of one facet widen (this theme or that one), facets narrow each other. Without words, everything that the
    facets allow, newest first.
    """
    expanded = expand(words)
    wanted = dict(facets or {})
    if kind:
        wanted["kind"] = [kind]
    groups = [[facet_token(name, value) for value in values] for name, values in wanted.items() if values]
    if near and near.radius_km:
        groups.append(tiles_around(near.latitude, near.longitude, near.radius_km))
    order = sort if sort in ("recent", "name") else "entered"
    found = ranking.find(expanded, groups, order=order, for_members=for_members)
    found = _placed(found, near)
    ordered = _sorted(found, expanded, near, sort)
    number = max(1, min(page, math.ceil(len(ordered) / page_size) or 1))
    shown = ordered[(number - 1) * page_size : number * page_size]
    return SearchPage(
        question=expanded.question,
        hits=_hits(shown, expanded, near),
        total=found.total,
        reachable=len(ordered),
        is_partial=found.is_partial,
        is_relaxed=found.is_relaxed,
        did_you_mean=expanded.did_you_mean,
        number=number,
        page_size=page_size,
        facets=_facet_counts(found.rows),
    )


def totals_of(questions: Sequence[str]) -> list[int]:
    """The `total` that `search` gives for each of several questions, asked at once: eight queries at most."""
    return ranking.totals(expand_all(questions, weighed=False))


def matching_ids(kind: str, words: str | Expanded, limit: int, *, for_members: bool = False) -> list[int]:
    """The ids of the objects of one kind that answer, best first; empty for a question that says nothing.

    `words` may have been read and completed already.
    """
    expanded = expand(words) if isinstance(words, str) else words
    if expanded.question.is_empty:
        return []
    of_kind = [[facet_token("kind", kind)]]
    found = ranking.find(expanded, of_kind, limit=limit, for_members=for_members)
    return [row.object_id for row in ranking.by_relevance(found, expanded)][:limit]


RESEMBLING_CLUES_MAX = 10
"""How many of the rarest words of a text are asked for, when what resembles it is looked for."""
RESEMBLING_COVERAGE_POWER = 0.5
"""A text says more than any document answers: what is missing counts for less than in a question."""
DETAIL_WEIGHT = 0.25
"""What a word of the text, or of asking, counts for beside one of the title."""


@dataclass(frozen=True)
class Resembling:
    """An object that speaks of the same things as a text. `share`: how much of them, 1 for all; `words` as the text writes them,
    the ones that count most first.
    """

    object_id: int
    share: float
    words: tuple[str, ...]


def resembling(kind: str, title: str, text: str, *, limit: int) -> list[Resembling]:
    """The objects of one kind that speak of the same things as a text, best first.

    Unlike a question, where each word is a wish, a text says many things: none of its words must be met, the rarest
    count most, those of its title more than those that follow, and little what is said around any need.
    """
    said = expand(f"{title}\n{text}", completed=False)
    clues = tuple(clue for clue in said.question.clues if _stands(clue, said.documents))
    if not clues:
        return []
    named = {clue.terms for clue in read_question(title).clues if clue.word not in ASKING_WORDS}
    rarities = dict(said.rarities)
    for clue in said.question.clues:
        if clue.terms not in named:
            rarities |= {term: DETAIL_WEIGHT * said.rarities[term] for term in clue.terms}
    rarest = sorted(clues, key=lambda clue: -max(rarities.get(term, 0.0) for term in clue.terms))
    meant = Expanded(replace(said.question, clues=clues, phrases=(), excluded=()), rarities, said.documents)
    ways = [[clue] for clue in rarest[:RESEMBLING_CLUES_MAX]]
    wanted = matching(meant.question, ways, [[facet_token("kind", kind)]])
    rows = engine().scan(wanted, order="entered", limit=RESULTS_MAX)
    found = ranking.Found(rows, wanted, len(rows))
    answers = ranking.answers(found, meant, limit=limit, coverage_power=RESEMBLING_COVERAGE_POWER)
    known = _worth(clues, rarities) / _worth(said.question.clues, rarities)
    return [
        Resembling(each.row.object_id, each.share * known, tuple(clue.shown for clue in each.clues))
        for each in answers
    ]


def _worth(clues: Sequence[Clue], rarities: Mapping[str, float]) -> float:
    return sum(rarities.get(term, 1.0) for clue in clues for term in clue.terms)


def _stands(clue: Clue, documents: Mapping[str, int]) -> bool:
    """Whether a document says it, in one way or another."""
    return any(all(documents.get(term) for term in other.terms) for other in clue.alternatives)


def _placed(found: ranking.Found, near: Near | None) -> ranking.Found:
    """What stands within the radius: the index gave the tiles around it."""
    if near is None or not near.radius_km:
        return found
    rows = [
        row for row in found.rows if (away := distance_km(row, near)) is not None and away <= near.radius_km
    ]
    return replace(found, rows=rows, total=found.total if found.is_partial else len(rows))


def _sorted(found: ranking.Found, expanded: Expanded, near: Near | None, sort: str) -> list[Row]:
    if sort == "distance" and near:
        return sorted(found.rows, key=lambda row: (distance_km(row, near) or math.inf, row.id))
    if sort in ("recent", "name"):
        return found.rows
    if expanded.question.is_empty:
        return sorted(found.rows, key=lambda row: (row.updated_at, row.id), reverse=True)
    return ranking.by_relevance(found, expanded, lambda row: _nearness(row, near))


def _nearness(row: Row, near: Near | None) -> float:
    """From 1 at the place down to 0.5 far away; half of the way at 30 km."""
    if near is None:
        return 1.0
    away = distance_km(row, near)
    return 0.5 if away is None else 0.5 + 0.5 / (1 + away / 30)


def distance_km(row: Row | SearchEntry, near: Near) -> float | None:
    """Along the great circle (haversine formula); None for what has no place."""
    if row.latitude is None or row.longitude is None:
        return None
    one, other = math.radians(near.latitude), math.radians(row.latitude)
    chord = (
        math.sin((other - one) / 2) ** 2
        + math.cos(one) * math.cos(other) * math.sin(math.radians(row.longitude - near.longitude) / 2) ** 2
    )
    return 2 * 6371.0088 * math.asin(min(1.0, math.sqrt(chord)))


def _hits(rows: Sequence[Row], expanded: Expanded, near: Near | None) -> list[SearchHit]:
    shown = SearchEntry.objects.filter(pk__in=[row.id for row in rows])
    entries = {pk: texts for pk, *texts in shown.values_list("pk", "title", "url", "summary", "body")}
    terms = expanded.terms
    hits = []
    for row in rows:
        if row.id not in entries:  # gone since the ranking
            continue
        title, url, summary, body = entries[row.id]
        grouped: dict[str, list[str]] = {}
        for name, value in read_facets(row.facets.split()):
            grouped.setdefault(name, []).append(value)
        hits.append(
            SearchHit(
                kind=row.kind,
                object_id=row.object_id,
                title=title,
                title_marked=_html(mark(title, terms)),
                excerpt=_html(excerpt((summary, body), terms, enough=max(1, len(expanded.question.clues)))),
                url=url,
                facets=grouped,
                updated_at=date_of(row),
                latitude=row.latitude,
                longitude=row.longitude,
                distance_km=distance_km(row, near) if near else None,
                is_for_members=MEMBERS in row.facets.split(),
            )
        )
    return hits


def _html(segments: Sequence[Segment]) -> SafeString:
    """The text escaped, its marked segments in <mark>."""
    parts = [f"<mark>{escape(text)}</mark>" if marked else escape(text) for text, marked in segments]
    return mark_safe("".join(parts))  # noqa: S308


def _facet_counts(rows: Sequence[Row]) -> dict[str, list[FacetValue]]:
    """For each facet its most frequent values, the most frequent first."""
    counts = Counter(" ".join([row.facets for row in rows]).split())
    told = [each for each in counts.items() if is_told(each[0])]
    grouped: dict[str, list[FacetValue]] = {}
    for token, count in sorted(told, key=lambda each: (-each[1], each[0])):
        name, value = read_facet(token)
        values = grouped.setdefault(name, [])
        if len(values) < FACET_VALUES_MAX:
            values.append(FacetValue(name=name, value=value, count=count))
    return grouped
