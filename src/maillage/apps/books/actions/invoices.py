"""Writing drafts of quotes, invoices and credit notes, and what goes from one to the next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.office import office_details
from maillage.apps.books.choices import DocumentKind, DocumentStatus
from maillage.apps.books.models import Invoice, InvoiceLine, InvoicingProfile
from maillage.apps.books.queries.contents import DocumentContent, LineContent, draft_document
from maillage.apps.books.queries.fiscal import NotInForceError, law_on
from maillage.apps.directory.models import Organization
from maillage.cores.einvoicing.sums import totals_of
from maillage.kernel.audit.actions import record

KIND = "invoice"


class NotADraftError(Exception):
    """Somebody changes, or removes, what is issued."""

    message = _("It is issued and no longer changes. An invoice is corrected by a credit note.")


class ForbiddenStepError(Exception):
    """A step that the document does not know in its state."""

    def __init__(self, message: Any) -> None:
        super().__init__(message)
        self.message = message


@transaction.atomic
def save_profile(
    *, actor: Person | None, organization: Organization, said: dict[str, Any], now: datetime
) -> InvoicingProfile:
    """What an organisation puts on its invoices from now on; those issued before stay as they are."""
    profile, _made = InvoicingProfile.objects.update_or_create(
        organization=organization, defaults={**said, "updated_at": now}
    )
    record(
        actor=actor,
        verb="invoicing.profile",
        target_kind="organization",
        target_id=organization.pk,
        target_label=organization.name,
        on_behalf_of=organization.name,
        details=office_details(
            actor=actor,
            organization=organization,
            told=_t("%(who)s changed for you what your invoices say of you.") % {"who": actor},
            url=reverse("books:invoicing_settings", args=[organization.pk]),
            now=now,
        ),
        now=now,
    )
    return profile


def create_draft(
    *,
    actor: Person | None,
    kind: str,
    issuer: Organization,
    content: DocumentContent,
    request_key: str,
    now: datetime,
    exchange_key: str = "",
    refers_to: Invoice | None = None,
    quote: Invoice | None = None,
) -> Invoice:
    """A new draft. The same `request_key` twice gives the one that it made first."""
    try:
        with transaction.atomic():
            invoice = Invoice(
                kind=kind,
                issuer=issuer,
                request_key=request_key,
                exchange_key=exchange_key,
                refers_to=refers_to,
                quote=quote,
                created_by=actor,
                created_at=now,
            )
            _write(invoice, content, now)
            journal("invoice.create", invoice, actor, now)
            return invoice
    except IntegrityError:
        made = Invoice.objects.filter(request_key=request_key, issuer=issuer).first()
        if made is None:
            raise
        return made


@transaction.atomic
def update_draft(
    *, actor: Person | None, invoice_id: int, content: DocumentContent, now: datetime
) -> Invoice:
    """Save what a draft says now. Raises NotADraftError."""
    invoice = locked_draft(invoice_id)
    _write(invoice, content, now)
    journal("invoice.update", invoice, actor, now)
    return invoice


@transaction.atomic
def discard_draft(*, actor: Person | None, invoice_id: int, now: datetime) -> None:
    """Remove a draft; no number was taken. Raises NotADraftError."""
    invoice = locked_draft(invoice_id)
    journal("invoice.discard", invoice, actor, now)
    invoice.delete()


@transaction.atomic
def answer_quote(*, actor: Person | None, invoice_id: int, accepts: bool, now: datetime) -> Invoice:
    """The customer's answer. Raises ForbiddenStepError when the quote is answered, or out of date."""
    quote = (
        Invoice.objects.select_for_update(of=("self",))
        .select_related("issuer", "customer")
        .get(pk=invoice_id)
    )
    if quote.kind != DocumentKind.QUOTE or quote.status != DocumentStatus.ISSUED:
        raise ForbiddenStepError(_("This quote has its answer already."))
    if accepts and quote.valid_until is not None and quote.valid_until < timezone.localdate(now):
        raise ForbiddenStepError(_("This quote is out of date: ask for a new one."))
    quote.status = DocumentStatus.ACCEPTED if accepts else DocumentStatus.DECLINED
    quote.updated_at = now
    quote.save(update_fields=["status", "updated_at"])
    journal("quote.accept" if accepts else "quote.decline", quote, actor, now, side=quote.customer)
    return quote


@transaction.atomic
def invoice_quote(*, actor: Person | None, invoice_id: int, now: datetime) -> Invoice:
    """A draft of the invoice that an accepted quote leads to; asked twice, the same. Raises ForbiddenStepError."""
    quote = (
        Invoice.objects.select_for_update(of=("self",))
        .select_related("issuer", "customer")
        .get(pk=invoice_id)
    )
    if quote.kind != DocumentKind.QUOTE or quote.status != DocumentStatus.ACCEPTED:
        raise ForbiddenStepError(_("Only an accepted quote becomes an invoice."))
    return create_draft(
        actor=actor,
        kind=DocumentKind.INVOICE,
        issuer=quote.issuer,
        content=_as_draft(quote),
        request_key=f"quote-{quote.pk}",
        quote=quote,
        now=now,
    )


@transaction.atomic
def credit_invoice(*, actor: Person | None, invoice_id: int, request_key: str, now: datetime) -> Invoice:
    """A draft of a credit note over the whole of an invoice; its lines can be lowered before it is issued.

    Raises ForbiddenStepError when nothing is left to credit.
    """
    invoice = (
        Invoice.objects.select_for_update(of=("self",))
        .select_related("issuer", "customer")
        .get(pk=invoice_id)
    )
    if invoice.kind != DocumentKind.INVOICE or invoice.status != DocumentStatus.ISSUED:
        raise ForbiddenStepError(_("Only an issued invoice is corrected by a credit note."))
    if invoice.credited_cents >= invoice.gross_cents:
        raise ForbiddenStepError(_("This invoice is credited in full already."))
    return create_draft(
        actor=actor,
        kind=DocumentKind.CREDIT_NOTE,
        issuer=invoice.issuer,
        content=_as_draft(invoice),
        request_key=request_key,
        refers_to=invoice,
        now=now,
    )


def locked_draft(invoice_id: int) -> Invoice:
    """The draft, its row locked. Raises NotADraftError."""
    invoice = (
        Invoice.objects.select_for_update(of=("self",))
        .select_related("issuer", "customer", "refers_to")
        .get(pk=invoice_id)
    )
    if not invoice.is_draft:
        raise NotADraftError
    return invoice


OFFICE_VERBS = {
    "invoice.create": gettext_noop("%(who)s prepared for you a draft: %(name)s. Read it, then issue it."),
    "invoice.update": "",
    "invoice.discard": gettext_noop("%(who)s removed a draft of yours: %(name)s."),
    "invoice.issue": gettext_noop("%(who)s issued for you: %(name)s."),
    "invoice.pay": gettext_noop("%(who)s noted for you a payment received: %(name)s."),
    "invoice.unpay": gettext_noop("%(who)s undid for you a payment that was noted: %(name)s."),
    "invoice.refund": gettext_noop("%(who)s noted for you a refund: %(name)s."),
    "invoice.unrefund": gettext_noop("%(who)s undid for you a refund that was noted: %(name)s."),
    "quote.accept": gettext_noop("%(who)s accepted for you: %(name)s."),
    "quote.decline": gettext_noop("%(who)s declined for you: %(name)s."),
}
"""What is traced as done in office mode, and the sentence that tells the organisation; set-offs are not of them."""


def journal(
    verb: str, invoice: Invoice, actor: Person | None, now: datetime, *, side: Organization | None = None
) -> None:
    """One line of the journal, on behalf of the issuer, or of `side`, which is told when a facilitator did it.

    A draft made from an exchange is told by the room that made the exchange; the changes of a draft are not told.
    """
    body = side or invoice.issuer
    details: dict[str, Any] = {}
    if verb in OFFICE_VERBS:
        told = OFFICE_VERBS[verb] if not (verb == "invoice.create" and invoice.exchange_key) else ""
        name = f"{invoice.get_kind_display()} {invoice.number or invoice.subject}"
        details = office_details(
            actor=actor,
            organization=body,
            told=_t(told) % {"who": actor, "name": name} if told else "",
            url=reverse("books:invoice_detail", args=[invoice.pk])
            if verb != "invoice.discard"
            else reverse("books:invoice_list"),
            now=now,
        )
    record(
        actor=actor,
        verb=verb,
        target_kind=KIND,
        target_id=invoice.pk,
        target_label=f"{invoice.number or invoice.subject}",
        on_behalf_of=body.name,
        details=details,
        now=now,
    )


def _write(invoice: Invoice, content: DocumentContent, now: datetime) -> None:
    """The row and its lines. Sums are those of today's law; when it has no answer they wait until it is issued."""
    for name in (
        *("customer_id", "subject", "nature", "payment_means", "delivered_on", "due_on", "valid_until"),
        *("prepaid_cents", "prepaid_on", "buyer_reference", "order_reference", "note"),
    ):
        setattr(invoice, name, getattr(content, name))
    if invoice.refers_to is not None:
        invoice.customer_id = invoice.refers_to.customer_id  # a credit note goes to whom the invoice went
    invoice.updated_at = now
    invoice.net_cents = invoice.vat_cents = invoice.gross_cents = 0
    invoice.save()
    invoice.lines.all().delete()
    InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=invoice, rank=rank, **vars(line))
        for rank, line in enumerate(content.lines, start=1)
    )
    try:
        totals = totals_of(draft_document(invoice, number="", law=law_on(timezone.localdate(now))))
    except NotInForceError:
        return
    if totals.net_cents >= 0 and totals.vat_cents >= 0:
        invoice.net_cents, invoice.vat_cents = totals.net_cents, totals.vat_cents
        invoice.gross_cents = totals.gross_cents
        invoice.save(update_fields=["net_cents", "vat_cents", "gross_cents"])


def _as_draft(issued: Invoice) -> DocumentContent:
    """The content of an issued document, as the beginning of another."""
    return DocumentContent(
        customer_id=issued.customer_id,
        subject=issued.subject,
        nature=issued.nature,
        lines=tuple(
            LineContent(
                name=line.name,
                description=line.description,
                quantity=line.quantity,
                unit=line.unit,
                price=line.price,
                vat_key=line.vat_key,
                discount_cents=line.discount_cents,
                discount_reason=line.discount_reason,
            )
            for line in issued.lines.order_by("rank", "pk")
        ),
        payment_means=issued.payment_means,
        buyer_reference=issued.buyer_reference,
        order_reference=issued.order_reference,
    )
