"""Clears debts together: the greatest multilateral set-off, with the proof that none is greater.

The rules are in prose in `docs/explanation/compensation.md`, with the worked example that the tests run.
"""

from maillage.cores.clearing.checking import check, check_setoff
from maillage.cores.clearing.solving import clear
from maillage.cores.clearing.values import (
    AMOUNT_CENTS_MAX,
    UNDATED,
    Certificate,
    Clearing,
    Debt,
    DebtTable,
    Fault,
    Limit,
    Refusal,
    table_of,
)

__all__ = [
    "AMOUNT_CENTS_MAX",
    "UNDATED",
    "Certificate",
    "Clearing",
    "Debt",
    "DebtTable",
    "Fault",
    "Limit",
    "Refusal",
    "check",
    "check_setoff",
    "clear",
    "table_of",
]
