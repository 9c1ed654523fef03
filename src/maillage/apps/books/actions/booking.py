"""From an invoice, a transfer in mutual credit, a gift, to entries in the books of those who keep some.

Whoever keeps no books here is left alone: nothing is refused because a partner keeps theirs elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.lettering import letter_debt, letter_references
from maillage.apps.books.actions.refusals import RefusedEntryError
from maillage.apps.books.actions.vat import give_back_vat, settle_vat
from maillage.apps.books.actions.writing import ToWrite, as_core, lock_books, party_of, write_entry
from maillage.apps.books.choices import EntrySource, PaymentMeans, VatRegime, VatSide
from maillage.apps.books.models import (
    Books,
    FiscalYear,
    InvoicingProfile,
    JournalEntry,
    JournalLine,
    WaitingVat,
)
from maillage.apps.books.queries.purchases import debt_line_owed
from maillage.apps.directory.models import Organization
from maillage.cores.accounting import Entry, InvalidEntry, Part, Settled, opposite
from maillage.cores.accounting import bookings as book


@dataclass(frozen=True)
class BookedPart:
    """Part of an invoice. `account` empty: the one that the books choose for goods, or for services."""

    net_cents: int
    vat_cents: int = 0
    is_service: bool = False
    account: str = ""


@dataclass(frozen=True)
class InvoiceToBook:
    """An invoice, or a credit note, between two organisations of the site.

    `reference`: its number, by which settlements find it; for a credit note, `credits` is the number of the invoice
    that it takes back. `on_debits`: it says that the VAT of its services is due at its date, so nothing of it waits.
    """

    issuer_id: int
    customer_id: int
    reference: str
    issued_on: date
    label: str
    parts: tuple[BookedPart, ...]
    credits: str = ""
    on_debits: bool = False


@dataclass(frozen=True)
class TransferToBook:
    """A payment. `reference`: the invoice that it settles, empty when none is known; `means`: how it was paid in money,
    as PaymentMeans, empty for mutual credit. `is_refund`: `payee` gives back to `payer` what was settled beyond a credit note."""

    payer_id: int
    payee_id: int
    amount_cents: int
    day: date
    key: str
    label: str
    reference: str = ""
    means: str = ""
    is_refund: bool = False

    @property
    def source(self) -> EntrySource:
        return EntrySource.PAYMENT if self.means else EntrySource.CREDIT

    @property
    def money_account(self) -> str:
        return money_account(self.means) if self.means else ""


def money_account(means: str) -> str:
    """Where money paid so comes from, or goes."""
    return book.CASH_ACCOUNT if means == PaymentMeans.CASH else book.BANK_ACCOUNT


@transaction.atomic
def book_invoice(
    *, actor: Person | None, invoice: InvoiceToBook, now: datetime, only_for: int | None = None
) -> list[JournalEntry]:
    """Write the sale in the issuer's books and the purchase in the customer's, for those who keep some.

    `only_for`: the organisation whose books alone are written.

    Booked once, however often it is asked. The customer's entry takes the first open day when its period is closed, and
    waits for `issued.book_missed` when none of its years holds the day.
    Raises BooksError: the issuer's period is closed, an account is out of the chart, 86 or 87 is asked for barter.
    """
    locked = lock_books([only_for] if only_for else [invoice.issuer_id, invoice.customer_id])
    sides = {
        each.pk: each for each in Organization.objects.filter(pk__in=(invoice.issuer_id, invoice.customer_id))
    }
    written = []
    for own_id, other_id, is_sale in (
        (invoice.issuer_id, invoice.customer_id, True),
        (invoice.customer_id, invoice.issuer_id, False),
    ):
        books = locked.get(own_id)
        if books is not None and (is_sale or has_year(books, invoice.issued_on)):
            written.append(_book_side(books, sides[other_id], invoice, is_sale=is_sale, actor=actor, now=now))
    return written


def _book_side(
    books: Books, other: Organization, invoice: InvoiceToBook, *, is_sale: bool, actor: Person | None, now: datetime
) -> JournalEntry:  # fmt: skip
    party = party_of(books, other)
    day = invoice.issued_on if is_sale else first_open_day(books, invoice.issued_on)
    waits = _waits(books, party.pk, VatSide.COLLECTED if is_sale else VatSide.DEDUCTIBLE, invoice)
    parts = [_part(books, part, is_sale=is_sale, waits=waits) for part in invoice.parts]
    if not is_sale and not recovers_vat(books.organization_id):
        parts = [Part(part.account, part.net_cents + part.vat_cents, 0, part.is_service) for part in parts]
    try:
        if is_sale:
            entry = book.sale(settings=books.accounts_by_use, party=as_core(party), parts=parts, day=day, piece=invoice.reference, label=invoice.label)  # fmt: skip
        else:
            entry = book.purchase(settings=books.accounts_by_use, party=as_core(party), parts=parts, day=day, piece=invoice.reference, piece_date=invoice.issued_on, label=invoice.label)  # fmt: skip
        if invoice.credits:
            entry = _about(opposite(entry, day=day, label=invoice.label), invoice.credits)
    except InvalidEntry as refusal:
        raise RefusedEntryError(refusal) from refusal
    source = EntrySource.SALE if is_sale else EntrySource.PURCHASE
    key = f"{'sale' if is_sale else 'purchase'}:{other.pk}:{invoice.reference}"
    is_new = not JournalEntry.objects.filter(books=books, key=key).exists()
    written = write_entry(books=books, wanted=ToWrite(entry, source, key), actor=actor, now=now)
    if is_new:
        side = VatSide.COLLECTED if is_sale else VatSide.DEDUCTIBLE
        if invoice.credits:
            _take_back_waiting(books, party.pk, side, invoice.credits, parts)
        else:
            note_waiting(books, party.pk, side, invoice.reference, parts)
        letter_references(books=books, references=[invoice.credits], actor=actor, now=now)
    return written


@transaction.atomic
def book_transfer(
    *, actor: Person | None, transfer: TransferToBook, only: int | None = None, now: datetime
) -> list[JournalEntry]:
    """A payment, in the books of the payer and of the payee that keep some; `only` one of them if asked.

    An entry takes the first open day when its period is closed. Raises BooksError: no year is open.
    """
    locked = lock_books([only] if only else [transfer.payer_id, transfer.payee_id])
    sides = {
        each.pk: each for each in Organization.objects.filter(pk__in=(transfer.payer_id, transfer.payee_id))
    }
    written = []
    for own_id, other_id, side in (
        (transfer.payee_id, transfer.payer_id, VatSide.COLLECTED),
        (transfer.payer_id, transfer.payee_id, VatSide.DEDUCTIBLE),
    ):
        books = locked.get(own_id)
        if books is not None and only in (None, own_id):
            written.append(_book_paid(books, sides[other_id], transfer, side, actor=actor, now=now))
    return written


def _book_paid(
    books: Books, other: Organization, transfer: TransferToBook, side: VatSide, *, actor: Person | None, now: datetime
) -> JournalEntry:  # fmt: skip
    day, owed = first_open_day(books, transfer.day), None
    if side == VatSide.DEDUCTIBLE and transfer.reference and not transfer.means:
        owed = debt_line_owed(books, other.pk, transfer.reference)
    party = owed.party if owed else party_of(books, other)
    if owed:
        paid = settled_of(owed, transfer.reference, transfer.amount_cents)
    else:
        paid = Settled(as_core(party) if party else None, transfer.amount_cents, transfer.reference)
    piece = transfer.label[:100]
    try:
        if side == VatSide.COLLECTED:
            entry = book.payment_received(settings=books.accounts_by_use, paid=paid, day=day, piece=piece, label=transfer.label, into=transfer.money_account)  # fmt: skip
        else:
            entry = book.payment_given(settings=books.accounts_by_use, paid=paid, day=day, piece=piece, label=transfer.label, out_of=transfer.money_account)  # fmt: skip
        if transfer.is_refund:
            entry = opposite(entry, day=day, label=transfer.label)
    except InvalidEntry as refusal:
        raise RefusedEntryError(refusal) from refusal
    key = f"{transfer.source}:{transfer.key}"
    is_new = not JournalEntry.objects.filter(books=books, key=key).exists()
    written = write_entry(books=books, wanted=ToWrite(entry, transfer.source, key), actor=actor, now=now)
    if is_new and transfer.reference and party is not None:
        settled = (side, party.pk, transfer.reference, transfer.amount_cents)
        if transfer.is_refund:
            give_back_vat(books=books, refunded=settled, day=day, piece=piece, key=key, actor=actor, now=now)
        else:
            settle_vat(books=books, settled=[settled], day=day, piece=piece, key=key, actor=actor, now=now)
        letter_references(books=books, references=[transfer.reference], actor=actor, now=now)
    if is_new:
        letter_debt(owed, transfer.reference, actor=actor, now=now)
    return written


def settled_of(line: JournalLine, number: str, cents: int) -> Settled:
    """Part of the debt that a line of a purchase says."""
    party = as_core(line.party) if line.party else None
    return Settled(party, cents, number, line.account.number)


@transaction.atomic
def book_gift(
    *,
    actor: Person,
    organization_id: int,
    use_account: str,
    origin_account: str,
    amount_cents: int,
    day: date,
    piece: str,
    label: str,
    is_given_back: bool,
    key: str,
    now: datetime,
) -> JournalEntry:
    """A gift in kind, at the foot of the accounts: 86 and 87. Raises BooksError when something is given in return."""
    books = lock_books([organization_id])[organization_id]
    try:
        entry = book.gift_in_kind(
            use_account=use_account,
            origin_account=origin_account,
            amount_cents=amount_cents,
            day=day,
            piece=piece,
            label=label,
            is_given_back=is_given_back,
        )
    except InvalidEntry as refusal:
        raise RefusedEntryError(refusal) from refusal
    return write_entry(
        books=books, wanted=ToWrite(entry, EntrySource.GIFT, f"gift:{key}"), actor=actor, now=now
    )


def has_year(books: Books, day: date) -> bool:
    return FiscalYear.objects.filter(books=books, starts_on__lte=day, ends_on__gte=day).exists()


def first_open_day(books: Books, day: date) -> date:
    """The day itself, or the first one after it that is not closed."""
    year = FiscalYear.objects.filter(books=books, starts_on__lte=day, ends_on__gte=day).first()
    while year is not None and year.closed_until is not None and day <= year.closed_until:
        day = year.closed_until + timedelta(days=1)
        year = FiscalYear.objects.filter(books=books, starts_on__lte=day, ends_on__gte=day).first()
    if year is None:
        following = FiscalYear.objects.filter(books=books, starts_on__gt=day).order_by("starts_on").first()
        return first_open_day(books, following.starts_on) if following else day
    return day


def _waits(books: Books, party_id: int, side: VatSide, invoice: InvoiceToBook) -> bool:
    """Whether the VAT of services waits for the settlement; a credit note takes it back from where its invoice put it."""
    if not invoice.on_debits:
        return True
    waiting = WaitingVat.objects.filter(books=books, side=side, party_id=party_id, reference=invoice.credits)
    return bool(invoice.credits) and waiting.exists()


def _part(books: Books, part: BookedPart, *, is_sale: bool, waits: bool) -> Part:
    if is_sale:
        usual = books.services_sold_account if part.is_service else books.goods_sold_account
    else:
        usual = books.services_bought_account if part.is_service else books.goods_bought_account
    return Part(part.account or usual, part.net_cents, part.vat_cents, part.is_service and waits)


def recovers_vat(organization_id: int) -> bool:
    """Who charges no VAT gets none back: it is part of what the purchase costs."""
    profile = InvoicingProfile.objects.filter(organization=organization_id).first()
    return profile is None or profile.vat_regime == VatRegime.STANDARD


def _about(entry: Entry, reference: str) -> Entry:
    """The lines of partners are about this invoice, so that they letter with it."""
    return replace(
        entry, lines=tuple(replace(line, reference=reference) if line.party else line for line in entry.lines)
    )


def note_waiting(books: Books, party_id: int, side: VatSide, reference: str, parts: list[Part]) -> None:
    vat = sum(part.vat_cents for part in parts if part.is_service)
    if not vat or (side == VatSide.COLLECTED and books.vat_on_debits):
        return
    total = sum(part.net_cents + part.vat_cents for part in parts)
    WaitingVat.objects.get_or_create(
        books=books,
        side=side,
        party_id=party_id,
        reference=reference,
        defaults={"total_cents": total, "vat_cents": vat},
    )


def _take_back_waiting(books: Books, party_id: int, side: VatSide, reference: str, parts: list[Part]) -> None:
    """A credit note takes VAT out of what waits: less is left to fall due, nothing if as much fell due already.

    What was settled stays noted, even beyond the new total: undone, it waits again.
    """
    waiting = WaitingVat.objects.filter(
        books=books, side=side, party_id=party_id, reference=reference
    ).first()
    if waiting is None:
        return
    total = waiting.total_cents - sum(part.net_cents + part.vat_cents for part in parts)
    vat = waiting.vat_cents - sum(part.vat_cents for part in parts if part.is_service)
    if total <= 0 and not waiting.settled_cents:
        waiting.delete()
        return
    waiting.total_cents, waiting.vat_cents = max(total, 0), max(vat, 0)
    waiting.save(update_fields=["total_cents", "vat_cents"])
