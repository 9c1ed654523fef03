"""Opening books, their years, their choices; closing periods."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.following import about_to_open, follow_invoices, follow_year
from maillage.apps.books.actions.issued import book_missed
from maillage.apps.books.actions.office import office_details
from maillage.apps.books.actions.payments import book_missed_payments
from maillage.apps.books.actions.purchases import book_missed_received
from maillage.apps.books.actions.refusals import BooksError
from maillage.apps.books.actions.writing import KIND, lock_books
from maillage.apps.books.choices import BooksVariant, DocumentKind, SettlementKind
from maillage.apps.books.models import Books, FiscalYear, Journal
from maillage.apps.directory.models import Organization
from maillage.cores.accounting import JOURNALS, chart
from maillage.cores.accounting.bookings import GIFTS
from maillage.cores.accounting.fec.naming import is_siren
from maillage.kernel.audit.actions import record

YEAR_DAYS_MAX = 731
"""A first year may last until the end of the next one."""


@dataclass(frozen=True)
class BooksChoices:
    """What an organisation chooses for its books. `siren` may be empty: the FEC then waits for it."""

    variant: str
    siren: str = ""
    receivable_account: str = "4118"
    payable_account: str = "4018"
    credit_account: str = "467"
    vat_on_debits: bool = False
    waiting_collected_account: str = "44574"
    waiting_deductible_account: str = "44564"
    goods_sold_account: str = "707"
    services_sold_account: str = "706"
    goods_bought_account: str = "6063"
    services_bought_account: str = "604"


ROOTS = {
    "receivable_account": ("411",),
    "payable_account": ("401",),
    "credit_account": ("467", "51", "58"),
    "waiting_collected_account": ("4457", "4458"),
    "waiting_deductible_account": ("4456", "4458"),
    "goods_sold_account": ("70",),
    "services_sold_account": ("70", "75"),
    "goods_bought_account": ("60", "2"),
    "services_bought_account": ("60", "61", "62"),
}
"""Under which accounts each choice must be."""


class BadChoiceError(BooksError):
    """A choice that makes no sense. `field` names it."""

    def __init__(self, field: str, value: str) -> None:
        super().__init__(field, value)
        self.field, self.value = field, value

    @property
    def sentence(self) -> str:
        if self.field == "siren":
            return _("“%(value)s” is no SIREN: nine digits, the last of which is a key.") % {
                "value": self.value
            }
        return _("“%(value)s” is no account for this: it begins with %(roots)s.") % {
            "value": self.value,
            "roots": ", ".join(ROOTS[self.field]),
        }


class AlreadyOpenError(BooksError):
    @property
    def sentence(self) -> str:
        return _("This organisation has its books already.")


class BadYearError(BooksError):
    @property
    def sentence(self) -> str:
        return _(
            "A year follows the one before, ends after it begins, and lasts two years at most, the first one only."
        )


class NotInOrderError(BooksError):
    """Periods are closed one after another, once they are over."""

    message = gettext_lazy("A period is closed once it is over, and no earlier than the one already closed.")

    @property
    def sentence(self) -> str:
        return str(self.message)


def check_choices(choices: BooksChoices) -> None:
    """Raises BadChoiceError."""
    if choices.siren and not is_siren(choices.siren):
        raise BadChoiceError("siren", choices.siren)
    plan = chart("associative" if choices.variant == BooksVariant.ASSOCIATIVE else "general")
    for field, roots in ROOTS.items():
        number = getattr(choices, field)
        if not plan.is_number(number) or not number.startswith(roots):
            raise BadChoiceError(field, number)


@transaction.atomic
def open_books(
    *,
    actor: Person | None,
    organization_id: int,
    choices: BooksChoices,
    starts_on: date,
    ends_on: date,
    now: datetime,
) -> Books:
    """Give an organisation its books, with a first year, and what was exchanged and issued on its days.

    Raises AlreadyOpenError, BadChoiceError, BadYearError.
    """
    about_to_open(organization_id)
    organization = Organization.objects.select_for_update().get(pk=organization_id)
    if Books.objects.filter(organization=organization).exists():
        raise AlreadyOpenError
    check_choices(choices)
    if not 0 < (ends_on - starts_on).days <= YEAR_DAYS_MAX:
        raise BadYearError
    books = Books.objects.create(organization=organization, opened_by=actor, opened_at=now, **asdict(choices))
    year = FiscalYear.objects.create(books=books, starts_on=starts_on, ends_on=ends_on)
    Journal.objects.bulk_create(
        Journal(books=books, code=code, label=label)
        for code, label in JOURNALS.items()
        if code != GIFTS or books.chart.has_gifts
    )
    _take_up(books, year, actor, now)
    _journal("books.open", books, actor, now)
    return books


@transaction.atomic
def change_choices(*, actor: Person, organization_id: int, choices: BooksChoices, now: datetime) -> Books:
    """What is written stays where it is; what comes goes to the accounts chosen now. Raises BadChoiceError."""
    books = lock_books([organization_id])[organization_id]
    check_choices(choices)
    for name, value in asdict(choices).items():
        setattr(books, name, value)
    books.save()
    _journal("books.settings", books, actor, now)
    return books


@transaction.atomic
def open_year(*, actor: Person, organization_id: int, ends_on: date, now: datetime) -> FiscalYear:
    """The year after the last one, with what was exchanged and issued on its days meanwhile. Asked twice, it opens once. Raises BadYearError."""
    books = lock_books([organization_id])[organization_id]
    last = FiscalYear.objects.filter(books=books).order_by("-ends_on").first()
    assert last is not None, "books have a year from the start"
    if last.ends_on == ends_on:
        return last
    starts_on = last.ends_on + timedelta(days=1)
    if not 0 < (ends_on - starts_on).days <= 366:
        raise BadYearError
    year = FiscalYear.objects.create(books=books, starts_on=starts_on, ends_on=ends_on)
    _take_up(books, year, actor, now)
    _journal("books.year", books, actor, now, label=str(year))
    return year


@transaction.atomic
def close_period(
    *, actor: Person, organization_id: int, until: date, today: date, now: datetime
) -> FiscalYear:
    """Nothing is written any more up to and with `until`, in the year that holds it and in those before.

    Raises NotInOrderError.
    """
    books = lock_books([organization_id])[organization_id]
    year = FiscalYear.objects.filter(books=books, starts_on__lte=until, ends_on__gte=until).first()
    if year is None or until >= today or (year.closed_until is not None and until < year.closed_until):
        raise NotInOrderError
    if year.closed_until == until:
        return year
    for before in FiscalYear.objects.filter(books=books, ends_on__lt=year.starts_on).order_by("starts_on"):
        before.closed_until = before.ends_on
        before.save(update_fields=["closed_until"])
    year.closed_until = until
    year.save(update_fields=["closed_until"])
    _journal("books.close", books, actor, now, label=date_format(until, "DATE_FORMAT"))
    return year


def _take_up(books: Books, year: FiscalYear, actor: Person | None, now: datetime) -> None:
    """What was paid before it was invoiced comes first, so that an invoice finds it; what pays an invoice comes after it.

    Credit notes come after payments: a payment is never above what its invoice said, but may be above what a note left of
    it, which refunds then give back.
    """
    follow_year(year, books, actor=actor, now=now)
    book_missed(actor=actor, books=books, year=year, kind=DocumentKind.INVOICE, now=now)
    follow_invoices(year, books, actor=actor, now=now)
    book_missed_payments(books, year, actor=actor, now=now)
    book_missed_received(books, year, actor=actor, now=now)
    book_missed(actor=actor, books=books, year=year, kind=DocumentKind.CREDIT_NOTE, now=now)
    book_missed_payments(books, year, kind=SettlementKind.REFUND, actor=actor, now=now)


TOLD = {
    "books.open": gettext_noop("%(who)s opened the accounts of %(name)s for you."),
    "books.settings": gettext_noop("%(who)s changed for you the choices of the accounts of %(name)s."),
    "books.year": gettext_noop("%(who)s opened for you the next year of the accounts of %(name)s."),
}
"""What the organisation is told when a facilitator did it."""


def _journal(verb: str, books: Books, actor: Person | None, now: datetime, label: str = "") -> None:
    name = books.organization.name
    record(
        actor=actor,
        verb=verb,
        target_kind=KIND,
        target_id=books.pk,
        target_label=f"{name} {label}".strip(),
        on_behalf_of=name,
        details=office_details(
            actor=actor,
            organization=books.organization,
            told=_(TOLD[verb]) % {"who": actor, "name": name} if verb in TOLD else "",
            url=reverse("books:accounts", args=[books.organization_id]),
            now=now,
        ),
        now=now,
    )
