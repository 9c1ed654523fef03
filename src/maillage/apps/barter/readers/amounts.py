"""Amounts as people type them, and back: 12,50 is 1250 hundredths."""

from __future__ import annotations

from django.utils.translation import gettext as _

from maillage.apps.ledger.choices import AMOUNT_MAX
from maillage.kernel.ui.figures import AmbiguousNumberError, UnreadableNumberError, read_number


class UnreadableAmountError(ValueError):
    """What was typed is no amount; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def read_amount(text: str, *, zero: bool = False) -> int:
    """Hundredths, greater than zero, or zero too when `zero`. Raises UnreadableAmountError."""
    try:
        units = read_number(text)
    except AmbiguousNumberError as fault:
        raise UnreadableAmountError(fault.sentence) from fault
    except UnreadableNumberError as fault:
        raise UnreadableAmountError(_("Write an amount in figures, such as 12,50.")) from fault
    if units.as_tuple().exponent < -2:  # type: ignore[operator]
        raise UnreadableAmountError(_("An amount has two decimals at most, such as 12,50."))
    if units < 0 and zero:
        raise UnreadableAmountError(_("Write the amount without a sign: zero, or more."))
    if units < 0 or (units == 0 and not zero):
        raise UnreadableAmountError(_("The amount must be greater than zero."))
    if units > AMOUNT_MAX // 100:
        raise UnreadableAmountError(_("The amount is too great."))
    return int(units * 100)


def typed(amount: int) -> str:
    """Hundredths as one would type them in a field."""
    sign, (whole, cents) = "-" if amount < 0 else "", divmod(abs(amount), 100)
    return f"{sign}{whole},{cents:02}" if cents else f"{sign}{whole}"
