"""What stands in the way of a document in the VAT that its seller has set. `docs/explanation/factures.md` has the rule in prose."""

from __future__ import annotations

from maillage.apps.books.choices import VatKey, VatRegime
from maillage.apps.books.models import Invoice
from maillage.cores.einvoicing.values import Problem

BEARS_VAT = frozenset(key for key in VatKey.values if key.startswith("rate.")) | {VatKey.REVERSE}


def regime_problems(invoice: Invoice) -> list[Problem]:
    """The lines that the regime of the seller forbids; those of a credit note repeat its invoice, whatever the regime is now."""
    lines = list(
        invoice.lines.order_by("rank", "pk").values_list(
            "vat_key", "invoice__issuer__invoicing_profile__vat_regime"
        )
    )
    corrected = invoice.refers_to
    if corrected is not None:
        repeated = set(corrected.lines.values_list("vat_key", flat=True))
        faults = ["" if key in repeated else "credit_other_vat" for key, _regime in lines]
    else:
        faults = [_fault(key, regime) for key, regime in lines]
    facts = {"number": corrected.number} if corrected else {}
    return [Problem(code, "lines.vat", number, facts) for number, code in enumerate(faults, start=1) if code]


def _fault(vat_key: str, regime: str | None) -> str:
    """What forbids a line under a regime; nothing when its seller has not set any yet."""
    if regime == VatRegime.STANDARD:
        return "franchise_while_charging" if vat_key == VatKey.FRANCHISE else ""
    return "vat_while_exempt" if regime and vat_key in BEARS_VAT else ""
