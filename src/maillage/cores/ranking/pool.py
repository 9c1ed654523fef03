"""The listings of a network, and the best ones for one of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from datetime import date

import numpy as np

from maillage.cores.geo.distances import distance_km
from maillage.cores.ranking.criteria import Comparison, compare, unmet
from maillage.cores.ranking.refusals import OTHER_SUBJECT, Refusal, is_like
from maillage.cores.ranking.values import Listing, Match, Reason, kinship
from maillage.cores.ranking.words import Floats, Said, WordIndex, as_written, said
from maillage.cores.text.synonyms import SynonymTable

WORDS_WEIGHT, KIND_WEIGHT, CRITERIA_WEIGHT, CONCEPTS_WEIGHT = 0.45, 0.20, 0.20, 0.15
UNMET_FACTOR = 0.6
RADIUS_KM_USUAL = 30.0
FRESH_HALF_DAYS = 180.0
FRESH_LEAST = 0.5
RECIPROCITY_FACTOR = 1.1
REFUSED_FACTOR = 0.5
REFUSED_LIKENESS = 0.5
SCORE_LEAST = 0.12
NEAR_SHARE = 0.95
LOOKED_AT_MAX = 200
"""How many listings are compared criterion by criterion: the best by words, kind and vocabulary."""
WORDS_SHOWN_MAX = 6


class Pool:
    """Listings of both directions, compared by the rules of `docs/explanation/appariement.md`."""

    def __init__(self, listings: Iterable[Listing], *, synonyms: SynonymTable | None = None) -> None:
        self._listings = tuple(sorted(listings, key=lambda listing: listing.key))
        texts = [said(listing.title, listing.text) for listing in self._listings]
        self._counts = [text.counts for text in texts]
        self._places = {listing.key: place for place, listing in enumerate(self._listings)}
        self._words = WordIndex(texts, synonyms or SynonymTable())
        self._gone: frozenset[int] = frozenset()
        self._kinds = self._kinds_of_owners()

    def __len__(self) -> int:
        return len(self._places)

    def with_changes(self, changed: Iterable[Listing], *, gone: Collection[int] = ()) -> Pool:
        """The same, but for the listings that changed or came, and the keys of those that went; made in proportion to these.

        How rare a word is counts what went, until the pool is built anew; so do the subjects and the usual length.
        """
        more, new = copy(self), sorted(changed, key=lambda listing: listing.key)
        texts = [said(listing.title, listing.text) for listing in new]
        first = len(self._listings)
        away = {*gone, *(listing.key for listing in new)}
        more._gone = self._gone | {self._places[key] for key in away if key in self._places}
        more._places = {key: place for key, place in self._places.items() if key not in away}
        more._places |= {listing.key: first + number for number, listing in enumerate(new)}
        more._listings = (*self._listings, *new)
        more._counts = [*self._counts, *(text.counts for text in texts)]
        more._words = self._words.with_more(texts) if texts else self._words
        more._kinds = more._kinds_of_owners()
        return more

    def with_synonyms(self, synonyms: SynonymTable) -> Pool:
        """The same listings, compared with other synonyms."""
        other = copy(self)
        other._words = self._words.with_synonyms(synonyms)
        return other

    def _kinds_of_owners(self) -> dict[tuple[str, bool], set[str]]:
        kinds: dict[tuple[str, bool], set[str]] = defaultdict(set)
        for place in self._places.values():
            listing = self._listings[place]
            kinds[listing.owner, listing.is_need].add(listing.kind)
        return dict(kinds)

    def listing(self, key: int) -> Listing | None:
        """The listing of that key, as it is compared; None when it is not here."""
        place = self._places.get(key)
        return None if place is None else self._listings[place]

    def best_for(
        self,
        listing: Listing,
        *,
        today: date,
        limit: int = 10,
        refused: Sequence[Refusal] = (),
        shown: Mapping[int, int] | None = None,
        owners_left_out: Collection[str] = (),
        one_per_owner: bool = False,
        score_least: float = SCORE_LEAST,
    ) -> tuple[Match, ...]:
        """The best listings of the other direction and of other owners, at most `limit`, the best first.

        `shown` counts by key how often each was proposed, where that is newer than the listings: those whose owners were proposed
        least come first at equal relevance. With `one_per_owner`, of each owner only the best.
        Those that are `refused` are left out, and those that are like one of them, as its motive says, count for half. With a
        `score_least` of 0 the others are all ranked, even with nothing in common.
        """
        gone, kept_out = {each.key for each in refused}, {listing.owner, *owners_left_out}
        others = [
            place
            for place, other in enumerate(self._listings)
            if place not in self._gone
            and other.is_need != listing.is_need
            and other.owner not in kept_out
            and other.key not in gone
        ]
        asked = said(listing.title, listing.text)
        words = self._words.like(asked, without=self._gone)
        base = {place: self._base(listing, place, words) for place in others}
        near = sorted(others, key=lambda place: (-base[place], self._listings[place].key))[:LOOKED_AT_MAX]
        spurned = self._like_refused(listing, near, refused)
        found = []
        for place in near:
            reasons, score = self._judge(listing, place, base[place], today, spurned.get(place, ()))
            common = self._have_something_in_common(listing, asked, place)
            if score_least == 0 or (score >= score_least and (common or _is_met_in_kind(reasons))):
                found.append((self._listings[place], score, reasons))
        ordered = fairly(found, self._exposures(not listing.is_need, shown or {}))
        chosen = (_first_of_each(ordered) if one_per_owner else ordered)[:limit]
        return tuple(
            Match(other.key, round(score, 6), self._worded(asked, other, reasons))
            for other, score, reasons in chosen
        )

    def _exposures(self, is_need: bool, shown: Mapping[int, int]) -> Counter[str]:
        """How often the listings of one direction were proposed, by owner: who says more is not seen more."""
        seen = Counter[str]()
        for place in self._places.values():
            listing = self._listings[place]
            if listing.is_need == is_need:
                seen[listing.owner] += shown.get(listing.key, listing.shown)
        return seen

    def _base(self, listing: Listing, place: int, words: Floats) -> float:
        """The parts that need no close look: words, kind, vocabulary."""
        other = self._listings[place]
        shared = len(listing.concepts & other.concepts) + len(known_by_owners(listing, other))
        return float(
            WORDS_WEIGHT * words[place]
            + KIND_WEIGHT * kinship(listing, other)
            + CONCEPTS_WEIGHT * (1 - 0.5**shared)
        )

    def _judge(
        self, listing: Listing, place: int, base: float, today: date, like_refused: Sequence[str]
    ) -> tuple[list[Reason], float]:
        other = self._listings[place]
        need, offer = (listing, other) if listing.is_need else (other, listing)
        compared: tuple[Comparison, ...] = ()
        if kinship(need, offer):
            compared = compare(need.criteria, offer.criteria, same_kind=need.kind == offer.kind)
        score = base + CRITERIA_WEIGHT * _met_share(compared)
        for each in unmet(compared):
            score *= max(UNMET_FACTOR, each.share)
        reasons = [Reason(kind="criterion", is_met=each.is_met, comparison=each) for each in compared]
        if shared := self._shared_concepts(listing, place):
            reasons.append(Reason(kind="concepts", words=tuple(sorted(shared))))
        if known := known_by_owners(listing, other):
            reasons.append(Reason(kind="owner_concepts", words=tuple(sorted(known))))
        if listing.kind == other.kind:
            reasons.append(Reason(kind="kind", words=(listing.kind,)))
        elif kinship(listing, other):
            reasons.append(Reason(kind="family", words=(other.kind,)))
        for reason, factor in (
            self._distance(listing, other),
            self._freshness(other, today),
            self._reciprocity(listing, other),
        ):
            score *= factor
            if reason is not None:
                reasons.append(reason)
        if like_refused:
            score *= REFUSED_FACTOR
            reasons.append(Reason(kind="refused", is_met=False, words=tuple(like_refused)))
        return reasons, score

    def _have_something_in_common(self, listing: Listing, asked: Said, place: int) -> bool:
        """Words, be they misspelt, their synonyms, or vocabulary."""
        direct, meant = self._words.shared(asked, self._counts[place])
        return bool(direct or meant or self._shared_concepts(listing, place))

    def _shared_concepts(self, listing: Listing, place: int) -> frozenset[str]:
        return listing.concepts & self._listings[place].concepts

    def _distance(self, listing: Listing, other: Listing) -> tuple[Reason | None, float]:
        places = (listing.latitude, listing.longitude, other.latitude, other.longitude)
        if None in places:
            return None, 1.0
        distance = distance_km(*places)  # type: ignore[arg-type]
        said_radii = [each.radius_km for each in (listing, other) if each.radius_km]
        radius = min(said_radii, default=RADIUS_KM_USUAL)
        is_near = distance <= radius
        reason = Reason(kind="distance", is_met=is_near, value=round(distance, 1), limit=radius)
        return reason, 1.0 if is_near else radius / distance

    def _freshness(self, other: Listing, today: date) -> tuple[Reason, float]:
        days = max(0, (today - other.confirmed_on).days)
        factor = max(FRESH_LEAST, 0.5 ** (days / FRESH_HALF_DAYS))
        return Reason(kind="freshness", is_met=days < FRESH_HALF_DAYS / 2, value=float(days)), factor

    def _reciprocity(self, listing: Listing, other: Listing) -> tuple[Reason | None, float]:
        """Whether the other's owner also looks for (or gives) a kind of thing that ours gives (or looks for)."""
        theirs = self._kinds.get((other.owner, listing.is_need), set())
        ours = self._kinds.get((listing.owner, other.is_need), set())
        both = tuple(sorted(theirs & ours))
        return (Reason(kind="reciprocity", words=both), RECIPROCITY_FACTOR) if both else (None, 1.0)

    def _like_refused(
        self, listing: Listing, near: Sequence[int], refused: Iterable[Refusal]
    ) -> dict[int, list[str]]:
        """Those of `near` that are like a refused listing, as its motive says: the motives by place, in alphabetical order."""
        found: dict[int, set[str]] = defaultdict(set)
        for key, motive in {(each.key, each.motive) for each in refused if each.motive}:
            place = self._places.get(key)
            if place is None:
                continue
            refusal = self._listings[place]
            if motive == OTHER_SUBJECT:
                likeness = self._words.trigram_cosines(said(refusal.title, refusal.text).trigrams)
                like = (
                    at
                    for at in near
                    if self._listings[at].kind == refusal.kind and likeness[at] >= REFUSED_LIKENESS
                )
            else:
                like = (at for at in near if is_like(listing, refusal, self._listings[at], motive))
            for at in like:
                found[at].add(motive)
        return {at: sorted(motives) for at, motives in found.items()}

    def _worded(self, asked: Said, other: Listing, reasons: Sequence[Reason]) -> tuple[Reason, ...]:
        """The reasons with the words in common first, as the other writes them."""
        direct, meant = self._words.shared(asked, self._counts[self._places[other.key]])
        told = []
        for kind, terms in (("words", direct), ("synonyms", meant)):
            if written := as_written(terms[:WORDS_SHOWN_MAX], other.title, other.text):
                told.append(Reason(kind=kind, words=written))
        return (*told, *reasons)


Judged = tuple[Listing, float, list[Reason]]


def fairly(found: Iterable[Judged], exposures: Mapping[str, int]) -> list[Judged]:
    """The best first; among those within 5 % of the best of their group, those whose owner was shown least."""
    ranked = sorted(found, key=lambda each: (-each[1], each[0].key))
    ordered: list[Judged] = []
    while ranked:
        least = NEAR_SHARE * ranked[0][1]
        count = int(np.searchsorted([-score for _listing, score, _reasons in ranked], -least, side="right"))
        ordered += sorted(
            ranked[:count], key=lambda each: (exposures.get(each[0].owner, 0), -each[1], each[0].key)
        )
        ranked = ranked[count:]
    return ordered


def _first_of_each(ordered: Iterable[Judged]) -> list[Judged]:
    """The first of each owner, in their order."""
    firsts: dict[str, Judged] = {}
    for each in ordered:
        firsts.setdefault(each[0].owner, each)
    return list(firsts.values())


def _met_share(compared: Sequence[Comparison]) -> float:
    known = [each.is_met for each in compared if each.is_met is not None]
    return sum(known) / len(known) if known else 0.0


def _is_met_in_kind(reasons: Iterable[Reason]) -> bool:
    """Whether it is of the same kind, and meets or partly meets something that is asked."""
    kinds = {reason.kind for reason in reasons}
    met = any(
        reason.is_met or (reason.comparison and reason.comparison.share)
        for reason in reasons
        if reason.kind == "criterion"
    )
    return "kind" in kinds and met


def known_by_owners(one: Listing, other: Listing) -> frozenset[str]:
    """The notions that join them through what an owner is known for or looks for, where the listings do not both say them."""
    both = (one.concepts | one.owner_concepts) & (other.concepts | other.owner_concepts)
    return both - (one.concepts & other.concepts)
