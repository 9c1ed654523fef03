"""Amounts as people type them, and back: 12,50 is 1250 hundredths."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from maillage.apps.ledger.choices import AMOUNT_MAX

_AMOUNT = re.compile(r"([+-]?)(\d+)(?:[.,](\d+))?")
DIGITS_MAX = 30
TEXT_MAX = 1_000


class UnreadableAmountError(ValueError):
    """What was typed is no amount; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def read_amount(text: str, *, zero: bool = False) -> int:
    """Hundredths, greater than zero, or zero too when `zero`. Raises UnreadableAmountError."""
    plain = re.sub(r"[\s\u00a0\u202f']", "", text[:TEXT_MAX])
    found = _AMOUNT.fullmatch(plain)
    if found is not None and len(plain) > DIGITS_MAX:
        raise UnreadableAmountError(_("The amount is too great."))
    if found is None:
        raise UnreadableAmountError(_("Write an amount in figures, such as 12,50."))
    sign, whole, decimals = found.groups()
    if decimals is not None and len(decimals.rstrip("0")) > 2:
        raise UnreadableAmountError(_("An amount has two decimals at most, such as 12,50."))
    amount = int(whole) * 100 + int((decimals or "0").ljust(2, "0")[:2])
    if sign == "-" or (amount == 0 and not zero):
        raise UnreadableAmountError(_("The amount must be greater than zero."))
    if amount > AMOUNT_MAX:
        raise UnreadableAmountError(_("The amount is too great."))
    return amount


def typed(amount: int) -> str:
    """Hundredths as one would type them in a field."""
    sign, (whole, cents) = "-" if amount < 0 else "", divmod(abs(amount), 100)
    return f"{sign}{whole},{cents:02}" if cents else f"{sign}{whole}"
