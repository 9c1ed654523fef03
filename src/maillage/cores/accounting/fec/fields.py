"""Dates and amounts of a FEC, read once each: a file repeats them by the thousand."""

from __future__ import annotations

import re
from datetime import date

CACHED_MAX = 200_000
CENTS_MAX = 2**63 - 1

_DATE = re.compile(r"[0-9]{8}")
_AMOUNT = re.compile(r"([+-]?)([0-9]+)(?:,([0-9]{1,2}))?")
_LONG = re.compile(r"[+-]?[0-9]+,[0-9]{3,}")


class Dates(dict[str, int]):
    """Text `AAAAMMJJ` to the day's ordinal; 0 for what is no date."""

    def __missing__(self, text: str) -> int:
        value = 0
        if _DATE.fullmatch(text):
            try:
                value = date(int(text[:4]), int(text[4:6]), int(text[6:])).toordinal()
            except ValueError:
                value = 0
        if len(self) < CACHED_MAX:
            self[text] = value
        return value


class Amounts(dict[str, int | None]):
    """Text to cents; None for what is no amount. An empty field is 0."""

    def __missing__(self, text: str) -> int | None:
        value = read_amount(text) if text else 0
        if len(self) < CACHED_MAX:
            self[text] = value
        return value


def read_amount(text: str) -> int | None:
    """Cents; None when it is not digits, an optional comma and at most two decimals, or passes 64 bits."""
    found = _AMOUNT.fullmatch(text)
    if found is None or len(found[2]) > 19:
        return None
    cents = int(found[2]) * 100 + int((found[3] or "").ljust(2, "0"))
    if cents > CENTS_MAX:
        return None
    return -cents if found[1] == "-" else cents


def fault_of_amount(text: str) -> str:
    """The rule that a refused amount breaks."""
    if _LONG.fullmatch(text):
        return "MNT-02"
    return "MNT-03" if _AMOUNT.fullmatch(text) else "MNT-01"


def written_amount(cents: int) -> str:
    """As the text wants it: `1234,50`."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100},{abs(cents) % 100:02d}"


def written_date(day: date) -> str:
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"
