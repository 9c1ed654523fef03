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
from maillage.apps.books.queries.received import owed_files
from maillage.apps.directory.choices import CarrierRole
from maillage.apps.directory.models import InitiativeCarrier, Organization
from maillage.apps.exchange.models import Listing
from maillage.apps.ledger.choices import PAYS, RECEIVES, State
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.models.transfers import WAITING
from maillage.cores.einvoicing.storing import from_json

SHOWN_MAX = 20


Payable = Invoice | ReceivedInvoice
"""An invoice that units may settle: issued here, or come as a file from a member that issues elsewhere."""

OF_A_FILE = "r"


def key_of(invoice: Payable) -> str:
    """How forms and addresses name it: 12, or r12 for one that came as a file."""
    return f"{OF_A_FILE}{invoice.pk}" if isinstance(invoice, ReceivedInvoice) else str(invoice.pk)


def seller_of(invoice: Payable) -> Organization:
    if isinstance(invoice, Invoice):
        return invoice.issuer
    assert invoice.supplier is not None, "who has no fiche is paid nothing here"
    return invoice.supplier


def buyer_of(invoice: Payable) -> Organization:
    return invoice.customer if isinstance(invoice, Invoice) else invoice.receiver


def sides_of(invoice: Payable) -> tuple[int | None, int]:
    """The keys of who sold and who bought."""
    if isinstance(invoice, Invoice):
        return invoice.issuer_id, invoice.customer_id
    return invoice.supplier_id, invoice.receiver_id


def invoice_paid_by(transfer: Transfer) -> Payable | None:
    """The invoice of who is paid to who pays, whose number the transfer bears; for a reversal too.

    The one that was issued here goes before the same that came as a file.
    """
    if not transfer.reference:
        return None
    seller, buyer = transfer.payee, transfer.payer
    if transfer.reverses_id is not None:
        seller, buyer = buyer, seller
    issued = Invoice.objects.filter(
        issuer=seller.owner_id,
        customer=buyer.owner_id,
        number=transfer.reference,
        kind=DocumentKind.INVOICE,
    ).first()
    if issued is not None:
        return issued
    files = ReceivedInvoice.objects.filter(
        supplier=seller.owner_id,
        receiver=buyer.owner_id,
        number=transfer.reference,
        kind=DocumentKind.INVOICE,
    )
    return files.order_by("pk").first()


def waiting_cents(invoice: Payable) -> int:
    """What is asked for or reserved to pay an invoice, and has not moved yet."""
    rows = transfers_of_invoice(invoice).filter(state__in=WAITING)
    return int(rows.aggregate(total=Sum("amount", default=0))["total"])


def payable_cents(invoice: Payable) -> int:
    """What may still be paid in units: what is left, less what is asked for or reserved already."""
    return max(0, invoice.remaining_cents - waiting_cents(invoice))


def may_be_paid(invoice: Payable, *, way: str) -> bool:
    """Whether units settle it: when it says that it is settled by set-off, or when who sold asks for them."""
    return way == "provided" or means_of(invoice) == PaymentMeans.COMPENSATION


def means_of(invoice: Payable) -> str:
    """How it says that it is to be paid, as PaymentMeans has it."""
    if isinstance(invoice, Invoice):
        return invoice.payment_means
    return from_json(invoice.content).payment.means


def payable_invoices(
    account: Account, partners: Collection[Account], *, way: str, settled_too: bool = False
) -> list[Payable]:
    """The invoices between an account and others that units may settle, the oldest first.

    `settled_too`: those of which nothing is left as well, for who asks again what was already done.
    """
    others = [each.owner_id for each in partners]
    known = (
        Invoice.objects.issued().filter(kind=DocumentKind.INVOICE) if settled_too else Invoice.objects.owed()
    )
    files = owed_files(settled_too=settled_too)
    if way == "provided":
        rows = known.filter(issuer=account.owner_id, customer__in=others)
        files = files.filter(supplier=account.owner_id, receiver__in=others)
    else:
        rows = known.filter(customer=account.owner_id, issuer__in=others)
        files = files.filter(receiver=account.owner_id, supplier__in=others)
    issued = rows.select_related("issuer", "customer").order_by("issued_on", "pk")
    found: list[Payable] = sorted([*issued, *files], key=lambda each: str(each.issued_on))
    return [each for each in found if may_be_paid(each, way=way)]


def payable_invoice(account: Account, key: str, *, way: str) -> Payable | None:
    """The one that an address names, if something is left of it and the account is on that side of it."""
    number = key.removeprefix(OF_A_FILE)
    if not (number.isdecimal() and number.isascii() and len(number) < 18):
        return None
    mine: Payable | None
    if key.startswith(OF_A_FILE):
        mine = owed_files().filter(pk=int(number)).first()
    else:
        mine = Invoice.objects.owed().filter(pk=int(number)).first()
    side = 0 if way == "provided" else 1
    return mine if mine is not None and sides_of(mine)[side] == account.owner_id else None


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


def transfers_of_invoice(invoice: Payable) -> QuerySet[Transfer]:
    """What pays, or was to pay, an invoice in units, the newest first; reversals too."""
    seller, buyer = sides_of(invoice)
    if seller is None:
        return Transfer.objects.none()
    sides = Q(payee__owner=seller, payer__owner=buyer)
    sides |= Q(payee__owner=buyer, payer__owner=seller, reverses__isnull=False)
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


def memberships_to_pay(received: ReceivedInvoice) -> QuerySet[CircleMember]:
    """Who received an invoice, in the circles to which its supplier belongs as well, by the name of the circle."""
    members = CircleMember.objects.active().filter(organization=received.receiver_id)
    with_both = members.filter(
        circle__members__in=CircleMember.objects.active().filter(organization=received.supplier_id)
    )
    return with_both.select_related("circle").order_by("circle__sort_key", "pk")
