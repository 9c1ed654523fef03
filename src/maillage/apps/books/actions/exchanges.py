"""A barter is a double sale: one draft of an invoice for each side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.invoices import create_draft
from maillage.apps.books.choices import REGIME_VAT, DocumentKind, PaymentMeans, Unit, VatRegime
from maillage.apps.books.models import Invoice, InvoicingProfile
from maillage.apps.books.queries.contents import DocumentContent, LineContent
from maillage.apps.books.queries.fiscal import law_on
from maillage.apps.directory.models import Organization
from maillage.cores.einvoicing.sums import cents_of, euros_of


@dataclass(frozen=True)
class Supply:
    """What one side gave the other. `price`: euros without VAT for one unit.

    `vat_key` empty: as the seller's invoicing settings say.
    """

    seller: Organization
    buyer: Organization
    name: str
    quantity: Decimal
    price: Decimal
    nature: str
    unit: str = Unit.PIECE
    vat_key: str = ""
    description: str = ""


@transaction.atomic
def draft_invoices_for_exchange(
    *,
    actor: Person | None,
    supplies: Sequence[Supply],
    subject: str,
    exchange_key: str,
    delivered_on: date,
    left_cents: int | None = None,
    now: datetime,
) -> list[Invoice]:
    """A draft for each pair of seller and buyer among `supplies`, paid by set-off, all under `exchange_key`.

    `left_cents`: what is still to be paid in money, the rest having been paid in mutual credit on the day of delivery;
    None when nothing was paid.

    The same key twice gives the drafts that it made first. Nothing is issued: each side looks at its own and issues it.
    """
    sides: dict[tuple[int, int], list[Supply]] = {}
    for supply in supplies:
        sides.setdefault((supply.seller.pk, supply.buyer.pk), []).append(supply)
    drafts = []
    for (seller_id, buyer_id), given in sorted(sides.items()):
        usual = _usual_vat(seller_id)
        natures = {supply.nature for supply in given}
        content = DocumentContent(
            customer_id=buyer_id,
            subject=subject,
            nature=natures.pop() if len(natures) == 1 else "mixed",
            lines=tuple(
                LineContent(
                    name=supply.name,
                    description=supply.description,
                    quantity=supply.quantity,
                    price=supply.price,
                    unit=supply.unit,
                    vat_key=supply.vat_key or usual,
                )
                for supply in given
            ),
            payment_means=PaymentMeans.COMPENSATION,
            delivered_on=delivered_on,
        )
        if left_cents is not None:
            paid_cents = max(0, _gross_cents(content.lines, delivered_on) - left_cents)
            content = replace(content, prepaid_cents=paid_cents, prepaid_on=delivered_on)
        drafts.append(
            create_draft(
                actor=actor,
                kind=DocumentKind.INVOICE,
                issuer=given[0].seller,
                content=content,
                request_key=f"exchange-{exchange_key}-{seller_id}-{buyer_id}",
                exchange_key=f"{exchange_key}-{buyer_id}",
                now=now,
            )
        )
    return drafts


def price_without_vat(seller_id: int, gross_cents: int, day: date) -> Decimal:
    """Euros without VAT, at the usual rate of the seller on that day, of an amount that includes it; to the cent."""
    vat = law_on(day).vat(_usual_vat(seller_id))
    return euros_of(cents_of(euros_of(gross_cents) / (1 + vat.rate / 100)))


def _gross_cents(lines: Sequence[LineContent], day: date) -> int:
    """What lines come to with VAT, each rate rounded once."""
    law = law_on(day)
    bases: dict[str, int] = {}
    for line in lines:
        net_cents = cents_of(line.quantity * line.price) - line.discount_cents
        bases[line.vat_key] = bases.get(line.vat_key, 0) + net_cents
    return sum(
        base + cents_of(euros_of(base) * law.vat(vat_key).rate / 100) for vat_key, base in bases.items()
    )


def _usual_vat(seller_id: int) -> str:
    profile = InvoicingProfile.objects.filter(organization=seller_id).first()
    return REGIME_VAT[profile.vat_regime if profile else VatRegime.STANDARD]
