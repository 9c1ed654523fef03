"""What is ranked, and what a ranking says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from maillage.cores.ranking.criteria import Comparison
from maillage.cores.text.criteria import Criterion


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A need or an offer. `family` groups kinds that may stand for each other (a room, premises); "" is none. `concepts` are the ids of its shared vocabulary, with those above them.

    `owner_concepts` are those that its owner is known for or looks for: they weigh as much, and are not enough to bring two listings together.
    `owner` names who made it: two listings of one owner never meet. Coordinates in degrees, both or none.
    `confirmed_on` is the day when its owner last said that it still holds; `shown` counts how often it was proposed lately.
    """

    key: int
    owner: str
    is_need: bool
    kind: str
    title: str
    confirmed_on: date
    family: str = ""
    text: str = ""
    concepts: frozenset[str] = frozenset()
    owner_concepts: frozenset[str] = frozenset()
    criteria: tuple[Criterion, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float | None = None
    shown: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why two listings meet, or do not. `kind` says which of the others are told:

    "words" and "synonyms" (`words`, as the other writes them), "kind", "family" (`words`: the other's kind), "concepts" and "owner_concepts" (`words`: their ids), "criterion" (`comparison`),
    "distance" (`value`: km, `limit`: km), "freshness" (`value`: days), "reciprocity" (`words`: kinds), "refused" (`words`: the motives of `refusals` under which the like was refused).
    `is_met` is False for what speaks against, None for what is to be checked.
    """

    kind: str
    is_met: bool | None = True
    words: tuple[str, ...] = ()
    comparison: Comparison | None = None
    value: float | None = None
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """The other listing, its score from 0 to about 1.1, and why, what weighs most first."""

    key: int
    score: float
    reasons: tuple[Reason, ...]


FAMILY_SHARE = 0.5
"""What a kind of the same family counts for, beside the same kind."""


def kinship(one: Listing, other: Listing) -> float:
    """1 for the same kind, less for another of its family, 0 for strangers."""
    if one.kind == other.kind:
        return 1.0
    return FAMILY_SHARE if one.family and one.family == other.family else 0.0
