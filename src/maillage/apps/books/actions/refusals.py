"""Why books take no more: each carries a translatable sentence."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.books.choices import EntrySource
from maillage.cores.accounting import InvalidEntry

GIFT_OR_BARTER = gettext_lazy(
    "Accounts 86 and 87 are for gifts only. What is given for something in return is barter: it goes to a sale (class 7) "
    "and a purchase (class 6)."
)
GIFTS_ALONE = gettext_lazy(
    "A gift in kind stands alone: 86 at the debit, 87 at the credit, and no other account."
)

SENTENCES = {
    "no_lines": gettext_lazy("An entry has at least two lines."),
    "too_many_lines": gettext_lazy("An entry has too many lines."),
    "account": gettext_lazy(
        "Account “%(value)s” is none of the chart: three digits at least, from class 1 to 8."
    ),
    "negative": gettext_lazy("An amount is not negative: write it on the other side."),
    "zero": gettext_lazy("A line has an amount, on one side."),
    "two_sides": gettext_lazy("A line is on one side only."),
    "too_large": gettext_lazy("The amount is too large."),
    "unbalanced": gettext_lazy("The two sides differ by %(value)s: they must be equal, to the cent."),
    "gift_mixed": GIFTS_ALONE,
    "gift_one_sided": GIFTS_ALONE,
    "gift_sides": GIFTS_ALONE,
    "gift_in_barter": GIFT_OR_BARTER,
    "barter_in_gift": GIFT_OR_BARTER,
    "no_piece": gettext_lazy("An entry says what justifies it: an invoice, an agreement, a batch."),
    "no_label": gettext_lazy("An entry has a wording."),
    "party": gettext_lazy("A partner has a number and a name."),
}


class BooksError(Exception):
    """What the books refuse, with the sentence that says why."""

    @property
    def sentence(self) -> str:
        raise NotImplementedError


class RefusedEntryError(BooksError):
    """The entry is none. `line` from 1; 0: the whole entry."""

    def __init__(self, refusal: InvalidEntry) -> None:
        super().__init__(refusal.code)
        self.code, self.line, self.value = refusal.code, refusal.line, refusal.value

    @property
    def words(self) -> str:
        """Why, without the line."""
        value = self.value
        if self.code == "unbalanced":
            cents = abs(int(value))
            value = f"{cents // 100},{cents % 100:02d}\xa0€"
        return str(SENTENCES[self.code]) % {"value": value}

    @property
    def sentence(self) -> str:
        if not self.line:
            return self.words
        return _("Line %(line)s: %(said)s") % {"line": self.line, "said": self.words}


class ClosedPeriodError(BooksError):
    """The day falls in a period that was closed."""

    def __init__(self, organization: str, day: date, closed_until: date) -> None:
        super().__init__(organization, day, closed_until)
        self.organization, self.day, self.closed_until = organization, day, closed_until

    @property
    def sentence(self) -> str:
        return _(
            "The accounts of %(organization)s are closed until %(closed)s: nothing can be written on %(day)s any more."
        ) % {
            "organization": self.organization,
            "closed": date_format(self.closed_until, "DATE_FORMAT"),
            "day": date_format(self.day, "DATE_FORMAT"),
        }


class NotInBooksError(BooksError):
    """What is undone was never written in these books."""

    message = gettext_lazy("What it gives back is not in your accounts.")

    @property
    def sentence(self) -> str:
        return str(self.message)


class NoYearError(BooksError):
    """No year of the books holds the day."""

    def __init__(self, organization: str, day: date) -> None:
        super().__init__(organization, day)
        self.organization, self.day = organization, day

    @property
    def sentence(self) -> str:
        return _("The accounts of %(organization)s have no year that holds %(day)s: open it first.") % {
            "organization": self.organization,
            "day": date_format(self.day, "DATE_FORMAT"),
        }


class FutureDayError(BooksError):
    """What is not yet is not booked."""

    @property
    def sentence(self) -> str:
        return _("An entry is not dated after today.")


class OtherRequestError(BooksError):
    """The key served already, for something else."""

    @property
    def sentence(self) -> str:
        return _("This was already booked, with other amounts. Nothing was changed.")


class SettledBeyondError(BooksError):
    """More is settled than the invoice has left."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference

    @property
    def sentence(self) -> str:
        return _("Invoice %(reference)s has less left to settle than that.") % {"reference": self.reference}


class NotLetteredError(BooksError):
    """Lines that cannot be lettered together."""

    @property
    def sentence(self) -> str:
        return _(
            "Lines are tied together when they are of one account and one partner, on both sides, and cancel out to the cent."
        )


class AlreadyReversedError(BooksError):
    """An entry is undone once."""

    @property
    def sentence(self) -> str:
        return _("This entry was already undone by an opposite one.")


class ComesFromElsewhereError(BooksError):
    """What something else wrote is undone where that is undone, in all the books that it touches."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.source = source

    @property
    def sentence(self) -> str:
        if self.source in (EntrySource.SALE, EntrySource.PURCHASE):
            return _("This entry comes from an invoice: a credit note takes it back, on both sides at once.")
        if self.source in (EntrySource.SET_OFF, EntrySource.VAT, EntrySource.PAYMENT):
            return _(
                "This entry comes from what settled an invoice: cancel that, and it is undone everywhere at once."
            )
        if self.source == EntrySource.CREDIT:
            return _("This entry comes from a transfer in mutual credit: a transfer back undoes it.")
        return _("This entry already undoes another one.")
