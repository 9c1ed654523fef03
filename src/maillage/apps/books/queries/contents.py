"""From rows to values: what a draft says, what it would be as a document today, and what an issued one was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from maillage.apps.books.choices import DocumentKind, PaymentMeans
from maillage.apps.books.models import Invoice, InvoiceLine, InvoicingProfile
from maillage.apps.books.queries.fiscal import FiscalLaw
from maillage.apps.books.queries.wording import euros
from maillage.apps.directory.models import Organization
from maillage.cores.einvoicing import values
from maillage.cores.einvoicing.storing import from_json
from maillage.cores.einvoicing.sums import totals_of

QUOTE_DAYS = 30


@dataclass(frozen=True)
class LineContent:
    """A line as it is typed. `vat_key`: a key of the fiscal settings."""

    name: str
    quantity: Decimal
    price: Decimal
    vat_key: str
    unit: str = "C62"
    description: str = ""
    discount_cents: int = 0
    discount_reason: str = ""


@dataclass(frozen=True)
class DocumentContent:
    """What a person says of a document. Dates left out are counted when it is issued."""

    customer_id: int
    subject: str
    nature: str
    lines: tuple[LineContent, ...]
    payment_means: str = PaymentMeans.COMPENSATION
    delivered_on: date | None = None
    due_on: date | None = None
    valid_until: date | None = None
    prepaid_cents: int = 0
    prepaid_on: date | None = None
    buyer_reference: str = ""
    order_reference: str = ""
    note: str = ""


def draft_content(invoice: Invoice) -> DocumentContent:
    """What a draft says now."""
    return DocumentContent(
        customer_id=invoice.customer_id,
        subject=invoice.subject,
        nature=invoice.nature,
        lines=tuple(_line_content(line) for line in invoice.lines.order_by("rank", "pk")),
        payment_means=invoice.payment_means,
        delivered_on=invoice.delivered_on,
        due_on=invoice.due_on,
        valid_until=invoice.valid_until,
        prepaid_cents=invoice.prepaid_cents,
        prepaid_on=invoice.prepaid_on,
        buyer_reference=invoice.buyer_reference,
        order_reference=invoice.order_reference,
        note=invoice.note,
    )


def _line_content(line: InvoiceLine) -> LineContent:
    return LineContent(
        name=line.name,
        quantity=line.quantity,
        price=line.price,
        vat_key=line.vat_key,
        unit=line.unit,
        description=line.description,
        discount_cents=line.discount_cents,
        discount_reason=line.discount_reason,
    )


def issued_document(invoice: Invoice) -> values.Invoice:
    """What was issued, as it was. Only for a document that is no draft."""
    assert invoice.content is not None
    return from_json(invoice.content)


def draft_document(invoice: Invoice, *, number: str, law: FiscalLaw) -> values.Invoice:
    """What a draft would be, issued on `law.day` under `number`. Raises NotInForceError.

    What is missing in profiles is left empty: the checks of the core name it.
    """
    issued_on = law.day
    profiles = InvoicingProfile.objects.in_bulk(
        [invoice.issuer_id, invoice.customer_id], field_name="organization_id"
    )
    profile = profiles.get(invoice.issuer_id)
    is_credit = invoice.kind == DocumentKind.CREDIT_NOTE
    taxed = _taxed(invoice.refers_to) if is_credit else {}
    on_debits = bool(profile and profile.on_debits)
    if is_credit and invoice.refers_to is not None:
        on_debits = issued_document(invoice.refers_to).on_debits
    lines = tuple(
        _line(line, taxed.get(line.vat_key) or law.vat(line.vat_key))
        for line in invoice.lines.order_by("rank", "pk")
    )
    said: dict[str, Any] = {
        "number": number,
        "issued_on": issued_on,
        "seller": party_of(invoice.issuer, profile),
        "buyer": party_of(invoice.customer, profiles.get(invoice.customer_id)),
        "lines": lines,
        "nature": invoice.nature,
        "delivered_on": invoice.delivered_on or issued_on,
        "on_debits": on_debits,
        "buyer_reference": invoice.buyer_reference,
        "order_reference": invoice.order_reference,
    }
    if invoice.kind == DocumentKind.QUOTE:
        until = invoice.valid_until or issued_on + timedelta(days=QUOTE_DAYS)
        return values.Quote(
            **{**said, "delivered_on": None},
            payment=values.Payment(invoice.payment_means, information=_means_words(invoice, law)),
            notes=_free_notes(invoice),
            valid_until=until,
        )
    said["notes"] = (
        *_wanted_notes(profile, law),
        *_operation_notes(invoice, law, on_debits=on_debits),
        *_free_notes(invoice),
    )
    draft = values.Invoice(**said, payment=values.Payment(invoice.payment_means))
    payment = _payment(invoice, profile, law, totals_of(draft).gross_cents)
    if invoice.kind == DocumentKind.INVOICE:
        return values.Invoice(**said, payment=payment)
    corrected = invoice.refers_to
    assert corrected is not None and corrected.issued_on is not None
    if not said["seller"].vat_number:
        then = issued_document(corrected).seller.vat_number
        said["seller"] = replace(said["seller"], vat_number=then)
    reference = values.Reference(corrected.number, corrected.issued_on)
    return values.CreditNote(**said, payment=payment, refers_to=(reference,))


def party_of(organization: Organization, profile: InvoicingProfile | None) -> values.Party:
    """An organisation on a document: by its invoicing settings, or by its fiche as long as it has none."""
    if profile is None:
        return values.Party(
            name=organization.name,
            siren=organization.siren or organization.siret[:9],
            siret=organization.siret,
            address=values.Address(organization.address, organization.postal_code, organization.city),
        )
    same_name = profile.legal_name.casefold() == organization.name.casefold()
    return values.Party(
        name=profile.legal_name,
        trading_name="" if same_name else organization.name,
        siren=profile.siren,
        siret=profile.siret,
        vat_number=profile.vat_number,
        legal_info=profile.legal_info,
        email=profile.email,
        phone=profile.phone,
        address=values.Address(
            line=profile.address_line,
            line_two=profile.address_line_two,
            postal_code=profile.postal_code,
            city=profile.city,
        ),
    )


def _taxed(issued: Invoice | None) -> dict[str, values.Vat]:
    """How the lines of an issued invoice were taxed, by their key: a credit note repeats it, whatever the law is now."""
    assert issued is not None
    keys = issued.lines.order_by("rank", "pk").values_list("vat_key", flat=True)
    return dict(zip(keys, (line.vat for line in issued_document(issued).lines), strict=True))


def _line(line: InvoiceLine, vat: values.Vat) -> values.Line:
    return values.Line(
        name=line.name,
        description=line.description,
        quantity=line.quantity.normalize(),
        price=line.price.normalize(),
        unit=line.unit,
        vat=vat,
        discount_cents=line.discount_cents,
        discount_reason=line.discount_reason,
    )


def _payment(
    invoice: Invoice, profile: InvoicingProfile | None, law: FiscalLaw, gross_cents: int
) -> values.Payment:
    """The due date is that of the set-off when nothing is left to pay."""
    prepaid = invoice.prepaid_cents
    wholly = prepaid and prepaid == gross_cents
    days = profile.payment_days if profile else 0
    due_on = (invoice.prepaid_on or law.day) if wholly else (invoice.due_on or law.day + timedelta(days=days))
    return values.Payment(
        means=invoice.payment_means,
        due_on=due_on,
        prepaid_cents=prepaid,
        prepaid_on=invoice.prepaid_on if prepaid else None,
        information=_means_words(invoice, law),
        terms=_terms(invoice, due_on, bool(wholly), prepaid, law),
        iban=profile.iban if profile and invoice.payment_means == PaymentMeans.TRANSFER else "",
        account_name=profile.legal_name if profile else "",
    )


def _means_words(invoice: Invoice, law: FiscalLaw) -> str:
    if invoice.payment_means == PaymentMeans.COMPENSATION:
        return law.text("note.compensation")
    return str(PaymentMeans(invoice.payment_means).label)


def _terms(invoice: Invoice, due_on: date, wholly: bool, prepaid_cents: int, law: FiscalLaw) -> str:
    facts = {
        "amount": euros(prepaid_cents),
        "date": date_format(invoice.prepaid_on or law.day, "j F Y"),
        "due": date_format(due_on, "j F Y"),
    }
    if invoice.kind == DocumentKind.CREDIT_NOTE:
        return _("To be taken off what is owed, or given back: nothing is to be paid.")
    if wholly:
        return _("%(amount)s already set off on %(date)s; nothing is left to pay.") % facts
    if prepaid_cents:
        return _("%(amount)s already set off on %(date)s; the rest by %(due)s.") % facts
    if invoice.payment_means == PaymentMeans.COMPENSATION:
        return _("By set-off, or failing that by payment, by %(due)s.") % facts
    return _("To be paid by %(due)s.") % facts


def _wanted_notes(profile: InvoicingProfile | None, law: FiscalLaw) -> tuple[values.Note, ...]:
    late = (profile.late_words if profile else "") or law.text("note.late")
    discount = (profile.discount_words if profile else "") or law.text("note.no_discount")
    return (
        values.Note(law.text("note.recovery"), "PMT"),
        values.Note(late, "PMD"),
        values.Note(discount, "AAB"),
    )


def _operation_notes(invoice: Invoice, law: FiscalLaw, *, on_debits: bool) -> tuple[values.Note, ...]:
    """What the law wants said of the operation itself."""
    notes = [values.Note(law.text(f"note.nature.{invoice.nature}"))]
    if on_debits and invoice.nature != "goods":
        notes.append(values.Note(law.text("note.on_debits")))
    return tuple(notes)


def _free_notes(invoice: Invoice) -> tuple[values.Note, ...]:
    return (values.Note(invoice.note),) if invoice.note else ()
