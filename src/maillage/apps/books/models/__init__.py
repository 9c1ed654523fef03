from maillage.apps.books.models.fiscal import FiscalSetting
from maillage.apps.books.models.invoices import (
    Invoice,
    InvoiceLine,
    InvoiceQuerySet,
    InvoiceSeries,
    InvoiceSettlement,
    InvoicingProfile,
    IssuedStaysError,
)
from maillage.apps.books.models.journal import (
    BookAccount,
    BookParty,
    Books,
    BookSettlement,
    FiscalYear,
    Journal,
    JournalCounter,
    JournalEntry,
    JournalLine,
    Lettering,
    VatDue,
    WaitingVat,
)
from maillage.apps.books.models.received import ReceivedInvoice

__all__ = [
    "BookAccount",
    "BookParty",
    "BookSettlement",
    "Books",
    "FiscalSetting",
    "FiscalYear",
    "Invoice",
    "InvoiceLine",
    "InvoiceQuerySet",
    "InvoiceSeries",
    "InvoiceSettlement",
    "InvoicingProfile",
    "IssuedStaysError",
    "Journal",
    "JournalCounter",
    "JournalEntry",
    "JournalLine",
    "Lettering",
    "ReceivedInvoice",
    "VatDue",
    "WaitingVat",
]
