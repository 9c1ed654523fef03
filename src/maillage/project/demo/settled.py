"""What is given back after a credit note, and an invoice that came as a file: noted by the centre, written in its books."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.composing import CannotIssueError
from maillage.apps.books.actions.invoices import create_draft, credit_invoice, update_draft
from maillage.apps.books.actions.issuing import issue_document
from maillage.apps.books.actions.payments import note_payment, note_refund
from maillage.apps.books.actions.purchases import book_purchase
from maillage.apps.books.actions.received import NotTakenInError, judge, take_in
from maillage.apps.books.choices import DocumentKind, PaymentMeans
from maillage.apps.books.models import Books, Invoice, InvoiceSettlement, InvoicingProfile
from maillage.apps.books.queries.contents import DocumentContent, LineContent, draft_content
from maillage.apps.directory.models import Organization
from maillage.cores.einvoicing import values
from maillage.cores.einvoicing.cii import write_cii
from maillage.project.demo.timeline import Event

SUBJECT = "Étagères et établi"
TWENTY = values.Vat("S", Decimal(20))


@dataclass(frozen=True)
class Story:
    """The centre, whose manager notes all this; who bought from it, and who sold to it."""

    centre: Organization
    buyer: Organization
    supplier: Organization
    manager: Person

    def sold(self) -> Invoice | None:
        """The invoice of the story, unless the official rules could not be tried."""
        return Invoice.objects.issued().filter(issuer=self.centre, subject=SUBJECT, kind="invoice").first()


def settled_events(*, organizations: dict[str, Organization], people: dict[str, Person]) -> list[Event]:
    """Sold, paid, taken back in part, given back; then a file that is read, owed, and written as a purchase."""
    story = Story(
        organizations["ressourcerie"],
        organizations["cae"],
        organizations["scop-bois"],
        people["gestionnaire"],
    )
    return [
        Event(58, lambda when: _sell(story, when)),
        Event(55, lambda when: _be_paid(story, when)),
        Event(52, lambda when: _take_back(story, when)),
        Event(50, lambda when: _give_back(story, when)),
        Event(2, lambda when: _receive(story, when)),
    ]


def _sell(story: Story, when: datetime) -> None:
    lines = (
        LineContent(name="Étagère remise en état", quantity=Decimal(4), price=Decimal(35), vat_key="rate.standard"),
        LineContent(name="Établi", quantity=Decimal(1), price=Decimal(90), vat_key="rate.standard"),
    )  # fmt: skip
    draft = create_draft(
        actor=story.manager,
        kind=DocumentKind.INVOICE,
        issuer=story.centre,
        content=DocumentContent(
            customer_id=story.buyer.pk,
            subject=SUBJECT,
            nature="goods",
            lines=lines,
            payment_means=PaymentMeans.CHEQUE,
        ),
        request_key="demonstration-rendu",
        now=when,
    )
    with suppress(CannotIssueError):
        issue_document(actor=story.manager, invoice_id=draft.pk, now=when)


def _be_paid(story: Story, when: datetime) -> None:
    invoice = story.sold()
    if invoice is None:
        return
    note_payment(
        InvoiceSettlement,
        actor=story.manager,
        of=invoice,
        amount_cents=invoice.remaining_cents,
        paid_on=when.date(),
        means=PaymentMeans.CHEQUE,
        words="CHQ 2204",
        key="demonstration-paye",
        now=when,
    )


def _take_back(story: Story, when: datetime) -> None:
    """The bench was wobbly: a credit note takes it back."""
    invoice = story.sold()
    if invoice is None:
        return
    note = credit_invoice(
        actor=story.manager, invoice_id=invoice.pk, request_key="demonstration-avoir", now=when
    )
    content = draft_content(note)
    bench = tuple(line for line in content.lines if line.name == "Établi")
    update_draft(actor=story.manager, invoice_id=note.pk, content=replace(content, lines=bench), now=when)
    with suppress(CannotIssueError):
        issue_document(actor=story.manager, invoice_id=note.pk, now=when)


def _give_back(story: Story, when: datetime) -> None:
    invoice = story.sold()
    if invoice is None or not invoice.owed_back_cents:
        return
    note_refund(
        actor=story.manager,
        invoice=invoice,
        amount_cents=invoice.owed_back_cents,
        paid_on=when.date(),
        means=PaymentMeans.TRANSFER,
        words="VIR établi",
        key="demonstration-rendu",
        now=when,
    )


def _receive(story: Story, when: datetime) -> None:
    """Its supplier invoices from a software of its own; what is left of it can be paid in units."""
    with suppress(NotTakenInError):
        taken = take_in(
            actor=story.manager,
            receiver=story.centre,
            name="CC-118.xml",
            content=write_cii(_invoice_of_the_supplier(story, when)),
            now=when,
        )
        judge(actor=story.manager, received_id=taken.pk, is_owed=True, reason="", now=when)
        usual = Books.objects.get(organization=story.centre).goods_bought_account
        book_purchase(actor=story.manager, received_id=taken.pk, accounts=(usual,), now=when)


def _invoice_of_the_supplier(story: Story, when: datetime) -> values.Invoice:
    day = when.date()
    due = day + timedelta(days=30)
    return values.Invoice(
        number="CC-118",
        issued_on=day,
        seller=_party(story.supplier),
        buyer=_party(story.centre),
        lines=(values.Line("Panneaux de bois de réemploi", Decimal(5), Decimal(16), TWENTY),),
        nature="goods",
        payment=values.Payment(
            PaymentMeans.COMPENSATION,
            due,
            information="Paiement par compensation",
            terms="Compensation à 30 jours",
        ),
        notes=(
            values.Note("Indemnité forfaitaire pour frais de recouvrement : 40 €", "PMT"),
            values.Note("Pénalités de retard : trois fois le taux de l’intérêt légal", "PMD"),
            values.Note("Pas d’escompte pour paiement anticipé", "AAB"),
        ),
        delivered_on=day,
    )


def _party(body: Organization) -> values.Party:
    said = InvoicingProfile.objects.get(organization=body)
    return values.Party(
        said.legal_name,
        said.siren,
        values.Address(said.address_line, said.postal_code, said.city),
        siret=said.siret,
        vat_number=said.vat_number,
        legal_info=said.legal_info,
    )
