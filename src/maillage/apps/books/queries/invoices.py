"""Lists of documents, and how a person narrows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet

from maillage.apps.books.choices import DocumentKind, DocumentStatus, PaymentStatus
from maillage.apps.books.models import Invoice, InvoicingProfile
from maillage.apps.directory.models import Organization
from maillage.kernel.db.holding import between_days

OUT, IN = "emises", "recues"


@dataclass(frozen=True)
class InvoiceFilter:
    """What a list is narrowed to; the names are those of the address. `organization_id`: whose documents."""

    sens: str = ""
    sorte: str = ""
    etat: str = ""
    mots: str = ""
    du: date | None = None
    au: date | None = None
    structure: int | None = None

    @property
    def is_narrow(self) -> bool:
        return any(value for name, value in vars(self).items() if name != "structure")

    def to_query(self) -> str:
        return urlencode({name: str(value) for name, value in vars(self).items() if value})


def filter_invoices(
    found: QuerySet[Invoice], wanted: InvoiceFilter, organization_ids: set[int] | None
) -> QuerySet[Invoice]:
    """`organization_ids`: those on whose behalf the viewer looks; None for everybody's (facilitators)."""
    sides = {wanted.structure} if wanted.structure else organization_ids
    if sides is not None:
        found = found.filter(Q(issuer_id__in=sides) | Q(customer_id__in=sides))
        if wanted.sens == OUT:
            found = found.filter(issuer_id__in=sides)
        elif wanted.sens == IN:
            found = found.filter(customer_id__in=sides).exclude(status=DocumentStatus.DRAFT)
    if wanted.sorte in DocumentKind.values:
        found = found.filter(kind=wanted.sorte)
    if wanted.etat == DocumentStatus.DRAFT:
        found = found.filter(status=DocumentStatus.DRAFT)
    elif wanted.etat in PaymentStatus.values:
        found = found.issued().filter(kind=DocumentKind.INVOICE, payment_status=wanted.etat)  # type: ignore[attr-defined]
    found = between_days(found, "issued_on", wanted.du, wanted.au)
    for word in wanted.mots.split()[:6]:
        found = found.filter(
            Q(number__icontains=word)
            | Q(subject__icontains=word)
            | Q(issuer__name__icontains=word)
            | Q(customer__name__icontains=word)
        )
    return found


def newest(found: QuerySet[Invoice]) -> QuerySet[Invoice]:
    return found.select_related("issuer", "customer").order_by("-created_at", "-pk")


def profile_of(organization: Organization) -> InvoicingProfile | None:
    """How an organisation invoices; None before it said so."""
    return InvoicingProfile.objects.filter(organization=organization).first()


def figures_of(organization: Organization) -> dict[str, int]:
    """How many drafts it has, invoices that it is owed, that it owes, and quotes that wait for its answer."""
    out, into = Q(issuer=organization), Q(customer=organization)
    owed = Q(kind=DocumentKind.INVOICE, status=DocumentStatus.ISSUED) & Q(
        gross_cents__gt=F("prepaid_cents") + F("settled_cents") + F("credited_cents")
    )
    return Invoice.objects.filter(out | into).aggregate(
        drafts=Count("pk", filter=out & Q(status=DocumentStatus.DRAFT)),
        owed_to=Count("pk", filter=out & owed),
        owing=Count("pk", filter=into & owed),
        quotes=Count("pk", filter=into & Q(kind=DocumentKind.QUOTE, status=DocumentStatus.ISSUED)),
    )
