"""What the law says on a day: the settings that ship with the room, and those that administrators added."""

from __future__ import annotations

import tomllib
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from maillage.apps.books.models import FiscalSetting
from maillage.cores.einvoicing.values import Vat

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "fiscal.toml"


@dataclass(frozen=True)
class Setting:
    """One dated setting. `row_id`: that of `FiscalSetting`, None for what ships with the room."""

    key: str
    value: str
    valid_from: date
    valid_until: date | None
    source: str
    category: str = ""
    code: str = ""
    row_id: int | None = None


class NotInForceError(LookupError):
    """No setting of that key holds on that day."""

    def __init__(self, key: str, day: date) -> None:
        super().__init__(key, day)
        self.key = key
        self.day = day


@dataclass(frozen=True)
class FiscalLaw:
    """The settings in force on `day`, by key."""

    day: date
    settings: dict[str, Setting]

    def text(self, key: str) -> str:
        """A mention. Raises NotInForceError."""
        return self._setting(key).value

    def number(self, key: str) -> Decimal:
        """A rate or a threshold. Raises NotInForceError."""
        return Decimal(self._setting(key).value)

    def vat(self, key: str) -> Vat:
        """How a line under `key` is taxed. Raises NotInForceError."""
        setting = self._setting(key)
        if key.startswith("rate."):
            return Vat("S", Decimal(setting.value))
        return Vat(setting.category, Decimal(0), setting.value, setting.code)  # type: ignore[arg-type]

    def last_due_day(self) -> date:
        """The latest day on which an invoice of that day may be due. Raises NotInForceError.

        So many days after it, or fewer days and the end of a month, in either order.
        """
        after = timedelta(days=int(self.number("threshold.payment_days")))
        to_month_end = timedelta(days=int(self.number("threshold.payment_days_month_end")))
        return max(self.day + after, _month_end(self.day + to_month_end), _month_end(self.day) + to_month_end)

    def knows_rate(self, vat: Vat) -> bool:
        """Whether a rate above zero is among those in force."""
        return any(
            Decimal(setting.value) == vat.rate
            for key, setting in self.settings.items()
            if key.startswith("rate.")
        )

    def _setting(self, key: str) -> Setting:
        if key not in self.settings:
            raise NotInForceError(key, self.day)
        return self.settings[key]


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def law_on(day: date) -> FiscalLaw:
    """The law of a day, in one query. Of two settings of a key, the one that began last holds."""
    return FiscalLaw(day, _in_force([*shipped_settings(), *_added()], day))


def all_settings() -> list[Setting]:
    """Every setting, past and to come, by key and date."""
    return sorted([*shipped_settings(), *_added()], key=lambda one: (one.key, one.valid_from))


@cache
def shipped_settings() -> tuple[Setting, ...]:
    with SHIPPED.open("rb") as file:
        read = tomllib.load(file)["setting"]
    return tuple(
        Setting(
            key=one["key"],
            value=one["value"],
            valid_from=one["from"],
            valid_until=one.get("until"),
            source=one["source"],
            category=one.get("category", ""),
            code=one.get("code", ""),
        )
        for one in read
    )


def _added() -> Iterable[Setting]:
    for row in FiscalSetting.objects.order_by("pk"):
        yield Setting(
            row.key,
            row.value,
            row.valid_from,
            row.valid_until,
            row.source,
            row.category,
            row.code,
            row.pk,
        )


def _in_force(settings: Iterable[Setting], day: date) -> dict[str, Setting]:
    """What was added comes after what shipped, so that it wins on the same day."""
    held: dict[str, Setting] = {}
    for one in settings:
        if one.valid_from <= day and (one.valid_until is None or day <= one.valid_until):
            before = held.get(one.key)
            if before is None or one.valid_from >= before.valid_from:
                held[one.key] = one
    return held
