"""What a refusal says of the listings like the refused one: that depends on its motive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from maillage.cores.geo.distances import distance_km
from maillage.cores.ranking.criteria import ABOUT_SHARE, AT_LEAST, MONEY, by_month
from maillage.cores.ranking.values import Listing, kinship
from maillage.cores.text.criteria import Criterion

TOO_FAR, TOO_EXPENSIVE, WRONG_SIZE, WRONG_DATES = "too_far", "too_expensive", "wrong_size", "wrong_dates"
OTHER_SUBJECT, NO_LONGER = "other_subject", "no_longer"
MOTIVES = (TOO_FAR, TOO_EXPENSIVE, WRONG_SIZE, WRONG_DATES, OTHER_SUBJECT, NO_LONGER)
SAME_PLACE_KM = 0.5
"""Two listings of one commune stand at its centre: too far, there, says nothing of the others."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A listing that is left out. `motive` is one of MOTIVES when the owner of the listing asked for said why;
    "" when it is the other one who refused, which says nothing of third ones.
    """

    key: int
    motive: str = ""


def is_like(listing: Listing, refused: Listing, other: Listing, motive: str) -> bool:
    """Whether what was said of `refused`, for `listing`, holds for `other` too. The words of OTHER_SUBJECT are compared elsewhere."""
    if motive == TOO_FAR:
        return _is_as_far(listing, refused, other)
    if not kinship(refused, other):
        return False
    if motive == TOO_EXPENSIVE:
        return _is_as_dear(refused, other, is_asked=refused.is_need)
    if motive == WRONG_SIZE:
        return _is_of_the_same_size(refused, other)
    return motive == WRONG_DATES and _is_at_the_same_time(refused, other)


def _is_as_far(listing: Listing, refused: Listing, other: Listing) -> bool:
    before, now = _away(listing, refused), _away(listing, other)
    return before is not None and now is not None and now >= before > SAME_PLACE_KM


def _away(one: Listing, other: Listing) -> float | None:
    places = (one.latitude, one.longitude, other.latitude, other.longitude)
    return None if None in places else distance_km(*places)  # type: ignore[arg-type]


def _is_as_dear(refused: Listing, other: Listing, *, is_asked: bool) -> bool:
    """A price at or above the refused one; for a need, a budget at or below it."""
    for unit, before in _prices(refused, is_asked=is_asked):
        for same, now in _prices(other, is_asked=is_asked):
            if same == unit and (now <= before if is_asked else now >= before):
                return True
    return False


def _prices(listing: Listing, *, is_asked: bool) -> Iterable[tuple[str, float]]:
    """(unit, what an offer begins at, or the most that a need pays) of each sum of money."""
    for criterion in map(by_month, listing.criteria):
        bounds = (criterion.high, criterion.low) if is_asked else (criterion.low, criterion.high)
        said = next((bound for bound in bounds if bound is not None), None)
        if criterion.kind in MONEY and said is not None:
            yield criterion.unit, said


def _is_of_the_same_size(refused: Listing, other: Listing) -> bool:
    return any(
        before.kind == now.kind and before.unit == now.unit and _nearly_meet(before, now)
        for before in refused.criteria
        if before.kind in AT_LEAST
        for now in other.criteria
    )


def _nearly_meet(one: Criterion, other: Criterion) -> bool:
    """Whether the two ranges touch, one of them a little widened."""
    least = -inf if one.low is None else one.low * (1 - ABOUT_SHARE)
    most = inf if one.high is None else one.high * (1 + ABOUT_SHARE)
    low = -inf if other.low is None else other.low
    high = inf if other.high is None else other.high
    return least <= high and low <= most


def _is_at_the_same_time(refused: Listing, other: Listing) -> bool:
    """Whether all the days of `other` are among those that did not suit."""
    return any(
        before.kind == now.kind and _holds(before, now)
        for before in refused.criteria
        if before.kind in ("period", "weekdays")
        for now in other.criteria
    )


def _holds(wide: Criterion, narrow: Criterion) -> bool:
    if wide.kind == "weekdays":
        (days, _slash, moment), (others, _slash, other_moment) = (
            each.unit.partition("/") for each in (wide, narrow)
        )
        all_days = not days or (bool(others) and set(others.split(",")) <= set(days.split(",")))
        return all_days and moment in ("", other_moment)
    begins = wide.begins is None or (narrow.begins is not None and narrow.begins >= wide.begins)
    ends = wide.ends is None or (narrow.ends is not None and narrow.ends <= wide.ends)
    return begins and ends
