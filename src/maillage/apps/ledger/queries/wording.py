"""Amounts in words."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format

from maillage.apps.ledger.models import Unit


def shown(amount: int) -> str:
    """Hundredths as people read them: 1 234,50."""
    return number_format(Decimal(amount) / 100, 2, use_l10n=True, force_grouping=True)


def shown_with_unit(amount: int, unit: Unit) -> str:
    """An amount and its unit: 1 234,50 unités."""
    return f"{shown(amount)} {unit.name if abs(amount) < 200 else unit.plural}"
