"""From an exchange in units to the invoice of who provided it: barter is a sale like another, in euros, with its VAT."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.barter.actions.acting import trace
from maillage.apps.barter.choices import Measure, Resource
from maillage.apps.barter.models import Circle, InterviewItem, LoopLeg, TransferSubject
from maillage.apps.barter.queries.acting import Acting
from maillage.apps.books.actions.exchanges import Supply, draft_invoices_for_exchange, price_without_vat
from maillage.apps.books.choices import Unit
from maillage.apps.books.models import Invoice
from maillage.apps.exchange.choices import Kind
from maillage.apps.ledger.actions.moving import lock_accounts
from maillage.apps.ledger.choices import Nature, State
from maillage.apps.ledger.models import Transfer
from maillage.cores.einvoicing.sums import cents_of

GOODS = (Kind.GOODS, Kind.PRODUCT)
"""What is handed over for good; the rest is lent, done or shown, which are services."""
SERVICES = (Resource.TICKETS, Resource.DISCOUNTS)
"""What an interview found, that is a service although its kind is a product."""
UNITS = {
    Measure.HOUR: Unit.HOUR,
    Measure.DAY: Unit.DAY,
    Measure.KG: Unit.KILOGRAM,
    Measure.PIECE: Unit.PIECE,
}
"""Measures that an invoice has a unit for; it says the others in words."""


CENTS_PARTS = Decimal("0.0001")
"""A price has four decimals at most."""


class NotInvoicedError(Exception):
    message = gettext_lazy(
        "Only an exchange that is done, was not reversed and pays no invoice is invoiced, by who provided it."
    )


def _key_of(transfer: Transfer) -> str:
    return f"transfer-{transfer.pk}"


def invoice_of(transfer: Transfer) -> Invoice | None:
    """The invoice that was prepared from an exchange, if any."""
    key = f"{_key_of(transfer)}-{transfer.payer.owner_id}"
    return Invoice.objects.filter(issuer=transfer.payee.owner_id, exchange_key=key).first()


@dataclass(frozen=True)
class Counted:
    """How many of what were provided, at what price each. `words` say what the unit of an invoice does not."""

    quantity: Decimal
    price: Decimal
    unit: str = Unit.PIECE
    words: str = ""


def _counted(leg: LoopLeg | None, price: Decimal) -> Counted:
    """What a loop counted, as an invoice must say it; one thing where nobody counted, or where parts would not make the price."""
    if leg is None or not leg.measure:
        return Counted(Decimal(1), price)
    quantity = Decimal(leg.quantity)
    each = (price / quantity).quantize(CENTS_PARTS)
    if cents_of(each * quantity) != cents_of(price):
        return Counted(Decimal(1), price, words=leg.quantity_words)
    unit = UNITS.get(Measure(leg.measure))
    return Counted(quantity, each, unit or Unit.PIECE, words="" if unit else leg.quantity_words)


def _nature(subject: TransferSubject | None) -> str:
    if subject is None or subject.category not in GOODS:
        return "services"
    asked = InterviewItem.objects.filter(listing=subject.listing_id, resource__in=SERVICES)
    return "services" if subject.listing_id and asked.exists() else "goods"


@transaction.atomic
def draft_invoice(*, acting: Acting, circle: Circle, transfer_id: int, now: datetime) -> Invoice:
    """A draft of what `acting` provided by an exchange, already settled by it; asked again, the same draft.

    One unit is one euro, VAT included; what was agreed in euros beside the units is sold too, and left to pay. Both
    accounts are locked, as they are when the exchange is reversed: of two clicks at once the second finds the draft of
    the first, and nothing is invoiced while it is given back. Raises NotInvoicedError.
    """
    found = Transfer.objects.select_related("payer__owner", "payee__owner").get(pk=transfer_id)
    lock_accounts((found.payer_id, found.payee_id))
    seller, buyer = found.payee.owner, found.payer.owner
    done = found.state == State.POSTED and found.nature == Nature.TRADE and not found.reversals.exists()
    done = done and not found.reference
    if not done or seller is None or buyer is None or seller.pk != acting.organization.pk:
        raise NotInvoicedError
    assert found.posted_at is not None, "what is posted has its day"
    day = timezone.localdate(found.posted_at)
    subject = TransferSubject.objects.filter(transfer=found).select_related("listing").first()
    listing = subject.listing if subject else None
    label = found.label or (
        listing.title if listing else _("Exchange number %(number)d") % {"number": found.pk}
    )
    is_new = invoice_of(found) is None
    price = price_without_vat(seller.pk, found.posted_amount + found.soulte_cents, day)
    counted = _counted(LoopLeg.objects.filter(transfer=found).first(), price)
    [draft] = draft_invoices_for_exchange(
        actor=acting.person,
        supplies=[
            Supply(
                seller=seller,
                buyer=buyer,
                name=label[:200],
                quantity=counted.quantity,
                price=counted.price,
                unit=counted.unit,
                description=counted.words,
                nature=_nature(subject),
            )
        ],
        subject=_("Exchange in the circle “%(circle)s”") % {"circle": circle.name},
        exchange_key=_key_of(found),
        delivered_on=day,
        left_cents=found.soulte_cents,
        now=now,
    )
    if is_new:
        trace(
            acting,
            verb="credit.invoice",
            target_kind="transfer",
            target_id=found.pk,
            target_label=label[:120],
            told=_(
                "%(who)s prepared for you the invoice of the exchange “%(label)s”: read it, then issue it."
            )
            % {"who": acting.person, "label": label},
            url=reverse("books:invoice_check", args=[draft.pk]),
            now=now,
        )
    return draft
