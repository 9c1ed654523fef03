"""Invoices that organisations receive from elsewhere, as files."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from maillage.apps.books.choices import DocumentKind, ReceivedStatus
from maillage.apps.books.models.invoices import SIGN_OF_SETTLEMENT, Settlement
from maillage.apps.books.models.journal import JournalEntry
from maillage.apps.directory.models import Organization


class ReceivedInvoice(models.Model):
    """A Factur-X that an organisation received, read and checked. `supplier` is None for a body without fiche.

    Amounts are those that the document states; `settled_cents` of what is due were settled since. `warnings` are codes of what deserves a look; `verdict` is that of the
    official rules. Undisputed, it is a debt that can be set off. `purchase`: the entry of the receiver's books that says it.
    """

    receiver = models.ForeignKey(Organization, models.PROTECT, related_name="received_invoices")
    supplier = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    supplier_siren = models.CharField(max_length=9)
    supplier_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=DocumentKind)
    number = models.CharField(max_length=100)
    issued_on = models.DateField()
    due_on = models.DateField(null=True)
    net_cents = models.BigIntegerField()
    vat_cents = models.BigIntegerField()
    gross_cents = models.BigIntegerField()
    due_cents = models.BigIntegerField()
    settled_cents = models.BigIntegerField(default=0)
    status = models.CharField(max_length=12, choices=ReceivedStatus, default=ReceivedStatus.TO_CHECK)
    reason = models.CharField(max_length=300, blank=True)
    profile = models.CharField(max_length=20)
    content = models.JSONField()
    verdict = models.JSONField()
    warnings = models.JSONField(default=list)
    file = models.FileField(upload_to="received/", max_length=200, db_index=True)
    file_sha256 = models.CharField(max_length=64)
    purchase = models.OneToOneField(
        JournalEntry, models.PROTECT, null=True, blank=True, related_name="received_invoice"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["receiver", "supplier_siren", "number"], name="received_invoice_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ReceivedStatus.values), name="received_invoice_status_known"
            ),
            models.CheckConstraint(condition=Q(gross_cents__gte=0), name="received_invoice_amount"),
            models.CheckConstraint(
                condition=Q(settled_cents=0) | Q(settled_cents__gt=0, settled_cents__lte=F("due_cents")),
                name="received_invoice_never_settled_beyond",
            ),
        ]
        indexes = [models.Index(fields=["receiver", "-created_at", "-id"], name="received_invoice_list")]

    @property
    def remaining_cents(self) -> int:
        return max(0, self.due_cents - self.settled_cents)

    def __str__(self) -> str:
        return f"{self.supplier_name} {self.number}"


class ReceivedSettlement(Settlement):
    """Of an invoice that came as a file."""

    DOCUMENT = "received"

    received = models.ForeignKey(ReceivedInvoice, models.PROTECT, related_name="settlements")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=SIGN_OF_SETTLEMENT, name="received_settlement_sign"),
        ]
