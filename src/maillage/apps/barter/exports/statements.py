"""Statements and exchanges going out: tables, and the statement that one hands in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from maillage.apps.barter.models import Circle
from maillage.apps.barter.queries.periods import Period
from maillage.apps.ledger.models import Transfer
from maillage.apps.ledger.queries.statements import Statement
from maillage.apps.ledger.queries.wording import shown
from maillage.kernel.documents.typst import render_pdf
from maillage.kernel.site.settings import get_site

HEADER = ("date", "numero", "avec", "objet", "fourni", "recu", "solde", "soulte_euros", "facture")
CIRCLE_HEADER = (
    "date",
    "numero",
    "fourni_par",
    "recu_par",
    "montant",
    "nature",
    "objet",
    "soulte_euros",
    "facture",
)


def in_figures(amount: int) -> float:
    """For a workbook, which has numbers."""
    return amount / 100


def with_comma(amount: int) -> str:
    """For a CSV, which French spreadsheets read with a decimal comma."""
    return f"{amount / 100:.2f}".replace(".", ",")


def money_for(form: str) -> Callable[[int], object]:
    """How a table of that form writes hundredths."""
    return with_comma if form == "csv" else in_figures


def statement_rows(told: Statement, money: Callable[[int], object]) -> Iterator[tuple[Any, ...]]:
    for line in told.lines:
        moved = line.transfer.posted_at
        yield (
            timezone.localtime(moved).date() if moved else "",
            line.transfer.pk,
            str(line.other),
            line.transfer.label,
            money(line.provided),
            money(line.received),
            money(line.balance or 0),
            money(line.transfer.soulte_cents),
            line.transfer.reference,
        )


def period_words(period: Period, *, today: date) -> str:
    last = date_format(period.last or today, "DATE_FORMAT")
    if period.first is None:
        return _("From the beginning to %(last)s") % {"last": last}
    return _("From %(first)s to %(last)s") % {"first": date_format(period.first, "DATE_FORMAT"), "last": last}


def statement_pdf(circle: Circle, told: Statement, period: Period, *, now: datetime) -> bytes:
    """The same lines as the tables, as a document."""
    account = told.account
    data = {
        "title": _("Statement of %(name)s") % {"name": account},
        "site": get_site().name,
        "circle": circle.name,
        "period": period_words(period, today=timezone.localdate(now)),
        "unit": account.unit.plural,
        "opening": shown(told.sums.opening),
        "closing": shown(told.sums.closing),
        "provided": shown(told.sums.provided),
        "received": shown(told.sums.received),
        "words": {
            "opening": _("Balance at the beginning"),
            "closing": _("Balance at the end"),
            "total": _("In all"),
            "note": _(
                "A balance above zero: more provided than received. Amounts are in %(unit)s, never in euros."
            )
            % {"unit": account.unit.plural},
            "none": _("Nothing moved in this period."),
        },
        "header": [
            _("Date"),
            _("Number"),
            _("With"),
            _("What"),
            _("Provided"),
            pgettext("column of exchanges", "Received"),
            _("Balance"),
        ],
        "rows": [
            [
                date_format(timezone.localtime(line.transfer.posted_at), "SHORT_DATE_FORMAT"),
                str(line.transfer.pk),
                str(line.other),
                _what(line.transfer),
                shown(line.provided) if line.provided else "",
                shown(line.received) if line.received else "",
                shown(line.balance or 0),
            ]
            for line in told.lines
        ],
    }
    return render_pdf("barter/documents/statement.typ", data, at=now)


def _what(transfer: Transfer) -> str:
    """What it was, with the invoice that it pays."""
    words = transfer.label or str(transfer.get_nature_display())
    if not transfer.reference:
        return words
    return _("%(what)s · invoice %(number)s") % {"what": words, "number": transfer.reference}


def circle_rows(rows: Iterable[Transfer], money: Callable[[int], object]) -> Iterator[tuple[Any, ...]]:
    for each in rows:
        yield (
            timezone.localtime(each.posted_at).date() if each.posted_at else "",
            each.pk,
            str(each.payee),
            str(each.payer),
            money(each.posted_amount),
            str(each.get_nature_display()),
            each.label,
            money(each.soulte_cents),
            each.reference,
        )
