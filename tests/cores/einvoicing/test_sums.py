from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.cores.einvoicing.sums import cents_of, euros_of, framework_of, line_cents, totals_of
from maillage.cores.einvoicing.values import Allowance, Invoice, Line, Vat
from tests.cores.einvoicing.examples import (
    AIRTIME,
    DESK_BACK,
    FIVE_AND_A_HALF,
    FURNITURE,
    TWENTY,
)


def test_the_worked_example() -> None:
    assert [line_cents(line) for line in FURNITURE.lines] == [42650, 6808, 2769]
    totals = totals_of(FURNITURE)
    assert [(part.vat.rate, part.base_cents, part.vat_cents) for part in totals.breakdown] == [
        (Decimal(20), 49458, 9892),
        (Decimal("5.5"), 2769, 152),
    ]
    assert (totals.net_cents, totals.vat_cents, totals.gross_cents) == (52227, 10044, 62271)
    assert framework_of(FURNITURE) == "M1"
    assert totals_of(AIRTIME).gross_cents == 62400 and framework_of(AIRTIME) == "S1"


def test_what_is_set_off_already() -> None:
    partly = replace(AIRTIME, payment=replace(AIRTIME.payment, prepaid_cents=62271))
    assert totals_of(partly).due_cents == 129 and framework_of(partly) == "S1"
    wholly = replace(FURNITURE, payment=replace(FURNITURE.payment, prepaid_cents=62271))
    assert totals_of(wholly).due_cents == 0 and framework_of(wholly) == "M2"


def test_a_desk_comes_back() -> None:
    totals = totals_of(DESK_BACK)
    assert (totals.net_cents, totals.vat_cents, totals.gross_cents) == (14550, 2910, 17460)


def test_vat_is_counted_on_the_group_and_not_line_by_line() -> None:
    thirds = replace(FURNITURE, lines=(Line("Badge", Decimal(1), Decimal("0.33"), TWENTY),) * 3)
    assert totals_of(thirds).vat_cents == 20


def test_a_rate_written_in_two_ways_is_one_group() -> None:
    lines = (
        Line("A", Decimal(1), Decimal(1), Vat("S", Decimal("20"))),
        Line("B", Decimal(1), Decimal(1), Vat("S", Decimal("20.00"))),
    )
    assert len(totals_of(replace(FURNITURE, lines=lines)).breakdown) == 1


def test_an_allowance_lowers_the_base_of_its_own_rate_only() -> None:
    totals = totals_of(replace(FURNITURE, allowances=(Allowance(769, FIVE_AND_A_HALF, "Fidélité"),)))
    assert [part.base_cents for part in totals.breakdown] == [49458, 2000]
    assert totals.lines_cents - totals.allowances_cents == totals.net_cents == 51458


@pytest.mark.parametrize(
    ("euros", "cents"), [("0.005", 1), ("0.0049", 0), ("-0.005", -1), ("1.015", 102), ("68.075", 6808)]
)
def test_half_a_cent_goes_away_from_zero(euros: str, cents: int) -> None:
    assert cents_of(Decimal(euros)) == cents


prices = st.decimals("0", "10000", places=4)
quantities = st.decimals("0.0001", "1000", places=4)
rates = st.sampled_from([Decimal(20), Decimal(10), Decimal("5.5"), Decimal("2.1")])
lines = st.builds(
    Line, name=st.just("x"), quantity=quantities, price=prices, vat=st.builds(Vat, st.just("S"), rates)
)


@given(st.lists(lines, min_size=1, max_size=12))
def test_sums_hold_together_whatever_the_lines(drawn: list[Line]) -> None:
    document: Invoice = replace(FURNITURE, lines=tuple(drawn))
    totals = totals_of(document)
    assert totals.net_cents == sum(part.base_cents for part in totals.breakdown) == totals.lines_cents
    assert totals.gross_cents == totals.net_cents + totals.vat_cents
    for part in totals.breakdown:
        exact = (euros_of(part.base_cents) * part.vat.rate / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert euros_of(part.vat_cents) == exact
