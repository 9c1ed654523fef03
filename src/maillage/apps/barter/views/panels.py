"""What the accounts show on the page of a circle, of an invoice, of a need or an offer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from maillage.apps.accounts.access import is_facilitator, is_signed_in
from maillage.apps.barter.models import Circle, CircleMember
from maillage.apps.barter.queries.credit import accounts_of_circle, passed_limits
from maillage.apps.barter.queries.debts import invoices_to_take_up
from maillage.apps.barter.queries.loops import loops_waiting
from maillage.apps.barter.queries.paying import (
    SHOWN_MAX,
    Pair,
    Payable,
    key_of,
    may_be_paid,
    memberships_to_pay,
    organizations_behind,
    pairs_of,
    sides_of,
    transfers_of_invoice,
    transfers_of_listing,
)
from maillage.apps.barter.views.credit import account_url, balance_sentence
from maillage.apps.barter.views.loops import loop_url
from maillage.apps.books.choices import DocumentKind, ReceivedStatus
from maillage.apps.books.models import Invoice, ReceivedInvoice
from maillage.apps.books.queries.debts import RECEIVED
from maillage.apps.books.queries.received import owed_files
from maillage.apps.directory.access import (
    acting_organization,
    money_organization_ids,
    roles_in_organizations,
)
from maillage.apps.exchange.choices import SHOWN
from maillage.apps.exchange.models import Listing
from maillage.apps.ledger.models import Transfer
from maillage.apps.ledger.queries.statements import requests_to_answer


def accounts_panel(
    request: HttpRequest, *, circle: Circle, mine: list[CircleMember], leads: bool
) -> dict[str, Any] | None:
    """The balances of one's own organisations, and how many requests wait for them."""
    if not mine:
        return None
    own = list(accounts_of_circle(circle).filter(owner_id__in=[member.organization_id for member in mine]))
    asked = [each.payer_id for each in requests_to_answer(own)]
    rows = [
        {
            "account": each,
            "href": account_url(circle, each),
            "sentence": balance_sentence(each),
            "asked": asked.count(each.pk),
            "passed": passed_limits(each),
        }
        for each in own
    ]
    return {"rows": rows} if rows else None


def loops_panel(
    request: HttpRequest, *, circle: Circle, mine: list[CircleMember], leads: bool
) -> dict[str, Any] | None:
    """The loops that wait for an answer of one's own organisations."""
    if not mine:
        return None
    rows = [(each, loop_url(each), member) for each, member in loops_waiting(circle, mine)]
    return {"rows": rows} if rows else None


def invoice_panel(request: HttpRequest, *, invoice: Invoice) -> dict[str, Any] | None:
    """To pay an invoice in units, for its buyer; to ask for it, for who issued it; and what was paid so.

    Facilitators pay and ask in the place of either side.
    """
    if invoice.kind != DocumentKind.INVOICE or invoice.is_draft:
        return None
    return _in_units(request.user, invoice)


def received_units_panel(request: HttpRequest, *, received: ReceivedInvoice) -> dict[str, Any] | None:
    """The same, for an invoice that came as a file from a member of a circle."""
    is_owed = owed_files(settled_too=True).filter(pk=received.pk).exists()
    panel = _in_units(request.user, received) if is_owed else None
    return {**panel, "level": 3} if panel else None


def _in_units(viewer: object, invoice: Payable) -> dict[str, Any] | None:
    seller, buyer = sides_of(invoice)
    if seller is None or not is_signed_in(viewer):
        return None
    moved = list(transfers_of_invoice(invoice))
    ways: list[tuple[str, Pair]] = []
    if invoice.remaining_cents > sum(each.amount for each in moved if each.is_waiting):
        leads = is_facilitator(viewer)
        handled = set() if leads else money_organization_ids(viewer)
        if may_be_paid(invoice, way="received") and (leads or buyer in handled):
            ways += [("recu", pair) for pair in pairs_of([buyer], [seller], paying=True)]
        if leads or seller in handled:
            ways += [("fourni", pair) for pair in pairs_of([seller], [buyer], paying=False)]
    rows = [_way(way, pair, facture=key_of(invoice), avec=pair.other.pk) for way, pair in ways]
    return {"ways": rows, **_some(moved)} if rows or moved else None


def received_panel(request: HttpRequest, *, received: ReceivedInvoice) -> dict[str, Any] | None:
    """The way to the debts of a circle, for an invoice that came as a file, is owed, and is none of them yet."""
    if received.status != ReceivedStatus.UNDISPUTED or received.supplier_id is None:
        return None
    rows = [
        (each.circle, reverse("barter:debt_invoices", args=[each.circle_id, each.pk]))
        for each in memberships_to_pay(received)[:SHOWN_MAX]
        if any(
            (found.source, found.source_id) == (RECEIVED, received.pk)
            for found in invoices_to_take_up(each.circle, [received.receiver_id])
        )
    ]
    return {"rows": rows} if rows else None


def listing_panel(request: HttpRequest, *, listing: Listing) -> dict[str, Any] | None:
    """To pay an offer in units, or to be paid for what meets a need, for who has an account beside its owner's; a
    project's owners are the organisations that carry it.

    The exchanges that it led to are shown to the people of their two sides, and to facilitators.
    """
    viewer = request.user
    if not is_signed_in(viewer) or not (owners := organizations_behind(listing)):
        return None
    handled = money_organization_ids(viewer)
    seen = None if is_facilitator(viewer) else set(roles_in_organizations(viewer))
    moved = list(transfers_of_listing(listing, seen))
    rows = []
    if handled - owners and listing.status in SHOWN:
        pairs = pairs_of(handled, owners, paying=not listing.is_need)
        way = "fourni" if listing.is_need else "recu"
        acting = acting_organization(request) if len(pairs) > 1 else None
        if acting is not None and any(pair.mine.owner_id == acting.pk for pair in pairs):
            pairs = [pair for pair in pairs if pair.mine.owner_id == acting.pk]
        rows = [_way(way, pair, annonce=listing.pk, avec=pair.other.pk) for pair in pairs]
        for row in rows:
            row["named"] = len({pair.mine.owner_id for pair in pairs}) > 1
            row["several"] = len(owners) > 1
    return {"ways": rows, **_some(moved)} if rows or moved else None


def _way(way: str, pair: Pair, **filled: int | str) -> dict[str, Any]:
    """One thing to do on one account: `pays`, where, and in whose name."""
    address = reverse("barter:deal", args=[pair.circle_id, pair.mine.pk, way])
    said = "&".join(f"{name}={value}" for name, value in filled.items())
    return {
        "pays": way == "recu",
        "named": False,
        "several": False,
        "other": pair.other,
        "href": f"{address}?{said}",
        "account": pair.mine,
        "circle": pair.mine.unit.circle_credit.circle,
    }


def _some(moved: Sequence[Transfer]) -> dict[str, Any]:
    """The first exchanges, how many there are beyond them, and the level of the panel's title."""
    return {"level": 2, "moved": _linked(moved[:SHOWN_MAX]), "more": max(0, len(moved) - SHOWN_MAX)}


def _linked(moved: Iterable[Transfer]) -> list[tuple[Transfer, str]]:
    return [
        (each, reverse("barter:transfer", args=[each.unit.circle_credit.circle_id, each.pk]))
        for each in moved
    ]
