from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from maillage.apps.books.choices import VatKey
from maillage.apps.books.models import FiscalSetting
from maillage.apps.books.queries.fiscal import NotInForceError, all_settings, law_on, shipped_settings
from maillage.cores.einvoicing.values import Vat


def test_the_law_is_read_by_date(db: None) -> None:
    assert law_on(date(2013, 12, 31)).number("rate.standard") == Decimal("19.6")
    assert law_on(date(2014, 1, 1)).number("rate.standard") == Decimal(20)
    assert law_on(date(2026, 11, 26)).knows_rate(Vat("S", Decimal("5.50")))
    assert not law_on(date(2026, 11, 26)).knows_rate(Vat("S", Decimal("19.6")))


def test_everything_that_can_be_chosen_is_in_force_today_and_has_its_source(db: None) -> None:
    law = law_on(date(2026, 11, 26))
    for key in VatKey.values:
        assert law.vat(key).category in ("S", "E", "O", "AE")
    assert all(one.source for one in shipped_settings())


def test_an_added_setting_takes_over_from_its_day(db: None) -> None:
    FiscalSetting.objects.create(
        key="rate.standard",
        value="21",
        valid_from=date(2027, 1, 1),
        source="Loi",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert law_on(date(2026, 12, 31)).number("rate.standard") == Decimal(20)
    assert law_on(date(2027, 1, 1)).number("rate.standard") == Decimal(21)
    assert [one.value for one in all_settings() if one.key == "rate.standard"] == ["19.6", "20", "21"]


def test_what_is_not_in_force_is_named(db: None) -> None:
    with pytest.raises(NotInForceError, match=r"mention\.franchise"):
        law_on(date(2028, 1, 1)).text("mention.franchise")


def test_the_dates_of_franchise_and_of_the_reform(db: None) -> None:
    before, now = law_on(date(2024, 12, 31)), law_on(date(2026, 11, 27))
    assert (before.number("threshold.franchise_goods"), now.number("threshold.franchise_goods")) == (
        91900,
        85000,
    )
    assert now.number("threshold.franchise_services") == 37500
    assert now.number("threshold.franchise_services_current") == 41250
    assert now.number("threshold.franchise_goods_current") == 93500
    assert law_on(date(2024, 6, 1)).number("threshold.non_profit") == 78596
    assert {"reform.receive", "reform.issue_large"} <= set(
        now.settings
    ) and "reform.issue_small" not in now.settings
    assert law_on(date(2027, 9, 1)).text("reform.issue_small")
    assert all("2023-1322" in one.source for one in shipped_settings() if one.key.startswith("reform."))


@pytest.mark.parametrize("rate", ["20", "10", "5.5", "2.1", "8.5", "1.05", "1.75", "0.9", "13"])
def test_rates_of_corsica_and_overseas_are_known(db: None, rate: str) -> None:
    assert law_on(date(2026, 11, 27)).knows_rate(Vat("S", Decimal(rate)))


def test_no_two_shipped_settings_of_a_key_hold_on_one_day() -> None:
    for one in shipped_settings():
        assert one.valid_until is None or one.valid_from <= one.valid_until
        for other in shipped_settings():
            if other is not one and other.key == one.key:
                first, second = sorted((one, other), key=lambda each: each.valid_from)
                assert first.valid_until is not None and first.valid_until < second.valid_from
