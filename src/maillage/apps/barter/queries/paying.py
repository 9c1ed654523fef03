"""What may be paid in units: invoices of members of a circle, and their needs and offers.

The rule is in `docs/explanation/credit-mutuel.md`, « Régler une facture en unités ».
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from maillage.apps.barter.models import CircleMember
from maillage.apps.books.choices import DocumentKind, PaymentMeans
from maillage.apps.books.models import Invoice, ReceivedInvoice
from maillage.apps.directory.choices import CarrierRole
from maillage.apps.directory.models import InitiativeCarrier
from maillage.apps.exchange.models import Listing
from maillage.apps.ledger.choices import PAYS, RECEIVES, State
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.models.transfers import WAITING

SHOWN_MAX = 20


def invoice_paid_by(transfer: Transfer) -> Invoice | None:
    """The invoice, issued here by who is paid to who pays, whose number the transfer bears; for a reversal too."""
    if not transfer.reference:
        return None
    seller, buyer = transfer.payee, transfer.payer
    if transfer.reverses_id is not None:
        seller, buyer = buyer, seller
    return Invoice.objects.filter(
        issuer=seller.owner_id,
        customer=buyer.owner_id,
        number=transfer.reference,
        kind=DocumentKind.INVOICE,
    ).first()


def waiting_cents(invoice: Invoice) -> int:
    """What is asked for or reserved to pay an invoice, and has not moved yet."""
    rows = transfers_of_invoice(invoice).filter(state__in=WAITING)
    return int(rows.aggregate(total=Sum("amount", default=0))["total"])


def payable_cents(invoice: Invoice) -> int:
    """What may still be paid in units: what is left, less what is asked for or reserved already."""
    return max(0, invoice.remaining_cents - waiting_cents(invoice))


def may_be_paid(invoice: Invoice, *, way: str) -> bool:
    """Whether units settle it: when it says that it is settled by set-off, or when who issued it asks for them."""
    return way == "provided" or invoice.payment_means == PaymentMeans.COMPENSATION


def payable_invoices(
    account: Account, partners: Collection[Account], *, way: str, settled_too: bool = False
) -> list[Invoice]:
    """The invoices between an account and others that units may settle, the oldest first.

    `settled_too`: those of which nothing is left as well, for who asks again what was already done.
    """
    others = [each.owner_id for each in partners]
    known = (
        Invoice.objects.issued().filter(kind=DocumentKind.INVOICE) if settled_too else Invoice.objects.owed()
    )
    if way == "provided":
        rows = known.filter(issuer=account.owner_id, customer__in=others)
    else:
        rows = known.filter(customer=account.owner_id, issuer__in=others)
    found = rows.select_related("issuer", "customer").order_by("issued_on", "pk")
    return [each for each in found if may_be_paid(each, way=way)]


@dataclass(frozen=True)
class Pair:
    """Two accounts of one circle: whose viewer would act (`mine`), and the other side's."""

    mine: Account
    other: Account

    @property
    def circle_id(self) -> int:
        found: int = self.mine.unit.circle_credit.circle_id
        return found


def organizations_behind(listing: Listing) -> set[int]:
    """Who provides an offer or asks for a need: its organisation, or those that carry its project; none for a person."""
    if listing.organization_id is not None:
        return {listing.organization_id}
    carriers = InitiativeCarrier.objects.filter(initiative=listing.initiative_id, role=CarrierRole.CARRIER)
    return set(carriers.exclude(organization=None).values_list("organization_id", flat=True))


def pairs_of(mine: Iterable[int], theirs: Collection[int], *, paying: bool) -> list[Pair]:
    """The accounts that organisations `mine` have beside `theirs` in one circle, able to pay them (or be paid by them)."""
    sides = (PAYS, RECEIVES) if paying else (RECEIVES, PAYS)
    rows = Account.objects.of_members().filter(unit__circle_credit__isnull=False)
    rows = rows.filter(
        Q(owner_id__in=theirs, status__in=sides[1])
        | (Q(owner_id__in=set(mine).difference(theirs)) & Q(status__in=sides[0]))
    )
    found = list(
        rows.select_related("owner", "unit__circle_credit__circle").order_by(
            "unit__circle_credit__circle__sort_key", "owner__sort_key", "pk"
        )
    )
    others = [each for each in found if each.owner_id in theirs]
    return [
        Pair(each, other)
        for each in found
        if each.owner_id not in theirs
        for other in others
        if other.unit_id == each.unit_id
    ]


def transfers_of_invoice(invoice: Invoice) -> QuerySet[Transfer]:
    """What pays, or was to pay, an invoice in units, the newest first; reversals too."""
    sides = Q(payee__owner=invoice.issuer_id, payer__owner=invoice.customer_id)
    sides |= Q(payee__owner=invoice.customer_id, payer__owner=invoice.issuer_id, reverses__isnull=False)
    return _shown(Transfer.objects.filter(sides, reference=invoice.number).exclude(reference=""))


def transfers_of_listing(listing: Listing, owners: Collection[int] | None) -> QuerySet[Transfer]:
    """The exchanges that answer a need or an offer, on the accounts of `owners`; all of them when None."""
    rows = Transfer.objects.filter(subject__listing=listing).exclude(state__in=(State.VOIDED, State.EXPIRED))
    if owners is not None:
        rows = rows.filter(Q(payer__owner_id__in=owners) | Q(payee__owner_id__in=owners))
    return _shown(rows)


def _shown(rows: QuerySet[Transfer]) -> QuerySet[Transfer]:
    rows = rows.filter(unit__circle_credit__isnull=False)
    return rows.select_related("unit__circle_credit", "payer__owner", "payee__owner").order_by("-pk")


def owed_invoice(account: Account, pk: int, *, way: str) -> Invoice | None:
    """The invoice of that number of key, if its own side of it is the account's and something is left of it."""
    mine = Q(issuer=account.owner_id) if way == "provided" else Q(customer=account.owner_id)
    return Invoice.objects.owed().filter(mine, pk=pk).first()


def memberships_to_pay(received: ReceivedInvoice) -> QuerySet[CircleMember]:
    """Who received an invoice, in the circles to which its supplier belongs as well, by the name of the circle."""
    members = CircleMember.objects.active().filter(organization=received.receiver_id)
    with_both = members.filter(
        circle__members__in=CircleMember.objects.active().filter(organization=received.supplier_id)
    )
    return with_both.select_related("circle").order_by("circle__sort_key", "pk")
