"""What is exchanged in a circle is written in the books of the members that keep some, in the same transaction, and
settles the invoice whose number it bears.

One unit is worth one euro in every circle, so that a hundredth of a unit is a cent of the books.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _

from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.settling import SETTLEMENT_KEYS, settle_posted
from maillage.apps.barter.actions.telling import TRANSFER
from maillage.apps.barter.models import Circle, CircleCredit
from maillage.apps.barter.queries.acting import money_handlers_of
from maillage.apps.books.actions.booking import TransferToBook, book_transfer
from maillage.apps.books.actions.following import YearFollower
from maillage.apps.books.actions.refusals import BooksError, NotInBooksError, NoYearError
from maillage.apps.books.actions.reversing import undo_transfer
from maillage.apps.books.actions.writing import lock_books
from maillage.apps.books.models import Books, FiscalYear, JournalEntry
from maillage.apps.ledger.actions.following import Follower
from maillage.apps.ledger.actions.moving import lock_accounts
from maillage.apps.ledger.choices import Nature, State
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.queries.statements import with_parties
from maillage.apps.ledger.queries.wording import shown_with_unit
from maillage.kernel.audit.actions import record
from maillage.kernel.mail.notifications import notify

QUESTION = """
SELECT 1 FROM ledger_account account
JOIN barter_circlecredit credit ON credit.unit_id = account.unit_id
JOIN books_books books ON books.organization_id = account.owner_id
WHERE account.id IN ({ids})
"""
"""Whether one of the accounts belongs to a member of a circle that keeps its books here."""


def key_of(transfer_id: int) -> str:
    """The key under which a transfer is written in books: once in each."""
    return f"transfer:{transfer_id}"


def book_posted(posted: Sequence[Transfer], now: datetime) -> None:
    """Write each exchange, and the opposite of each that is reversed. Asked twice, it is done once.

    What clears debts is written by the clearing; commission and demurrage are not exchanges between two members.
    Books first, invoices then: the order in which a batch locks them. Raises HeldBackError when an invoice refuses.
    """
    found = with_parties(Transfer.objects.filter(pk__in=[each.pk for each in posted]))
    wanted = [
        each for each in found.select_related("reverses", "act__actor").order_by("pk") if _is_booked(each)
    ]
    locked = lock_books({pk for each in wanted for pk in (each.payer.owner_id, each.payee.owner_id) if pk})
    for transfer in wanted:
        if transfer.reference:
            settle_posted(transfer, actor=_doer_of(transfer), now=now)
        for organization_id in (transfer.payee.owner_id, transfer.payer.owner_id):
            if organization_id in locked:
                _write(transfer, organization_id, now)


def lock_accounts_of(organization_id: int) -> None:
    """Before its books are made: an exchange under way is over, and found, or waits and finds the books."""
    own = Account.objects.filter(owner=organization_id, unit__circle_credit__isnull=False)
    lock_accounts(own.values_list("pk", flat=True))


def book_waiting(books: Books, year: FiscalYear, *, actor: Person | None, now: datetime) -> int:
    """Write the exchanges of the days of a year that has just been opened, oldest first; how many. The books are locked.

    Those that pay an invoice wait for it to be written: `book_payments`.
    """
    return _book_waiting(books, year, Q(reference=""), now)


def book_payments(books: Books, year: FiscalYear, *, actor: Person | None, now: datetime) -> int:
    """The same, for those that pay an invoice."""
    return _book_waiting(books, year, ~Q(reference=""), now)


def _book_waiting(books: Books, year: FiscalYear, which: Q, now: datetime) -> int:
    begin, end = (
        make_aware(datetime.combine(day, time.min))
        for day in (year.starts_on, year.ends_on + timedelta(days=1))
    )
    sides = Q(payer__owner=books.organization_id) | Q(payee__owner=books.organization_id)
    found = with_parties(
        Transfer.objects.filter(sides, which, posted_at__gte=begin, posted_at__lt=end)
    ).filter(unit__circle_credit__isnull=False, state=State.POSTED)
    waiting = [
        each
        for each in found.select_related("reverses", "act__actor").order_by("posted_at", "pk")
        if _is_booked(each)
    ]
    for transfer in waiting:
        _write(transfer, books.organization_id, now)
    return len(waiting)


def _is_booked(transfer: Transfer) -> bool:
    if transfer.payer.owner_id is None or transfer.payee.owner_id is None:
        return False
    origin = transfer.reverses or transfer
    return origin.nature == Nature.TRADE


def _write(transfer: Transfer, organization_id: int, now: datetime) -> None:
    """In the books of one side; the trade holds whatever they refuse, and their refusal is told."""
    write: Callable[[Transfer, int, datetime], object] = _undo if transfer.reverses_id else _book
    try:
        with transaction.atomic():
            write(transfer, organization_id, now)
    except BooksError as refusal:
        _tell_refusal(transfer, organization_id, refusal, now)


def _book(transfer: Transfer, organization_id: int, now: datetime) -> None:
    wanted = TransferToBook(
        payer_id=transfer.payer.owner_id or 0,
        payee_id=transfer.payee.owner_id or 0,
        amount_cents=transfer.posted_amount,
        day=localdate(transfer.posted_at),
        key=key_of(transfer.pk),
        label=label_of(transfer),
        reference=transfer.reference,
    )
    book_transfer(actor=_doer_of(transfer), transfer=wanted, only=organization_id, now=now)


def _undo(transfer: Transfer, organization_id: int, now: datetime) -> None:
    assert transfer.reverses is not None, "only what reverses something is undone here"
    key, day = key_of(transfer.reverses.pk), localdate(transfer.reverses.posted_at)
    own = Books.objects.select_related("organization").get(organization_id=organization_id)
    if not JournalEntry.objects.filter(books=own, key=f"credit:{key}").exists():
        years = FiscalYear.objects.filter(books=own, starts_on__lte=day)
        if years.exists() and not years.filter(ends_on__gte=day).exists():
            raise NoYearError(own.organization.name, day)
        raise NotInBooksError
    undo_transfer(
        actor=_doer_of(transfer),
        key=key,
        undone_on=localdate(transfer.posted_at),
        only=organization_id,
        now=now,
    )


def _doer_of(transfer: Transfer) -> Person | None:
    """Who posted it: who accepted what was asked, or confirmed what was reserved; nobody for a silence."""
    step = transfer.steps.select_related("act__actor").first()
    return (step.act if step else transfer.act).actor


def label_of(transfer: Transfer) -> str:
    number = _("Exchange number %(number)d") % {"number": transfer.pk}
    return f"{number} · {transfer.label}"[:200] if transfer.label else number


def _tell_refusal(transfer: Transfer, organization_id: int, refusal: BooksError, now: datetime) -> None:
    """Without a year it waits for one to be opened; whatever else was refused is entered by hand."""
    why = str(refusal.sentence)
    circle = Circle.objects.get(pk=CircleCredit.objects.get(unit=transfer.unit_id).circle_id)
    record(
        actor=None,
        verb="credit.unbooked",
        target_kind="transfer",
        target_id=transfer.pk,
        target_label=shown_with_unit(transfer.posted_amount, transfer.unit),
        details={"organization": organization_id, "why": why},
        now=now,
    )
    if isinstance(refusal, NoYearError):
        title = _("%(exchange)s is done, and will be in your books once its year is opened: %(why)s")
    else:
        title = _(
            "%(exchange)s is done, but is not in your books: %(why)s Then enter it by hand, in the journal MC."
        )
    words = {"exchange": label_of(transfer), "why": why}
    url = reverse("barter:transfer", args=[circle.pk, transfer.pk])
    for person in money_handlers_of(organization_id):
        notify(person=person, kind=TRANSFER, title=title % words, url=url, now=now)


BOOKED = Follower(question=QUESTION, told=book_posted)
YEARS = YearFollower(
    about_to_open=lock_accounts_of,
    opened=book_waiting,
    invoiced=book_payments,
    settlement_keys=SETTLEMENT_KEYS,
)
