"""The sums of a document by the rounding rules of EN 16931: each line, then each VAT group, is rounded once.

Half a cent is rounded away from zero (BR-CO-17 and the calculation rules of EN 16931-1, annex on rounding).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from maillage.cores.einvoicing.values import Category, Invoice, Line, Totals, Vat, VatLine


def cents_of(euros: Decimal) -> int:
    """Euros in whole cents, half a cent away from zero."""
    return int((euros * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def euros_of(cents: int) -> Decimal:
    """Cents as euros with two decimals, exactly."""
    return Decimal(cents).scaleb(-2)


def line_cents(line: Line) -> int:
    """The net amount of a line (BT-131): quantity × price, rounded, less its discount."""
    return cents_of(line.quantity * line.price) - line.discount_cents


def totals_of(document: Invoice) -> Totals:
    """All sums of a document. VAT is counted once for each category and rate, never line by line."""
    bases: dict[tuple[Category, Decimal], int] = {}
    vats: dict[tuple[Category, Decimal], Vat] = {}
    for line in document.lines:
        _add(bases, vats, line.vat, line_cents(line))
    for allowance in document.allowances:
        _add(bases, vats, allowance.vat, -allowance.amount_cents)
    breakdown = tuple(
        VatLine(vats[key], base, cents_of(euros_of(base) * key[1] / 100))
        for key, base in sorted(bases.items(), key=lambda item: (-item[0][1], item[0][0]))
    )
    lines_cents = sum(line_cents(line) for line in document.lines)
    allowances_cents = sum(allowance.amount_cents for allowance in document.allowances)
    net_cents = lines_cents - allowances_cents
    vat_cents = sum(part.vat_cents for part in breakdown)
    prepaid_cents = document.payment.prepaid_cents
    return Totals(
        lines_cents=lines_cents,
        allowances_cents=allowances_cents,
        net_cents=net_cents,
        vat_cents=vat_cents,
        gross_cents=net_cents + vat_cents,
        prepaid_cents=prepaid_cents,
        due_cents=net_cents + vat_cents - prepaid_cents,
        breakdown=breakdown,
    )


def framework_of(document: Invoice) -> str:
    """The invoicing framework (BT-23): B goods, S services, M both; 2 when wholly paid or set off already, else 1."""
    letter = {"goods": "B", "services": "S", "mixed": "M"}[document.nature]
    totals = totals_of(document)
    return f"{letter}{2 if totals.prepaid_cents and totals.due_cents == 0 else 1}"


def _add(
    bases: dict[tuple[Category, Decimal], int],
    vats: dict[tuple[Category, Decimal], Vat],
    vat: Vat,
    amount_cents: int,
) -> None:
    """One group for each category and rate; its reason is that of the first line that gives one."""
    key = (vat.category, vat.rate.normalize())
    bases[key] = bases.get(key, 0) + amount_cents
    if key not in vats or not vats[key].reason:
        vats[key] = vat
