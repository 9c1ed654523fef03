"""Invoices between members of a circle that may be said as debts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from maillage.apps.barter.choices import DebtState, MemberState
from maillage.apps.barter.models import Circle, CircleMember, Debt
from maillage.apps.books.queries.debts import open_debts


@dataclass(frozen=True)
class InvoiceToTakeUp:
    """An invoice that `debtor` still owes `creditor`. `source`, `source_id`: where it is, as `open_debts` names it."""

    debtor: CircleMember
    creditor: CircleMember
    amount_cents: int
    number: str
    due_on: date | None
    source: str
    source_id: int

    @property
    def mark(self) -> tuple[str, int]:
        return self.source, self.source_id


def invoices_to_take_up(
    circle: Circle, organization_ids: Collection[int], active: Iterable[CircleMember] | None = None
) -> list[InvoiceToTakeUp]:
    """What these organisations owe other active members by invoice, or are owed, and is no debt of the circle; oldest first.

    `active`: the active members with their organisations, when the caller has read them.
    """
    if active is None:
        active = circle.members.filter(state=MemberState.ACTIVE).select_related("organization")
    members = {each.organization_id: each for each in active}
    if members.keys().isdisjoint(organization_ids):
        return []
    found = [
        each
        for each in open_debts(members)
        if not {each.debtor_id, each.creditor_id}.isdisjoint(organization_ids)
    ]
    if not found:
        return []
    known = set(
        Debt.objects.filter(circle=circle)
        .exclude(state=DebtState.WITHDRAWN)
        .values_list("creditor", "invoice")
    )
    return [
        InvoiceToTakeUp(
            members[each.debtor_id],
            members[each.creditor_id],
            each.amount_cents,
            each.number,
            each.due_on,
            each.source,
            each.source_id,
        )
        for each in found
        if (members[each.creditor_id].pk, each.number) not in known
    ]
