"""Who may see and write invoices. What is absent and what is forbidden look alike."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404

from maillage.apps.accounts.access import is_facilitator, is_signed_in
from maillage.apps.books.choices import DocumentKind, DocumentStatus
from maillage.apps.books.models import Invoice, ReceivedInvoice
from maillage.apps.directory.access import can_manage_organization, managed_organization_ids
from maillage.apps.directory.models import Organization


def invoicing_organizations(viewer: object) -> list[Organization]:
    """The organisations that the viewer manages; a facilitator reaches the others by their address."""
    mine = Organization.objects.filter(pk__in=managed_organization_ids(viewer))
    return list(mine.order_by("sort_key", "pk")[:200])


def visible_invoices(viewer: object) -> QuerySet[Invoice]:
    """What the viewer's organisations wrote, and what was issued to them; everything for facilitators."""
    if not is_signed_in(viewer):
        return Invoice.objects.none()
    if is_facilitator(viewer):
        return Invoice.objects.all()
    mine = managed_organization_ids(viewer)
    return Invoice.objects.filter(
        Q(issuer_id__in=mine) | (Q(customer_id__in=mine) & ~Q(status=DocumentStatus.DRAFT))
    )


def visible_received(viewer: object) -> QuerySet[ReceivedInvoice]:
    """The files that the viewer's organisations received; all for facilitators."""
    if not is_signed_in(viewer):
        return ReceivedInvoice.objects.none()
    if is_facilitator(viewer):
        return ReceivedInvoice.objects.all()
    return ReceivedInvoice.objects.filter(receiver_id__in=managed_organization_ids(viewer))


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
    if not can_manage_organization(viewer, invoice.issuer):
        raise Http404
    return invoice


def get_quote_to_answer(viewer: object, pk: int) -> Invoice:
    """A quote, for the side that it is made to."""
    quote = get_invoice_for(viewer, pk)
    if quote.kind != DocumentKind.QUOTE or not can_manage_organization(viewer, quote.customer):
        raise Http404
    return quote


def get_received_for(viewer: object, pk: int) -> ReceivedInvoice:
    found = visible_received(viewer).filter(pk=pk).select_related("receiver", "supplier").first()
    if found is None:
        raise Http404
    return found
