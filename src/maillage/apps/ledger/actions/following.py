"""Who writes down elsewhere what is posted here. The rooms above add themselves at start; the ledger knows none of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from maillage.apps.ledger.models import Transfer


class Concerned(Protocol):
    def __call__(self, account_ids: Collection[int], /) -> bool: ...


class Told(Protocol):
    def __call__(self, posted: Sequence[Transfer], now: datetime, /) -> None: ...


@dataclass(frozen=True)
class Follower:
    """`concerned` says, in one quick question, whether what these accounts exchange matters to the follower.

    `told` is given the transfers just posted, reversals included, in the transaction that posted them: whatever it
    raises undoes them, so that it raises nothing that should not hold back a trade.
    """

    concerned: Concerned
    told: Told


FOLLOWERS: list[Follower] = []


def is_followed(account_ids: Collection[int]) -> bool:
    """Whether somebody is to be told of what these accounts exchange."""
    return any(follower.concerned(account_ids) for follower in FOLLOWERS)


def follow(posted: Sequence[Transfer], *, now: datetime) -> None:
    """Tell of transfers that were just posted."""
    ids = {pk for each in posted for pk in (each.payer_id, each.payee_id)}
    for follower in FOLLOWERS:
        if ids and follower.concerned(ids):
            follower.told(posted, now)
