"""Whether what is offered meets what is asked, criterion by criterion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from math import inf

from maillage.cores.text.criteria import Criterion

ABOUT_SHARE = 0.15
"""How far an order of magnitude may be from what is asked."""
UNMEASURED = ("moderate", "open")
"""Rents and prices that are said without a figure."""
AT_LEAST = ("surface", "quantity", "duration")
"""What must be enough. Distances are not compared here: who makes the listings gives the least of them as their radius."""
ANYTHING = "piece"
"""A number of things that are not named: it compares with any count."""
SEAT = "place"
"""Places at a show, in a van or at a course: they compare with nothing of another kind of listing."""
MONEY = frozenset({"rent", "price"})
"""A rent and a price by the month are the same money."""
MEASURED = frozenset({"kg", "l", "m3"})
"""Quantities that are not counts."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A criterion of the need beside the offer's; `given` is None when the offer does not say.

    `is_met` is None when nobody can tell without asking. `share` is how much of what is asked is there, from 0 to 1, where
    that has a meaning (6 volunteers of 12); 0 elsewhere.
    """

    asked: Criterion
    given: Criterion | None
    is_met: bool | None
    share: float = 0.0


def compare(
    asked: Iterable[Criterion], given: Iterable[Criterion], *, same_kind: bool = True
) -> tuple[Comparison, ...]:
    """Each criterion of a need beside the best fitting one of the offer, in the order of the need.

    `same_kind`: both listings are of one kind.
    """
    offered = [by_month(each) for each in given if same_kind or each.unit != SEAT]
    found = []
    for criterion in asked:
        if criterion.kind == "distance" or (criterion.unit == SEAT and not same_kind):
            continue
        wanted = by_month(criterion)
        answers = [(_meets(wanted, each), each) for each in offered if _comparable(wanted, each)]
        if not answers:
            found.append(Comparison(criterion, None, None))
            continue
        met, best = max(answers, key=lambda answer: _RANKS[answer[0]])
        share = _share(wanted, best) if met is False else 0.0
        found.append(Comparison(criterion, best, met, share))
    return tuple(found)


_RANKS = {True: 2, None: 1, False: 0}


def by_month(criterion: Criterion) -> Criterion:
    """A rent or a price by the year, as one by the month."""
    if criterion.unit not in ("eur/year", "eur/m2/year"):
        return criterion
    low, high = (bound / 12 if bound is not None else None for bound in (criterion.low, criterion.high))
    return replace(criterion, unit=criterion.unit.replace("year", "month"), low=low, high=high)


def _comparable(asked: Criterion, given: Criterion) -> bool:
    if asked.kind != given.kind and not {asked.kind, given.kind} <= MONEY:
        return False
    if asked.kind in ("period", "weekdays") or asked.unit == given.unit:
        return True
    if asked.kind == "quantity":
        return ANYTHING in (asked.unit, given.unit) and not MEASURED & {asked.unit, given.unit}
    if asked.kind not in MONEY:
        return False
    return _is_free(given) or asked.unit in UNMEASURED or given.unit in UNMEASURED


def _meets(asked: Criterion, given: Criterion) -> bool | None:
    if asked.kind == "period":
        return _overlap(_days(asked), _days(given))
    if asked.kind == "weekdays":
        return _same_days(asked.unit, given.unit)
    if asked.kind in MONEY:
        return _affordable(asked, given)
    (least, most), (low, high) = _bounds(asked), _bounds(given)
    if asked.kind in AT_LEAST:
        too_large = asked.kind == "surface" and low > most
        return high >= least and not too_large
    return _overlap((least, most), (low, high))


def _share(asked: Criterion, given: Criterion) -> float:
    """The part of the least asked that the most given makes."""
    least, most = _bounds(asked)[0], _bounds(given)[1]
    return most / least if asked.kind in AT_LEAST and 0 < most < least < inf else 0.0


def _affordable(asked: Criterion, given: Criterion) -> bool | None:
    if _is_free(given):
        return True
    if asked.unit in UNMEASURED or given.unit in UNMEASURED:
        return None
    return _bounds(given)[0] <= _bounds(asked)[1]


def _is_free(criterion: Criterion) -> bool:
    return criterion.low == criterion.high == 0


def _bounds(criterion: Criterion) -> tuple[float, float]:
    low = -inf if criterion.low is None else criterion.low
    high = inf if criterion.high is None else criterion.high
    slack = ABOUT_SHARE if criterion.about else 0.0
    return low * (1 - slack), high * (1 + slack)


def _days(criterion: Criterion) -> tuple[date, date]:
    return criterion.begins or date.min, criterion.ends or date.max


def _overlap(one: tuple[float | date, float | date], other: tuple[float | date, float | date]) -> bool:
    return bool(one[0] <= other[1] and other[0] <= one[1])  # type: ignore[operator]


def _same_days(asked: str, given: str) -> bool:
    """ "mon,thu/morning" and "thu": a day in common, and the moment when both say one."""
    (days, moment), (others, other_moment) = _split(asked), _split(given)
    if days and others and not days & others:
        return False
    return not (moment and other_moment) or moment == other_moment


def _split(unit: str) -> tuple[set[str], str]:
    days, _slash, moment = unit.partition("/")
    return set(filter(None, days.split(","))), moment


def unmet(comparisons: Iterable[Comparison]) -> Iterator[Comparison]:
    """Those that speak against."""
    return (each for each in comparisons if each.is_met is False)
