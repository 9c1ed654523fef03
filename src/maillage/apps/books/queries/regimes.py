"""What stands in the way of a document in the VAT that its seller has set. `docs/explanation/factures.md` has the rule in prose."""

from __future__ import annotations

from maillage.apps.books.choices import VatKey, VatRegime
from maillage.apps.books.models import Invoice
from maillage.apps.books.queries.invoices import profile_of
from maillage.cores.einvoicing.values import Problem

BEARS_VAT = frozenset(key for key in VatKey.values if key.startswith("rate.")) | {VatKey.REVERSE}


def regime_problems(invoice: Invoice) -> list[Problem]:
    """The lines that the regime of the seller forbids; those of a credit note repeat its invoice, whatever the regime is now."""
    facts: dict[str, str] = {}
    if invoice.refers_to is not None:
        code, facts = "credit_other_vat", {"number": invoice.refers_to.number}
        forbidden = frozenset(VatKey.values) - set(_vat_keys(invoice.refers_to))
    elif (profile := profile_of(invoice.issuer)) is None:
        return []
    elif profile.vat_regime == VatRegime.STANDARD:
        code, forbidden = "franchise_while_charging", frozenset({VatKey.FRANCHISE})
    else:
        code, forbidden = "vat_while_exempt", BEARS_VAT
    return [
        Problem(code, "lines.vat", number, facts)
        for number, key in enumerate(_vat_keys(invoice), start=1)
        if key in forbidden
    ]


def _vat_keys(invoice: Invoice) -> list[str]:
    return list(invoice.lines.order_by("rank", "pk").values_list("vat_key", flat=True))
