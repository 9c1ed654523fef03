"""Issuing: a draft takes its number and stays as it is.

The document is composed and tried outside the transaction, under the number that comes next; the transaction then locks
the series and writes only if that number is still the next one. So no check holds a lock, a failure loses no number, and
two people who issue at once get two numbers that follow each other. The books of its two sides take it in the same
transaction: what they refuse is not issued.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.composing import (
    CannotIssueError,
    Composed,
    compose,
    valid_document,
    verdict_json,
)
from maillage.apps.books.actions.invoices import NotADraftError, journal
from maillage.apps.books.actions.issued import book_issued
from maillage.apps.books.actions.refusals import BooksError
from maillage.apps.books.actions.writing import lock_books
from maillage.apps.books.choices import SERIES_LETTERS, DocumentKind, DocumentStatus, PaymentStatus
from maillage.apps.books.models import Invoice, InvoiceSeries
from maillage.apps.books.queries.fiscal import law_on
from maillage.apps.books.queries.wording import euros
from maillage.cores.einvoicing import values
from maillage.cores.einvoicing.storing import to_json
from maillage.cores.einvoicing.sums import totals_of

TRIES_MAX = 25
"""Each failed try means that somebody else of the same organisation issued in between."""


class TooBusyError(Exception):
    message = gettext_lazy(
        "Several people of your organisation are issuing at once. Nothing was issued here: try again."
    )


def number_of(kind: str, day: date, sequence: int) -> str:
    """F2026-0001: the letter of the kind, the year, and the place in the series."""
    return f"{SERIES_LETTERS[kind]}{day.year}-{sequence:04}"


def preview_document(*, invoice: Invoice, now: datetime) -> values.Invoice:
    """What would be issued now, its number shown as the next one. Raises CannotIssueError; writes nothing."""
    day = timezone.localdate(now)
    series = InvoiceSeries.objects.filter(issuer=invoice.issuer_id, code=_code(invoice.kind, day)).first()
    number = number_of(invoice.kind, day, (series.last_number if series else 0) + 1)
    document = valid_document(invoice, number=number, law=law_on(day))
    _check_credit(invoice, document)
    return document


def issue_document(*, actor: Person | None, invoice_id: int, now: datetime) -> Invoice:
    """Give a draft its number, its files and its place among what no longer changes.

    Raises CannotIssueError (nothing was written), NotADraftError, TooBusyError.
    """
    invoice = Invoice.objects.select_related("issuer", "customer", "refers_to").get(pk=invoice_id)
    day = timezone.localdate(now)
    law = law_on(day)
    seen_at = invoice.updated_at
    series, _made = InvoiceSeries.objects.get_or_create(issuer=invoice.issuer, code=_code(invoice.kind, day))
    for _try in range(TRIES_MAX):
        if not invoice.is_draft:
            raise NotADraftError
        _check_order(series, day)
        sequence = series.last_number + 1
        composed = compose(invoice, number=number_of(invoice.kind, day, sequence), law=law, now=now)
        _check_credit(invoice, composed.document)
        issued = _write(actor, invoice, series, sequence, composed, seen_at, now)
        if issued is not None:
            return issued
        series.refresh_from_db()
        invoice = Invoice.objects.select_related("issuer", "customer", "refers_to").get(pk=invoice_id)
        seen_at = invoice.updated_at
    raise TooBusyError


def _code(kind: str, day: date) -> str:
    return f"{SERIES_LETTERS[kind]}{day.year}"


def _check_order(series: InvoiceSeries, day: date) -> None:
    """Numbers follow the dates: a clock gone back issues nothing."""
    if series.last_issued_on is not None and day < series.last_issued_on:
        raise CannotIssueError(
            (
                _(
                    "The last document of this series is dated %(date)s, later than today: check the clock of the server."
                )
                % {"date": f"{series.last_issued_on:%d/%m/%Y}"},
            )
        )


def _check_credit(invoice: Invoice, document: values.Invoice) -> None:
    """Credit notes of an invoice never exceed, together, what it was worth."""
    corrected = invoice.refers_to
    if invoice.kind != DocumentKind.CREDIT_NOTE or corrected is None:
        return
    left_cents = corrected.gross_cents - corrected.credited_cents
    asked_cents = totals_of(document).gross_cents
    if asked_cents > left_cents:
        raise CannotIssueError(
            (
                _(
                    "This credit note takes back %(asked)s, and only %(left)s is left of the invoice %(number)s. Lower its lines."
                )
                % {"asked": euros(asked_cents), "left": euros(left_cents), "number": corrected.number},
            )
        )


def _write(
    actor: Person | None,
    invoice: Invoice,
    series: InvoiceSeries,
    sequence: int,
    composed: Composed,
    seen_at: datetime,
    now: datetime,
) -> Invoice | None:
    """Write what was composed, if the number is still the next and the draft still the same; None if not."""
    stored: list[str] = []
    try:
        with transaction.atomic():
            lock_books([invoice.issuer_id, invoice.customer_id])
            locked_series = InvoiceSeries.objects.select_for_update().get(pk=series.pk)
            draft = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk)
            if not draft.is_draft:
                raise NotADraftError
            if locked_series.last_number + 1 != sequence or draft.updated_at != seen_at:
                return None
            corrected = _locked_corrected(draft, composed)
            _fill(draft, locked_series, sequence, composed, actor, now)
            stored += _store(draft, composed)
            draft.save()
            locked_series.last_number, locked_series.last_issued_on = sequence, draft.issued_on
            locked_series.save(update_fields=["last_number", "last_issued_on"])
            if corrected is not None:
                _credit(corrected, draft)
            journal("invoice.issue", draft, actor, now)
            book_issued(actor=actor, invoice=draft, now=now)
            return draft
    except BooksError as refusal:
        _forget(stored)
        raise CannotIssueError((refusal.sentence,)) from refusal
    except BaseException:
        _forget(stored)
        raise


def _forget(stored: list[str]) -> None:
    for name in stored:
        Invoice._meta.get_field("pdf").storage.delete(name)  # type: ignore[union-attr]


def _locked_corrected(draft: Invoice, composed: Composed) -> Invoice | None:
    """The invoice that a credit note corrects, locked, its rest looked at again."""
    if draft.kind != DocumentKind.CREDIT_NOTE:
        return None
    assert draft.refers_to_id is not None
    corrected = Invoice.objects.select_for_update(of=("self",)).get(pk=draft.refers_to_id)
    draft.refers_to = corrected
    _check_credit(draft, composed.document)
    return corrected


def _fill(
    draft: Invoice,
    series: InvoiceSeries,
    sequence: int,
    composed: Composed,
    actor: Person | None,
    now: datetime,
) -> None:
    document, totals = composed.document, totals_of(composed.document)
    draft.series, draft.sequence, draft.number = series, sequence, document.number
    draft.status = DocumentStatus.ISSUED
    draft.issued_on, draft.delivered_on = document.issued_on, document.delivered_on
    draft.due_on = document.payment.due_on
    if isinstance(document, values.Quote):
        draft.valid_until = document.valid_until
    draft.net_cents, draft.vat_cents, draft.gross_cents = (
        totals.net_cents,
        totals.vat_cents,
        totals.gross_cents,
    )
    draft.payment_status = status_of(draft)
    draft.content, draft.verdict = to_json(document), verdict_json(composed.verdict)
    draft.xml_sha256 = hashlib.sha256(composed.xml).hexdigest() if composed.xml else ""
    draft.pdf_sha256 = hashlib.sha256(composed.pdf).hexdigest()
    draft.issued_by, draft.issued_at, draft.updated_at = actor, now, now


def _store(draft: Invoice, composed: Composed) -> list[str]:
    """Put the files away under names that nobody guesses; gives the names."""
    stem = f"{draft.issuer_id}/{draft.number}-{draft.pdf_sha256[:16]}"
    draft.pdf.save(f"{stem}.pdf", ContentFile(composed.pdf), save=False)
    names = [draft.pdf.name]
    if composed.xml:
        draft.xml.save(f"{stem}.xml", ContentFile(composed.xml), save=False)
        names.append(draft.xml.name)
    return [name for name in names if name]


def _credit(corrected: Invoice, note: Invoice) -> None:
    """What is credited is owed no more; what was settled already is then owed back by the credit note."""
    corrected.credited_cents += note.gross_cents
    corrected.payment_status = status_of(corrected)
    corrected.save(update_fields=["credited_cents", "payment_status"])


def status_of(invoice: Invoice) -> str:
    """Where the payment of an invoice stands, from what settled it."""
    settled = invoice.prepaid_cents + invoice.settled_cents
    if invoice.remaining_cents > 0 or not invoice.gross_cents:
        return PaymentStatus.PARTLY if settled + invoice.credited_cents else PaymentStatus.UNPAID
    paid_in_money = invoice.settled_cents - invoice.set_off_cents
    return PaymentStatus.PAID if paid_in_money > 0 else PaymentStatus.SET_OFF
