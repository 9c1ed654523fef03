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
from maillage.apps.books.models.received import ReceivedInvoice

__all__ = [
    "FiscalSetting",
    "Invoice",
    "InvoiceLine",
    "InvoiceQuerySet",
    "InvoiceSeries",
    "InvoiceSettlement",
    "InvoicingProfile",
    "IssuedStaysError",
    "ReceivedInvoice",
]
