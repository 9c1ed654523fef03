"""Who may see and write invoices and accounts. What is absent and what is forbidden look alike."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import Http404

from maillage.apps.accounts.access import is_facilitator, is_signed_in
from maillage.apps.books.choices import DocumentKind, DocumentStatus
from maillage.apps.books.models import Books, Invoice, ReceivedInvoice
from maillage.apps.directory.access import can_handle_money, money_organization_ids
from maillage.apps.directory.models import Organization


@dataclass(frozen=True)
class Desk:
    """The accounts of an organisation before somebody. `books` None: it keeps none here yet.

    `in_office`: a facilitator, who writes in the place of those who handle its money, and closes nothing.
    """

    organization: Organization
    books: Books | None
    in_office: bool


def get_desk_for(viewer: object, organization_id: int) -> Desk:
    """For who handles the money of the organisation, and for facilitators in office mode. Raises Http404 for others."""
    organization = Organization.objects.filter(pk=organization_id).first()
    handles = organization_id in money_organization_ids(viewer)
    if organization is None or not (handles or is_facilitator(viewer)):
        raise Http404
    books = Books.objects.filter(organization=organization).select_related("organization").first()
    return Desk(organization, books, in_office=not handles)


def get_books_for(viewer: object, organization_id: int, *, to_close: bool = False) -> tuple[Desk, Books]:
    """As `get_desk_for`, for accounts that are open, and for those who may close them when `to_close`."""
    desk = get_desk_for(viewer, organization_id)
    if desk.books is None or (to_close and desk.in_office):
        raise Http404
    return desk, desk.books


def organizations_with_accounts(viewer: object) -> list[tuple[Organization, bool]]:
    """The organisations whose money the viewer handles, and whether each keeps its accounts here."""
    mine = Organization.objects.filter(pk__in=money_organization_ids(viewer)).order_by("sort_key", "pk")
    keeping = set(Books.objects.filter(organization__in=mine).values_list("organization_id", flat=True))
    return [(each, each.pk in keeping) for each in mine]


def invoicing_organizations(viewer: object) -> list[Organization]:
    """The organisations whose money the viewer handles; a facilitator reaches the others by their address."""
    mine = Organization.objects.filter(pk__in=money_organization_ids(viewer))
    return list(mine.order_by("sort_key", "pk")[:200])


def visible_invoices(viewer: object) -> QuerySet[Invoice]:
    """What the viewer's organisations wrote, and what was issued to them; everything for facilitators."""
    if not is_signed_in(viewer):
        return Invoice.objects.none()
    if is_facilitator(viewer):
        return Invoice.objects.all()
    mine = money_organization_ids(viewer)
    return Invoice.objects.filter(
        Q(issuer_id__in=mine) | (Q(customer_id__in=mine) & ~Q(status=DocumentStatus.DRAFT))
    )


def visible_received(viewer: object) -> QuerySet[ReceivedInvoice]:
    """The files that the viewer's organisations received; all for facilitators."""
    if not is_signed_in(viewer):
        return ReceivedInvoice.objects.none()
    if is_facilitator(viewer):
        return ReceivedInvoice.objects.all()
    return ReceivedInvoice.objects.filter(receiver_id__in=money_organization_ids(viewer))


def get_invoice_for(viewer: object, pk: int) -> Invoice:
    """Raises Http404 when the viewer is on neither side, or a customer before it is issued."""
    found = visible_invoices(viewer).filter(pk=pk)
    invoice = found.select_related("issuer", "customer", "refers_to", "quote").first()
    if invoice is None:
        raise Http404
    return invoice


def get_invoice_to_manage(viewer: object, pk: int) -> Invoice:
    """As `get_invoice_for`, for the side that issues."""
    invoice = get_invoice_for(viewer, pk)
    if not can_handle_money(viewer, invoice.issuer):
        raise Http404
    return invoice


def get_quote_to_answer(viewer: object, pk: int) -> Invoice:
    """A quote, for the side that it is made to."""
    quote = get_invoice_for(viewer, pk)
    if quote.kind != DocumentKind.QUOTE or not can_handle_money(viewer, quote.customer):
        raise Http404
    return quote


def get_received_for(viewer: object, pk: int) -> ReceivedInvoice:
    found = (
        visible_received(viewer)
        .filter(pk=pk)
        .select_related("receiver", "supplier", "purchase__journal")
        .first()
    )
    if found is None:
        raise Http404
    return found
