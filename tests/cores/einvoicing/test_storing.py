from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from maillage.cores.einvoicing.storing import from_json, to_json
from maillage.cores.einvoicing.values import Allowance, Payment, Quote
from tests.cores.einvoicing.examples import AIRTIME, DESK_BACK, FRANCHISE, FURNITURE, TWENTY, taxed

QUOTE = Quote(
    number="D2026-0001",
    issued_on=date(2026, 1, 2),
    seller=AIRTIME.seller,
    buyer=AIRTIME.buyer,
    lines=AIRTIME.lines,
    nature="services",
    payment=Payment("97"),
    valid_until=date(2026, 2, 2),
)
SET_OFF = replace(
    AIRTIME, payment=replace(AIRTIME.payment, prepaid_cents=62400, prepaid_on=date(2026, 11, 20))
)


@pytest.mark.parametrize(
    "document",
    [
        FURNITURE,
        DESK_BACK,
        QUOTE,
        SET_OFF,
        taxed(AIRTIME, FRANCHISE),
        replace(FURNITURE, allowances=(Allowance(5, TWENTY, "x"),), delivered_on=None),
    ],
)
def test_what_is_stored_comes_back(document: Quote) -> None:
    again = from_json(json.loads(json.dumps(to_json(document))))
    assert again == document and type(again) is type(document)
    assert again.lines[0].price == Decimal(document.lines[0].price)


def test_what_was_stored_before_the_day_of_a_set_off_was_kept_comes_back_without() -> None:
    stored = to_json(SET_OFF)
    del stored["payment"]["prepaid_on"]
    assert from_json(stored).payment == replace(SET_OFF.payment, prepaid_on=None)
