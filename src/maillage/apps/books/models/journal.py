"""The books of an organisation: years, journals, accounts, and entries that are only ever added to.

An entry is written open, given its lines, then sealed; from then on the database refuses to change it (migration
`entries_stay`), and it refuses to seal one that does not balance.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from maillage.apps.books.choices import BooksVariant, EntrySource, VatSide
from maillage.apps.directory.models import Organization
from maillage.cores.accounting import BookSettings, Chart, chart


class Books(models.Model):
    """What an organisation chose for its accounts. Its row is locked by whoever writes in them."""

    organization = models.OneToOneField(Organization, models.PROTECT, related_name="books")
    variant = models.CharField(max_length=12, choices=BooksVariant)
    siren = models.CharField(max_length=9, blank=True)
    receivable_account = models.CharField(max_length=10, default="4118")
    payable_account = models.CharField(max_length=10, default="4018")
    credit_account = models.CharField(max_length=10, default="467")
    vat_on_debits = models.BooleanField(default=False)
    waiting_collected_account = models.CharField(max_length=10, default="44574")
    waiting_deductible_account = models.CharField(max_length=10, default="44564")
    goods_sold_account = models.CharField(max_length=10, default="707")
    services_sold_account = models.CharField(max_length=10, default="706")
    goods_bought_account = models.CharField(max_length=10, default="6063")
    services_bought_account = models.CharField(max_length=10, default="604")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(variant__in=BooksVariant.values), name="books_variant_known"),
        ]

    def __str__(self) -> str:
        return f"books of {self.organization_id}"

    @property
    def chart(self) -> Chart:
        return chart("associative" if self.variant == BooksVariant.ASSOCIATIVE else "general")

    @property
    def accounts_by_use(self) -> BookSettings:
        base = BookSettings()
        return BookSettings(
            receivable=self.receivable_account,
            payable=self.payable_account,
            mutual_credit=self.credit_account,
            vat_collected_waiting=base.vat_collected
            if self.vat_on_debits
            else self.waiting_collected_account,
            vat_deductible_waiting=self.waiting_deductible_account,
        )


class FiscalYear(models.Model):
    """A year of accounts. Up to `closed_until` it takes no more entries; None: nothing is closed."""

    books = models.ForeignKey(Books, models.PROTECT, related_name="years")
    starts_on = models.DateField()
    ends_on = models.DateField()
    closed_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["books", "starts_on"], name="fiscal_year_once"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="fiscal_year_ordered"),
            models.CheckConstraint(
                condition=Q(closed_until__isnull=True)
                | Q(closed_until__gte=F("starts_on"), closed_until__lte=F("ends_on")),
                name="fiscal_year_closed_within",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} - {self.ends_on}"

    def is_closed_on(self, day: date) -> bool:
        return self.closed_until is not None and day <= self.closed_until


class BookAccount(models.Model):
    """An account in use, with the label that the organisation gives it."""

    books = models.ForeignKey(Books, models.PROTECT, related_name="accounts")
    number = models.CharField(max_length=10)
    label = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["books", "number"], name="book_account_once"),
            models.CheckConstraint(
                condition=Q(number__gte="1", number__lt="9") & ~Q(label=""), name="book_account_class"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"


class BookParty(models.Model):
    """A partner's sub-account. `organization` None: somebody without a fiche here."""

    books = models.ForeignKey(Books, models.PROTECT, related_name="parties")
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=20)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["books", "number"], name="book_party_number_once"),
            models.UniqueConstraint(fields=["books", "organization"], name="book_party_organization_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Journal(models.Model):
    books = models.ForeignKey(Books, models.PROTECT, related_name="journals")
    code = models.CharField(max_length=6)
    label = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["books", "code"], name="journal_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class JournalCounter(models.Model):
    """The numbers of a journal in a year: 1, 2, 3… raised by one only, the books being locked."""

    journal = models.ForeignKey(Journal, models.PROTECT, related_name="counters")
    year = models.ForeignKey(FiscalYear, models.PROTECT, related_name="+")
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["journal", "year"], name="journal_counter_once")]


class BookSettlement(models.Model):
    """Debts that went out together: one batch, in the books of everybody that it touches.

    `content` is what was asked, so that a repeated request is told from another one under the same key.
    """

    key = models.CharField(max_length=120, unique=True)
    reference = models.CharField(max_length=60)
    settled_on = models.DateField()
    content = models.JSONField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    undone_on = models.DateField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_on__isnull=True, undone_at__isnull=True)
                | Q(undone_on__isnull=False, undone_at__isnull=False),
                name="book_settlement_undone_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class JournalEntry(models.Model):
    """Lines that balance, of one day and one piece. `key` makes a repeated request harmless.

    `reverses`: the entry that this one undoes. `total_cents`: the sum of each side.
    """

    books = models.ForeignKey(Books, models.PROTECT, related_name="entries")
    year = models.ForeignKey(FiscalYear, models.PROTECT, related_name="entries")
    journal = models.ForeignKey(Journal, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    day = models.DateField()
    piece = models.CharField(max_length=100)
    piece_date = models.DateField()
    label = models.CharField(max_length=200)
    source = models.CharField(max_length=12, choices=EntrySource)
    key = models.CharField(max_length=160)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    settlement = models.ForeignKey(BookSettlement, models.PROTECT, null=True, related_name="entries")
    total_cents = models.BigIntegerField()
    is_sealed = models.BooleanField(default=False)
    validated_on = models.DateField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["journal", "year", "number"], name="journal_entry_number_once"),
            models.UniqueConstraint(fields=["books", "key"], name="journal_entry_key_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="journal_entry_number_from_one"),
            models.CheckConstraint(condition=Q(total_cents__gt=0), name="journal_entry_worth_something"),
            models.CheckConstraint(
                condition=Q(validated_on__gte=F("day")), name="journal_entry_validated_after"
            ),
            models.CheckConstraint(condition=~Q(piece="") & ~Q(label=""), name="journal_entry_has_piece"),
            models.CheckConstraint(
                condition=Q(source__in=EntrySource.values), name="journal_entry_source_known"
            ),
        ]
        indexes = [models.Index(fields=["books", "day", "id"], name="journal_entry_list")]

    def __str__(self) -> str:
        return f"{self.journal_id} {self.number}"


class Lettering(models.Model):
    """Lines of one account, and one partner, that cancel out. Taken off, it stays to tell that it was there."""

    account = models.ForeignKey(BookAccount, models.PROTECT, related_name="letterings")
    party = models.ForeignKey(BookParty, models.PROTECT, null=True, related_name="letterings")
    code = models.CharField(max_length=6)
    lettered_on = models.DateField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "party", "code"], nulls_distinct=False, name="lettering_code_once"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class JournalLine(models.Model):
    """One side of one account. `reference`: the invoice that a line of a partner is about, by which it is lettered."""

    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="lines")
    rank = models.PositiveSmallIntegerField()
    account = models.ForeignKey(BookAccount, models.PROTECT, related_name="lines")
    party = models.ForeignKey(BookParty, models.PROTECT, null=True, related_name="lines")
    reference = models.CharField(max_length=100, blank=True)
    debit_cents = models.BigIntegerField(default=0)
    credit_cents = models.BigIntegerField(default=0)
    lettering = models.ForeignKey(Lettering, models.PROTECT, null=True, related_name="lines")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "rank"], name="journal_line_rank_once"),
            models.CheckConstraint(
                condition=Q(debit_cents__gt=0, credit_cents=0) | Q(debit_cents=0, credit_cents__gt=0),
                name="journal_line_one_side",
            ),
        ]
        indexes = [models.Index(fields=["account", "party", "lettering"], name="journal_line_to_letter")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.rank}"

    @property
    def balance_cents(self) -> int:
        """Positive at the debit."""
        return self.debit_cents - self.credit_cents


class WaitingVat(models.Model):
    """The VAT of services of one invoice, how much of the invoice was settled, and how much VAT fell due with it.

    A credit note lowers the first two; the last two may then be above them, until the settlement is undone.
    """

    books = models.ForeignKey(Books, models.PROTECT, related_name="waiting_vat")
    party = models.ForeignKey(BookParty, models.PROTECT, related_name="+")
    side = models.CharField(max_length=12, choices=VatSide)
    reference = models.CharField(max_length=100)
    total_cents = models.BigIntegerField()
    vat_cents = models.BigIntegerField()
    settled_cents = models.BigIntegerField(default=0)
    due_cents = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["books", "side", "party", "reference"], name="waiting_vat_once_an_invoice"
            ),
            models.CheckConstraint(
                condition=Q(vat_cents__gte=0, total_cents__gte=0, settled_cents__gte=0, due_cents__gte=0),
                name="waiting_vat_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class VatDue(models.Model):
    """What one settlement, named by its key, made due of one invoice, or a refund made wait again, below zero; kept once
    undone."""

    waiting = models.ForeignKey(WaitingVat, models.CASCADE, related_name="dues")
    key = models.CharField(max_length=160)
    settled_cents = models.BigIntegerField()
    due_cents = models.BigIntegerField()
    is_undone = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["waiting", "key"], name="vat_due_once"),
            models.CheckConstraint(
                condition=Q(settled_cents__gt=0, due_cents__gte=0) | Q(settled_cents__lt=0, due_cents__lte=0),
                name="vat_due_one_way",
            ),
        ]

    def __str__(self) -> str:
        return self.key
