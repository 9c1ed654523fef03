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

SIRENS = {"ressourcerie": "100000017", "radio": "100000025"}
"""Numbers whose key is right and that nobody bears."""


def add_books(
    *, organizations: Mapping[str, Organization], people: Mapping[str, Person], now: datetime
) -> None:
    """The centre sells furniture to the radio, which sells it spots; most of it is cleared, a rest stays owed."""
    today = now.date()
    centre, radio = organizations["ressourcerie"], organizations["radio"]
    manager = people["gestionnaire"]
    first = date((today - timedelta(days=120)).year, 1, 1)
    for key, organization in (("ressourcerie", centre), ("radio", radio)):
        open_books(
            actor=manager if key == "ressourcerie" else None,
            organization_id=organization.pk,
            choices=BooksChoices("associative", siren=SIRENS[key], services_bought_account="6231"),
            starts_on=first,
            ends_on=date(today.year, 12, 31),
            now=now,
        )
    _open_balances(centre, manager, today - timedelta(days=110), now)
    _barter(centre, radio, today, now)
    book_gift(
        actor=manager,
        organization_id=centre.pk,
        use_account="864",
        origin_account="875",
        amount_cents=38_400,
        day=today - timedelta(days=20),
        piece="Feuille d’heures",
        label="Trente-deux heures de bénévoles à la boutique",
        is_given_back=False,
        key="demonstration",
        now=now,
    )
    until = (today - timedelta(days=100)).replace(day=1) - timedelta(days=1)
    if until >= first:
        close_period(actor=manager, organization_id=centre.pk, until=until, today=today, now=now)


def _open_balances(centre: Organization, manager: Person, day: date, now: datetime) -> None:
    """What the centre had before, and a purchase paid by its bank."""
    entries = (
        Entry("AN", day, "Bilan", day, "Soldes repris", (debit("512", 840_000), credit("1068", 840_000))),
        Entry(
            "OD",
            day + timedelta(days=12),
            "Ticket 4417",
            day + timedelta(days=12),
            "Petit outillage de l’atelier",
            (debit("6063", 4_350), debit("44566", 870), credit("512", 5_220)),
        ),
    )
    for number, entry in enumerate(entries, start=1):
        enter_by_hand(
            actor=manager, organization_id=centre.pk, entry=entry, key=f"demonstration-{number}", now=now
        )


def _barter(centre: Organization, radio: Organization, today: date, now: datetime) -> None:
    """Two invoices, a batch that clears the smaller one and as much of the other, part of the rest paid in units."""
    sold, answered = today - timedelta(days=60), today - timedelta(days=56)
    invoices = (
        InvoiceToBook(centre.pk, radio.pk, "RV-0031", sold, "Mobilier du nouveau studio", (BookedPart(50_000, 10_000),)),
        InvoiceToBook(radio.pk, centre.pk, "RA-0012", answered, "Douze annonces, semaine du réemploi", (BookedPart(40_000, 8_000, is_service=True),)),
    )  # fmt: skip
    for invoice in invoices:
        book_invoice(actor=None, invoice=invoice, now=now)
    cleared = today - timedelta(days=30)
    lines = (
        SettlementLine(centre.pk, radio.pk, 48_000, "RA-0012"),
        SettlementLine(radio.pk, centre.pk, 48_000, "RV-0031"),
    )
    batch = SettlementBatch("demonstration-1", "Lot de démonstration", cleared, lines)
    settle_together(actor=None, batch=batch, now=now)
    paid = TransferToBook(
        radio.pk,
        centre.pk,
        5_000,
        today - timedelta(days=10),
        "demonstration",
        "Acompte en crédit mutuel",
        "RV-0031",
    )
    book_transfer(actor=None, transfer=paid, now=now)
