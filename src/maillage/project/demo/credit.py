"""Half a year of exchanges in the barter circle of the demonstration, what waits, and what nobody counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.credit import Deal, make_deal, note_plain_exchange
from maillage.apps.barter.models import Circle, TransferSubject
from maillage.apps.barter.queries.acting import Acting
from maillage.apps.directory.models import Organization
from maillage.apps.ledger.actions import transfers
from maillage.apps.ledger.actions.acts import Doer
from maillage.apps.ledger.models import Account
from maillage.apps.ledger.queries.contents import Order


def add_credit(
    content: Mapping[str, Any],
    *,
    circle: Circle,
    facilitator: Person,
    organizations: Mapping[str, Organization],
    now: datetime,
) -> None:
    """The past is entered in the ledger alone, so that nobody is told today of what is old."""
    held = Account.objects.filter(unit__circle_credit__circle=circle, owner__isnull=False)
    accounts = {account.owner_id: account for account in held.select_related("owner")}
    by_key = {key: accounts[body.pk] for key, body in organizations.items() if body.pk in accounts}
    for rank, entry in enumerate(content["echange"]):
        made = transfers.pay(
            order=_order(entry, by_key),
            doer=Doer(
                actor=facilitator,
                key=f"demo:{circle.pk}:{rank}",
                now=now - timedelta(days=entry["jours"]),
                is_office=True,
            ),
        )
        TransferSubject.objects.create(transfer=made, category=entry["sorte"])
    for way, entry in (("provided", content["demande"]), ("reserved", content["reserve"])):
        acts_for = organizations[entry["de"] if way == "provided" else entry["a"]]
        make_deal(
            acting=Acting(person=facilitator, organization=acts_for, in_office_mode=True),
            circle=circle,
            deal=Deal(way=way, order=_order(entry, by_key), category=entry.get("sorte", "")),
            key=f"demo:{circle.pk}:{way}",
            now=now - timedelta(hours=20),
        )
    members = {member.organization_id: member for member in circle.members.select_related("organization")}
    for rank, entry in enumerate(content["sans_valeur"]):
        giver = organizations[entry["de"]]
        when = now - timedelta(days=entry["jours"])
        note_plain_exchange(
            acting=Acting(person=facilitator, organization=giver, in_office_mode=True),
            circle=circle,
            giver=members[giver.pk],
            receiver=members[organizations[entry["a"]].pk],
            what=entry["objet"],
            category=entry["sorte"],
            happened_on=when.date(),
            key=f"demo:{circle.pk}:plain:{rank}",
            now=when,
        )


def _order(entry: Mapping[str, Any], accounts: Mapping[str, Account]) -> Order:
    soulte = entry.get("soulte", 0)
    return Order(
        payer_id=accounts[entry["a"]].pk,
        payee_id=accounts[entry["de"]].pk,
        amount=entry["unites"] * 100,
        label=entry["objet"],
        soulte_cents=soulte * 100,
        soulte_currency="EUR" if soulte else "",
    )
