"""How near a balance is to its limits: a rule of docs/explanation/credit-mutuel.md."""

from __future__ import annotations

from maillage.apps.ledger.models import Account

STEPS = ((0, 1), (1, 2), (9, 10))
"""Where each step begins, as a fraction of the way from the soft limit to the limit."""


def step_of(balance: int, soft: int | None, hard: int | None) -> int:
    """How many steps `balance` has passed on its way from the soft limit to the hard one, 0 to 3.

    The soft limit itself is not passed; a soft limit without a hard one, or equal to it, warns of nothing.
    """
    if soft is None or hard is None or hard == soft:
        return 0
    side = 1 if hard > soft else -1
    way, done = (hard - soft) * side, (balance - soft) * side
    return sum(done * whole > way * part for part, whole in STEPS)


def lower_step(account: Account, balance: int | None = None) -> int:
    """The step below: the account has received much more than it has provided."""
    return step_of(account.balance if balance is None else balance, account.soft_lower, account.lower_limit)


def upper_step(account: Account, balance: int | None = None) -> int:
    """The step above: the account has provided much more than it has received."""
    return step_of(account.balance if balance is None else balance, account.soft_upper, account.upper_limit)
