"""What every page of the accounts shows around what it is about: whose they are, which year, the other pages."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from maillage.apps.books.access import Desk, get_books_for
from maillage.apps.books.models import Books, FiscalYear
from maillage.apps.books.queries.journal import years_of

YEAR = "exercice"


@dataclass(frozen=True)
class Page:
    """The accounts of an organisation, open at a year."""

    desk: Desk
    books: Books
    year: FiscalYear
    years: tuple[FiscalYear, ...]

    @property
    def pk(self) -> int:
        return self.desk.organization.pk

    def url(self, view: str, *more: object) -> str:
        query = f"?{YEAR}={self.year.pk}" if self.year != self.years[0] else ""
        return reverse(f"books:{view}", args=[self.pk, *more]) + query

    def context(self, request: HttpRequest, view: str, *here: str) -> dict[str, Any]:
        pages = (
            ("accounts", _("Overview")),
            ("accounts_journal", _("Journal")),
            ("accounts_ledger", _("By account")),
            ("accounts_balance", _("Trial balance")),
            ("accounts_letters", _("What is settled")),
            ("accounts_fec", _("File for the tax office")),
        )
        name = self.desk.organization.name
        own = (_("Accounts of %(name)s") % {"name": name}, self.url("accounts") if here else "")
        return {
            "page": self,
            "organization": self.desk.organization,
            "in_office": self.desk.in_office,
            "tabs": [(label, self.url(each), each == view) for each, label in pages],
            "years": [
                (
                    year_words(year),
                    f"{reverse(f'books:{view}', args=[self.pk])}?{YEAR}={year.pk}",
                    year == self.year,
                )
                for year in self.years
            ]
            if len(self.years) > 1
            else [],
            "year_words": year_words(self.year),
            "crumbs": [(_("Accounts"), reverse("books:my_accounts")), own, *((label, "") for label in here)],
        }


def page_of(request: HttpRequest, pk: int, *, to_close: bool = False) -> Page:
    """The page for the viewer, at the year that the address names, or the one of today. Raises Http404."""
    desk, books = get_books_for(request.user, pk, to_close=to_close)
    return page_at(request, desk, books)


def page_at(request: HttpRequest, desk: Desk, books: Books) -> Page:
    """The page of accounts that are loaded already. Raises Http404 for a year that they do not have."""
    years = tuple(years_of(books))
    asked = request.GET.get(YEAR, "")
    if asked:
        found = [year for year in years if str(year.pk) == asked]
        if not found:
            raise Http404
        return Page(desk, books, found[0], years)
    today = timezone.localdate()
    current = next((year for year in years if year.starts_on <= today <= year.ends_on), years[0])
    return Page(desk, books, current, (current, *(year for year in years if year != current)))


def year_words(year: FiscalYear) -> str:
    """“2026”, or both ends of a year that is not a calendar one."""
    if (year.starts_on, year.ends_on) == (date(year.starts_on.year, 1, 1), date(year.starts_on.year, 12, 31)):
        return str(year.starts_on.year)
    return f"{date_format(year.starts_on, 'SHORT_DATE_FORMAT')} - {date_format(year.ends_on, 'SHORT_DATE_FORMAT')}"


def euros(cents: int) -> str:
    return (
        f"{number_format(cents / 100, decimal_pos=2, use_l10n=True, force_grouping=True)}\N{NO-BREAK SPACE}€"
    )


def month_ends(year: FiscalYear) -> Iterator[date]:
    """The last day of each month of a year, the year's own last day included."""
    month, last = date(year.starts_on.year, year.starts_on.month, 1), year.ends_on
    while month <= last:
        end = month.replace(day=calendar.monthrange(month.year, month.month)[1])
        yield min(end, last)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_words(day: date) -> str:
    return date_format(day, "F Y")
