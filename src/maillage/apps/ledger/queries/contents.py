"""What is asked of the ledger, as values. Amounts are hundredths of the unit; money is cents with its currency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from maillage.apps.ledger.choices import Accepts, Nature


@dataclass(frozen=True, kw_only=True)
class Order:
    """`payer_id` received something worth `amount` from `payee_id`; both are accounts of one unit.

    `reference` is the number of the invoice that it pays. `soulte_cents` is what is paid beside it in money, told and
    never counted.
    """

    payer_id: int
    payee_id: int
    amount: int
    label: str = ""
    reference: str = ""
    soulte_cents: int = 0
    soulte_currency: str = ""
    nature: str = Nature.TRADE


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The limits of an account, None for none; the soft ones warn before the others refuse."""

    lower_limit: int | None = None
    upper_limit: int | None = None
    soft_lower: int | None = None
    soft_upper: int | None = None


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """Whose requests are accepted without asking, up to which amount, and after how many days silence accepts."""

    accepts: str = Accepts.NOBODY
    payee_ids: frozenset[int] = frozenset()
    accepts_up_to: int | None = None
    silence_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class UnitRules:
    """Commission and demurrage in ten-thousandths, off at zero; `demurrage_free` is the part of a balance left alone."""

    commission_rate: int = 0
    demurrage_rate: int = 0
    demurrage_free: int = 0


def said(*contents: Any, **others: Any) -> dict[str, Any]:
    """Contents as JSON values, to tell whether two writes say the same thing."""
    values: dict[str, Any] = {"contents": [dict(vars(content)) for content in contents], **others}
    for value in values["contents"]:
        if not value.get("reference", True):  # what was said before transfers had one is still the same
            del value["reference"]
        if "payee_ids" in value:
            value["payee_ids"] = sorted(value["payee_ids"])
    return values
