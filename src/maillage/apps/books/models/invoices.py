"""Quotes, invoices and credit notes of organisations: drafts that change, then documents that no longer do."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from maillage.apps.books.choices import (
    DocumentKind,
    DocumentStatus,
    Nature,
    PaymentMeans,
    PaymentStatus,
    SettlementKind,
    Unit,
    VatKey,
    VatRegime,
)
from maillage.apps.directory.models import Organization


class IssuedStaysError(Exception):
    """Somebody tried to remove an issued document, or what hangs on it."""


class InvoicingProfile(models.Model):
    """What an organisation puts on its invoices; asked for before the first one."""

    organization = models.OneToOneField(Organization, models.PROTECT, related_name="invoicing_profile")
    legal_name = models.CharField(max_length=200)
    legal_info = models.CharField(max_length=300)
    address_line = models.CharField(max_length=200)
    address_line_two = models.CharField(max_length=200, blank=True)
    postal_code = models.CharField(max_length=12)
    city = models.CharField(max_length=120)
    siren = models.CharField(max_length=9)
    siret = models.CharField(max_length=14, blank=True)
    vat_regime = models.CharField(max_length=20, choices=VatRegime)
    vat_number = models.CharField(max_length=20, blank=True)
    on_debits = models.BooleanField(default=False)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    iban = models.CharField(max_length=34, blank=True)
    payment_days = models.PositiveSmallIntegerField(default=30)
    late_words = models.CharField(max_length=300, blank=True)
    discount_words = models.CharField(max_length=300, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(vat_regime__in=VatRegime.values), name="invoicing_profile_regime_known"
            ),
            models.CheckConstraint(condition=Q(payment_days__lte=60), name="invoicing_profile_days_lawful"),
        ]

    def __str__(self) -> str:
        return self.legal_name


class InvoiceSeries(models.Model):
    """The numbers of an issuer: 1, 2, 3… `last_number` is only ever raised by one, its row locked."""

    issuer = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    code = models.CharField(max_length=12)
    last_number = models.PositiveIntegerField(default=0)
    last_issued_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "code"], name="invoice_series_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.last_number}"


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def delete(self) -> tuple[int, dict[str, int]]:
        """Drafts only. Raises IssuedStaysError."""
        if self.exclude(status=DocumentStatus.DRAFT).exists():
            raise IssuedStaysError
        return super().delete()

    def issued(self) -> InvoiceQuerySet:
        return self.exclude(status=DocumentStatus.DRAFT)

    def owed(self) -> InvoiceQuerySet:
        """Invoices of which something remains to be settled."""
        return self.issued().filter(
            kind=DocumentKind.INVOICE,
            gross_cents__gt=F("prepaid_cents") + F("settled_cents") + F("credited_cents"),
        )


class Invoice(models.Model):
    """A quote, an invoice or a credit note. `content` is what was issued, as `queries.contents` writes it.

    `prepaid_cents`: settled before it was issued; `settled_cents`: by settlements since, refunds taken off, of which
    `set_off_cents` by set-off; `credited_cents`: taken back by credit notes. `exchange_key` ties the two sides of a barter.
    """

    kind = models.CharField(max_length=12, choices=DocumentKind)
    status = models.CharField(max_length=10, choices=DocumentStatus, default=DocumentStatus.DRAFT)
    issuer = models.ForeignKey(Organization, models.PROTECT, related_name="invoices_out")
    customer = models.ForeignKey(Organization, models.PROTECT, related_name="invoices_in")
    series = models.ForeignKey(InvoiceSeries, models.PROTECT, null=True, related_name="+")
    sequence = models.PositiveIntegerField(null=True)
    number = models.CharField(max_length=35, blank=True)
    subject = models.CharField(max_length=200)
    issued_on = models.DateField(null=True)
    due_on = models.DateField(null=True, blank=True)
    delivered_on = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    nature = models.CharField(max_length=10, choices=Nature)
    payment_means = models.CharField(max_length=3, choices=PaymentMeans, default=PaymentMeans.COMPENSATION)
    prepaid_cents = models.BigIntegerField(default=0)
    prepaid_on = models.DateField(null=True, blank=True)
    buyer_reference = models.CharField(max_length=100, blank=True)
    order_reference = models.CharField(max_length=100, blank=True)
    note = models.CharField(max_length=500, blank=True)
    refers_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="credit_notes")
    quote = models.ForeignKey("self", models.PROTECT, null=True, related_name="made_invoices")
    exchange_key = models.CharField(max_length=120, blank=True)
    request_key = models.CharField(max_length=120, unique=True)

    net_cents = models.BigIntegerField(default=0)
    vat_cents = models.BigIntegerField(default=0)
    gross_cents = models.BigIntegerField(default=0)
    settled_cents = models.BigIntegerField(default=0)
    set_off_cents = models.BigIntegerField(default=0)
    credited_cents = models.BigIntegerField(default=0)
    payment_status = models.CharField(max_length=10, choices=PaymentStatus, default=PaymentStatus.UNPAID)

    content = models.JSONField(null=True)
    verdict = models.JSONField(null=True)
    xml = models.FileField(upload_to="invoices/", max_length=200, blank=True, db_index=True)
    pdf = models.FileField(upload_to="invoices/", max_length=200, blank=True, db_index=True)
    xml_sha256 = models.CharField(max_length=64, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)

    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DocumentKind.values), name="invoice_kind_known"),
            models.CheckConstraint(
                condition=Q(status__in=DocumentStatus.values), name="invoice_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", number="", sequence__isnull=True, pdf="")
                | (
                    ~Q(status="draft")
                    & ~Q(number="")
                    & Q(sequence__gte=1, series__isnull=False, issued_on__isnull=False, content__isnull=False)
                    & ~Q(pdf_sha256="")
                ),
                name="invoice_issued_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(kind="quote") | ~Q(xml_sha256=""),
                name="invoice_issued_has_xml",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "issued")) | Q(kind="quote"),
                name="invoice_answer_to_quote_only",
            ),
            models.CheckConstraint(condition=~Q(issuer=F("customer")), name="invoice_two_parties"),
            models.CheckConstraint(
                condition=~Q(kind="credit_note") | Q(refers_to__isnull=False),
                name="invoice_credit_note_refers",
            ),
            models.CheckConstraint(
                condition=Q(net_cents__gte=0, vat_cents__gte=0, gross_cents=F("net_cents") + F("vat_cents")),
                name="invoice_sums",
            ),
            models.CheckConstraint(
                condition=Q(prepaid_cents__gte=0, credited_cents__gte=0, set_off_cents__gte=0)
                & Q(settled_cents__gte=-F("prepaid_cents"))
                & (
                    Q(status="draft")
                    | Q(
                        gross_cents__gte=F("prepaid_cents") + F("settled_cents"),
                        credited_cents__lte=F("gross_cents"),
                    )
                ),
                name="invoice_never_settled_beyond",
            ),
            models.UniqueConstraint(fields=["series", "sequence"], name="invoice_sequence_once"),
            models.UniqueConstraint(
                fields=["issuer", "number"], condition=~Q(number=""), name="invoice_number_once"
            ),
            models.UniqueConstraint(
                fields=["issuer", "exchange_key"], condition=~Q(exchange_key=""), name="invoice_exchange_once"
            ),
        ]
        indexes = [
            models.Index(fields=["issuer", "-created_at", "-id"], name="invoice_issuer_list"),
            models.Index(fields=["customer", "-issued_on", "-id"], name="invoice_customer_list"),
        ]

    def __str__(self) -> str:
        return self.number or self.subject

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.status != DocumentStatus.DRAFT:
            raise IssuedStaysError
        return super().delete(*args, **kwargs)

    @property
    def is_draft(self) -> bool:
        return self.status == DocumentStatus.DRAFT

    @property
    def remaining_cents(self) -> int:
        """What is still to be settled; never below zero, for a credit note may come after a settlement."""
        return max(0, -self._settled_beyond_cents)

    @property
    def owed_back_cents(self) -> int:
        """What credit notes left settled beyond what is owed: the issuer owes it to the customer."""
        return max(0, self._settled_beyond_cents)

    @property
    def _settled_beyond_cents(self) -> int:
        return self.prepaid_cents + self.settled_cents + self.credited_cents - self.gross_cents


class InvoiceLine(models.Model):
    """A line as it is typed. Once the document is issued, `Invoice.content` tells what it became."""

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines")
    rank = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    description = models.CharField(max_length=500, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    unit = models.CharField(max_length=3, choices=Unit, default=Unit.PIECE)
    price = models.DecimalField(max_digits=14, decimal_places=4)
    vat_key = models.CharField(max_length=40, choices=VatKey)
    discount_cents = models.BigIntegerField(default=0)
    discount_reason = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invoice", "rank"], name="invoice_line_rank")]


_SETTLES = Q(reverses__isnull=True) & ~Q(kind="refund") | Q(reverses__isnull=False, kind="refund")
_GIVES_BACK = Q(reverses__isnull=True, kind="refund") | Q(reverses__isnull=False) & ~Q(kind="refund")
SIGN_OF_SETTLEMENT = _SETTLES & Q(amount_cents__gt=0) | _GIVES_BACK & Q(amount_cents__lt=0)


class Settlement(models.Model):
    """Something that settled an invoice, in part or whole; or a refund, below zero, of what was settled beyond what a
    credit note left. Never changed; undone by an opposite one.

    `key` makes a repeated request harmless; `reverses` points at the settlement that this one undoes. `means`: how it
    was paid in money, empty for a set-off. `DOCUMENT`: the field of the invoice, which `document` gives.
    """

    DOCUMENT: ClassVar[str]

    kind = models.CharField(max_length=10, choices=SettlementKind)
    amount_cents = models.BigIntegerField()
    settled_on = models.DateField()
    reference = models.CharField(max_length=120)
    means = models.CharField(max_length=3, choices=PaymentMeans, blank=True, default="")
    key = models.CharField(max_length=120, unique=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        abstract = True

    @property
    def document(self) -> Any:
        return getattr(self, self.DOCUMENT)


class InvoiceSettlement(Settlement):
    """Of an invoice issued here."""

    DOCUMENT = "invoice"

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="settlements")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=SIGN_OF_SETTLEMENT, name="invoice_settlement_sign"),
        ]
