"""What is an amount in a form is one in a file of exchanges and for `maillage clear`; what is none is none anywhere."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from maillage.apps.barter.readers.amounts import UnreadableAmountError, read_amount
from maillage.cores.clearing.reading import parse_cents
from maillage.kernel.ui.fields import Euros

EUROS = Euros(max_value=10**9)


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("12", 1200), ("12,5", 1250), ("1234.56", 123456), ("1 234,56", 123456), ("1\u202f234\xa0567", 123456700), ("1'234", 123400)],
)  # fmt: skip
def test_an_amount_is_the_same_for_all(typed: str, cents: int) -> None:
    assert read_amount(typed) == EUROS.clean(typed) == parse_cents(typed) == cents


@pytest.mark.parametrize(
    "typed",
    ["1e3", "１２", "1.000", "1,000", "12,500", "1 234,560", "NaN", "Infinity", "1_000", "12 50", "1.000.000", "12,", ",5"],
)  # fmt: skip
def test_what_is_no_amount_is_so_for_all(typed: str) -> None:
    with pytest.raises(UnreadableAmountError):
        read_amount(typed)
    with pytest.raises(ValidationError):
        EUROS.clean(typed)
    assert isinstance(parse_cents(typed), str)


def test_an_amount_that_has_two_readings_is_told_with_both() -> None:
    with pytest.raises(UnreadableAmountError, match="écrivez 1000, ou 1,0") as refused:
        read_amount("1.000")
    assert "1.000" in refused.value.sentence


@pytest.mark.parametrize("typed", ["9" * 5000, "100000000000,01", "1" + "0" * 29])
def test_an_amount_is_not_too_great(typed: str) -> None:
    with pytest.raises(UnreadableAmountError, match="trop grand"):
        read_amount(typed)


def test_decimals_that_nobody_sees_are_not_lost() -> None:
    with pytest.raises(UnreadableAmountError, match="deux décimales"):
        read_amount("1," + "0" * 40 + "1")
