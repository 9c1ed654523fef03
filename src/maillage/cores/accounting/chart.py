"""The chart of accounts: labels, classes, and what a small organisation may use each account for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from maillage.cores.accounting.chart_accounts import ASSOCIATIVE, GENERAL
from maillage.cores.accounting.values import GIFT_CLASSES

Variant = Literal["general", "associative"]
DIGITS_MIN = 3
_NUMBER = re.compile(r"[1-8][0-9]{2,9}")


@dataclass(frozen=True)
class Account:
    """`label` in French, as the chart has it."""

    number: str
    label: str


@dataclass(frozen=True)
class Chart:
    """The accounts of one variant, in the order of numbers read as text."""

    variant: Variant
    accounts: tuple[Account, ...]

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {account.number: account.label for account in self.accounts}

    def label_of(self, number: str) -> str:
        """The label of the account, or of its longest root that has one; empty for a number of no class."""
        for length in range(len(number), 0, -1):
            if label := self._labels.get(number[:length]):
                return label
        return ""

    def is_number(self, number: str) -> bool:
        """Whether an entry may use it: three digits at least, under a two-digit root of the chart."""
        return _NUMBER.fullmatch(number) is not None and number[:2] in self._labels

    def usable(self, *roots: str) -> tuple[Account, ...]:
        """Accounts of three digits and more, under any of the roots (all when there is none)."""
        return tuple(
            account
            for account in self.accounts
            if len(account.number) >= DIGITS_MIN and (not roots or account.number.startswith(roots))
        )

    @property
    def has_gifts(self) -> bool:
        """Whether gifts in kind are booked at its foot, in 86 and 87."""
        return all(root in self._labels for root in GIFT_CLASSES)


@lru_cache
def chart(variant: Variant) -> Chart:
    """The plan comptable général, or the same with what associations change and add."""
    labels = _read(GENERAL)
    if variant == "associative":
        labels |= _read(ASSOCIATIVE)
    return Chart(variant, tuple(Account(number, labels[number]) for number in sorted(labels)))


def _read(table: str) -> dict[str, str]:
    pairs = (line.split(" ", 1) for line in table.strip().splitlines())
    return dict(pairs)
