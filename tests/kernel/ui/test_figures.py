"""The rule of `docs/explanation/nombres.md`."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maillage.kernel.ui.figures import AmbiguousNumberError, UnreadableNumberError, read_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1 234,56", "1234.56"),
        ("1\u202f234\xa0567.5", "1234567.5"),
        ("1'234", "1234"),
        ("1234.000", "1234"),
        ("0.125", "0.125"),
        ("1,255", "1.255"),
        ("1.2550", "1.255"),
        (" −12 ", "-12"),
        ("007", "7"),
    ],
)
def test_a_number_has_one_reading(typed: str, number: str) -> None:
    assert read_number(typed) == Decimal(number)


@pytest.mark.parametrize(
    ("typed", "thousands", "decimals"),
    [
        ("1.000", "1000", "1,0"),
        ("12.500", "12500", "12,5"),
        ("1,000", "1000", "1,0"),
        ("-999.999", "999999", "999,999"),
    ],
)
def test_what_has_two_readings_is_refused_and_both_are_said(
    typed: str, thousands: str, decimals: str
) -> None:
    with pytest.raises(AmbiguousNumberError) as refused:
        read_number(typed)
    assert f"écrivez {thousands}, ou {decimals}." in refused.value.sentence


@pytest.mark.parametrize(
    "typed",
    ["", "douze", "1e3", "１２", "١٢", "NaN", "Infinity", "1_000", "12 50", "1  000", "1.000.000", "1,2,3", "12,", ",5", "€"],
)  # fmt: skip
def test_nothing_else_is_a_number(typed: str) -> None:
    with pytest.raises(UnreadableNumberError):
        read_number(typed)
