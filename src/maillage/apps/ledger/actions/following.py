"""Who writes down elsewhere what is posted here. The rooms above add themselves at start; the ledger knows none of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import connection

from maillage.apps.ledger.actions.acts import LedgerError
from maillage.apps.ledger.models import Transfer


class HeldBackError(LedgerError):
    """A follower cannot let a transfer be: the sentence says why. What waited goes on waiting."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.message = sentence


class Told(Protocol):
    def __call__(self, posted: Sequence[Transfer], now: datetime, /) -> None: ...


@dataclass(frozen=True)
class Follower:
    """`question` finds a row when what some accounts exchange matters to the follower: `… WHERE account.id IN ({ids}) …`.

    It is SQL, so that the transfer in one statement asks it within. `told` is given the transfers just posted, reversals
    included, in the transaction that posted them: whatever it raises undoes them, so that it raises HeldBackError, or
    nothing that should not hold back a trade. Transfers that pay an invoice (`reference`) are told whatever it finds.
    """

    question: str
    told: Told


FOLLOWERS: list[Follower] = []


def follow(posted: Sequence[Transfer], *, now: datetime) -> None:
    """Tell of transfers that were just posted."""
    ids = {pk for each in posted for pk in (each.payer_id, each.payee_id)}
    named = [each for each in posted if each.reference]
    for follower in FOLLOWERS:
        if ids and is_concerned(follower, ids):
            follower.told(posted, now)
        elif named:
            follower.told(named, now)


def is_concerned(follower: Follower, account_ids: Collection[int]) -> bool:
    """Whether what these accounts exchange matters to the follower."""
    with connection.cursor() as cursor:
        cursor.execute(follower.question.format(ids=", ".join(["%s"] * len(account_ids))), list(account_ids))
        return cursor.fetchone() is not None
