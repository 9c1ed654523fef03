"""The accounts of two organisations of the demonstration: a barter, its set-off, a gift, what is written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.booking import (
    BookedPart,
    InvoiceToBook,
    TransferToBook,
    book_gift,
    book_invoice,
    book_transfer,
)
from maillage.apps.books.actions.clearing import SettlementBatch, SettlementLine, settle_together
from maillage.apps.books.actions.opening import BooksChoices, close_period, open_books
from maillage.apps.books.actions.writing import enter_by_hand
from maillage.apps.directory.models import Organization
from maillage.cores.accounting import Entry
from maillage.cores.accounting.values import credit, debit
from maillage.project.demo.timeline import Event

SIRENS = {"ressourcerie": "000345678", "radio": "000000216"}
"""Those of their invoicing settings: their key is right, and nobody bears them."""


def book_events(
    *, organizations: Mapping[str, Organization], people: Mapping[str, Person], now: datetime
) -> list[Event]:
    """The centre sells furniture to the radio, which sells it spots; most of it is cleared, a rest stays owed."""
    centre, radio = organizations["ressourcerie"], organizations["radio"]
    manager = people["gestionnaire"]
    return [
        Event(120, lambda when: _open(centre, radio, manager, when, now)),
        Event(110, lambda when: _write(centre, manager, 1, _balances(when.date()), when)),
        Event(98, lambda when: _write(centre, manager, 2, _tools(when.date()), when)),
        Event(60, lambda when: _sell(centre, radio, when)),
        Event(56, lambda when: _answer(centre, radio, when)),
        Event(30, lambda when: _clear(centre, radio, when)),
        Event(20, lambda when: _give(centre, manager, when)),
        Event(10, lambda when: _pay(centre, radio, when)),
        Event(0, lambda when: _close(centre, manager, when)),
    ]


def _open(centre: Organization, radio: Organization, manager: Person, when: datetime, now: datetime) -> None:
    """Accounts of one year, or of two when the first days of the story are of the year before."""
    for key, organization in (("ressourcerie", centre), ("radio", radio)):
        open_books(
            actor=manager if key == "ressourcerie" else None,
            organization_id=organization.pk,
            choices=BooksChoices("associative", siren=SIRENS[key], services_bought_account="6231"),
            starts_on=date(when.year, 1, 1),
            ends_on=date(now.year, 12, 31),
            now=when,
        )


def _write(centre: Organization, manager: Person, number: int, entry: Entry, when: datetime) -> None:
    enter_by_hand(
        actor=manager, organization_id=centre.pk, entry=entry, key=f"demonstration-{number}", now=when
    )


def _balances(day: date) -> Entry:
    """What the centre had before."""
    return Entry("AN", day, "Bilan", day, "Soldes repris", (debit("512", 840_000), credit("1068", 840_000)))


def _tools(day: date) -> Entry:
    """A purchase paid by its bank."""
    lines = (debit("6063", 4_350), debit("44566", 870), credit("512", 5_220))
    return Entry("OD", day, "Ticket 4417", day, "Petit outillage de l’atelier", lines)


def _sell(centre: Organization, radio: Organization, when: datetime) -> None:
    furniture = (BookedPart(50_000, 10_000),)
    sold = InvoiceToBook(centre.pk, radio.pk, "RV-0031", when.date(), "Mobilier du nouveau studio", furniture)
    book_invoice(actor=None, invoice=sold, now=when)


def _answer(centre: Organization, radio: Organization, when: datetime) -> None:
    spots = (BookedPart(40_000, 8_000, is_service=True),)
    bought = InvoiceToBook(
        radio.pk, centre.pk, "RA-0012", when.date(), "Douze annonces, semaine du réemploi", spots
    )
    book_invoice(actor=None, invoice=bought, now=when)


def _clear(centre: Organization, radio: Organization, when: datetime) -> None:
    """The smaller invoice, and as much of the other."""
    lines = (
        SettlementLine(centre.pk, radio.pk, 48_000, "RA-0012"),
        SettlementLine(radio.pk, centre.pk, 48_000, "RV-0031"),
    )
    batch = SettlementBatch("demonstration-1", "Compensation à deux", when.date(), lines)
    settle_together(actor=None, batch=batch, now=when)


def _give(centre: Organization, manager: Person, when: datetime) -> None:
    book_gift(
        actor=manager,
        organization_id=centre.pk,
        use_account="864",
        origin_account="875",
        amount_cents=38_400,
        day=when.date(),
        piece="Feuille d’heures",
        label="Trente-deux heures de bénévoles à la boutique",
        is_given_back=False,
        key="demonstration",
        now=when,
    )


def _pay(centre: Organization, radio: Organization, when: datetime) -> None:
    """Part of the rest, in units."""
    label = "Acompte en crédit mutuel"
    paid = TransferToBook(radio.pk, centre.pk, 5_000, when.date(), "demonstration", label, "RV-0031")
    book_transfer(actor=None, transfer=paid, now=when)


def _close(centre: Organization, manager: Person, when: datetime) -> None:
    """The months before the story, when they are of a year that is kept."""
    today = when.date()
    until = (today - timedelta(days=100)).replace(day=1) - timedelta(days=1)
    if until >= date((today - timedelta(days=120)).year, 1, 1):
        close_period(actor=manager, organization_id=centre.pk, until=until, today=today, now=when)
