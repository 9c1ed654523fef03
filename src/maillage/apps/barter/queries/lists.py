"""The lists of a circle, narrowed to what their addresses ask; the arguments are those of the address."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q, QuerySet

from maillage.apps.barter.choices import DebtState
from maillage.apps.barter.models import CircleMember, ClearingBatch, Debt, Loop
from maillage.apps.ledger.models import Account, Transfer
from maillage.kernel.db.holding import WORDS_MAX, between_days, holding

SETTLED = "settled"
NOTHING_LEFT = (
    Q(remaining_cents=0)
    | Q(
        issued_invoice__gross_cents__lte=F("issued_invoice__prepaid_cents")
        + F("issued_invoice__settled_cents")
        + F("issued_invoice__credited_cents")
    )
    | Q(issued_invoice=None, received_invoice__due_cents__lte=F("received_invoice__settled_cents"))
)
"""Of a debt: it is cleared, or its invoice was settled elsewhere, as `Debt.left_cents` reckons it."""


def accounts_asked(found: QuerySet[Account], *, mots: str = "", etat: str = "") -> QuerySet[Account]:
    """The accounts whose owner's name holds the words, in a state."""
    found = holding(found, mots, keys=("owner__sort_key",))
    return found.filter(status=etat) if etat else found


def members_asked(found: QuerySet[CircleMember], *, mots: str = "", etat: str = "") -> QuerySet[CircleMember]:
    found = holding(found, mots, keys=("organization__sort_key",))
    return found.filter(state=etat) if etat else found


def debts_asked(
    found: QuerySet[Debt], *, mots: str = "", etat: str = "", du: date | None = None, au: date | None = None
) -> QuerySet[Debt]:
    """The debts whose invoice or sides hold the words, in a state, due between two days.

    What is confirmed and of which nothing is left is settled, and no longer merely confirmed.
    """
    sides = ("debtor__organization__sort_key", "creditor__organization__sort_key")
    found = holding(found, mots, keys=sides, texts=("invoice",))
    if etat == SETTLED:
        found = found.filter(NOTHING_LEFT, state=DebtState.CONFIRMED)
    elif etat == DebtState.CONFIRMED:
        found = found.filter(state=etat).exclude(pk__in=found.filter(NOTHING_LEFT).values("pk"))
    elif etat:
        found = found.filter(state=etat)
    return between_days(found, "due_date", du, au)


def batches_asked(
    found: QuerySet[ClearingBatch], *, etat: str = "", du: date | None = None, au: date | None = None
) -> QuerySet[ClearingBatch]:
    """The batches in a state, proposed between two days."""
    if etat:
        found = found.filter(state=etat)
    return between_days(found, "proposed_at__date", du, au)


def loops_asked(found: QuerySet[Loop], *, mots: str = "", etat: str = "") -> QuerySet[Loop]:
    """The loops in a state, each word in the name of one of their members."""
    for word in mots.split()[:WORDS_MAX]:
        with_one = holding(Loop.objects.all(), word, keys=("legs__giver__organization__sort_key",))
        found = found.filter(pk__in=with_one.values("pk"))
    return found.filter(state=etat) if etat else found


def exchanges_asked(found: QuerySet[Transfer], *, mots: str = "") -> QuerySet[Transfer]:
    """The exchanges whose sides, purpose or invoice hold the words."""
    return holding(
        found, mots, keys=("payer__owner__sort_key", "payee__owner__sort_key"), texts=("label", "reference")
    )
