"""Each member of a circle has an account, which follows its state."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from maillage.apps.accounts.models import Person
from maillage.apps.barter.choices import MemberState
from maillage.apps.barter.models import Circle, CircleCredit, CircleMember
from maillage.apps.ledger.actions.accounts import (
    change_rules,
    change_status,
    check_limits,
    open_account,
    open_unit,
)
from maillage.apps.ledger.actions.acts import Doer
from maillage.apps.ledger.choices import AccountStatus
from maillage.apps.ledger.models import Account, Transfer
from maillage.apps.ledger.queries.contents import Limits, UnitRules
from maillage.apps.ledger.queries.wording import shown_with_unit
from maillage.kernel.audit.actions import record

STATUS_OF: dict[str, str] = {
    MemberState.ACTIVE: AccountStatus.OPEN,
    MemberState.SUSPENDED: AccountStatus.SUSPENDED,
    MemberState.FROZEN: AccountStatus.FROZEN,
    MemberState.LEFT: AccountStatus.CLOSED,
}


@transaction.atomic
def credit_of(circle: Circle, *, person: Person | None, now: datetime) -> CircleCredit:
    """The unit of account of a circle, made the first time that it is needed."""
    found = CircleCredit.objects.select_related("unit").filter(circle=circle).first()
    if found is not None:
        return found
    Circle.objects.select_for_update().get(pk=circle.pk)
    found = CircleCredit.objects.select_related("unit").filter(circle=circle).first()
    if found is not None:
        return found
    name = circle.unit_name
    plural = name if name.endswith(("s", "x", "z")) else f"{name}s"
    doer = Doer(actor=person, key=f"circle:{circle.pk}", now=now)
    unit = open_unit(name=name, plural=plural, doer=doer)
    return CircleCredit.objects.create(circle=circle, unit=unit)


@transaction.atomic
def follow_member(member: CircleMember, person: Person, now: datetime) -> None:
    """Open the account of a member who joins; suspend, freeze, close it or open it again as the member."""
    credit = credit_of(member.circle, person=person, now=now)
    moment = f"{member.pk}:{member.state}:{now.isoformat()}"
    limits = Limits(
        lower_limit=credit.lower_limit,
        upper_limit=credit.upper_limit,
        soft_lower=credit.soft_lower,
        soft_upper=credit.soft_upper,
    )
    account = open_account(
        unit_id=credit.unit_id,
        owner=member.organization,
        limits=limits,
        doer=Doer(actor=person, key=f"open:{moment}", now=now),
    )
    change_status(
        account_id=account.pk,
        status=STATUS_OF[member.state],
        doer=Doer(actor=person, key=f"state:{moment}", now=now),
    )


def _open_missing_accounts(credit: CircleCredit, *, person: Person, now: datetime) -> None:
    have = credit.unit.accounts.filter(owner__isnull=False).values("owner_id")
    missing = credit.circle.members.present().exclude(organization_id__in=have)
    for member in missing.select_related("organization").order_by("pk"):
        follow_member(member, person, now)


def obstacle_to_leaving(member: CircleMember) -> str:
    """A member leaves at zero, with nothing waiting."""
    account = Account.objects.filter(
        unit__circle_credit__circle=member.circle_id, owner=member.organization_id
    )
    found = account.select_related("unit").first()
    if found is None:
        return ""
    if found.balance > 0:
        return _("It has still to receive for %(amount)s before it leaves.") % {
            "amount": shown_with_unit(found.balance, found.unit)
        }
    if found.balance < 0:
        return _("It has still to provide for %(amount)s before it leaves.") % {
            "amount": shown_with_unit(-found.balance, found.unit)
        }
    if Transfer.objects.waiting().of(found).exists():
        return _("Requests or reservations of its account are still waiting.")
    return ""


@transaction.atomic
def set_credit_rules(
    *, person: Person, circle: Circle, limits: Limits, rules: UnitRules, key: str, now: datetime
) -> CircleCredit:
    """The limits of those who join from now on, and the commission and demurrage of the circle.

    Members who joined before the circle had accounts get theirs, with these limits.
    """
    credit = credit_of(circle, person=person, now=now)
    check_limits(limits, Account(unit=credit.unit))
    for name in ("lower_limit", "upper_limit", "soft_lower", "soft_upper"):
        setattr(credit, name, getattr(limits, name))
    credit.save()
    change_rules(unit_id=credit.unit_id, rules=rules, doer=Doer(actor=person, key=key, now=now))
    record(
        actor=person,
        verb="credit.rules",
        target_kind="circle",
        target_id=circle.pk,
        target_label=circle.name,
        details={"limits": asdict(limits), "rules": asdict(rules)},
        now=now,
    )
    _open_missing_accounts(credit, person=person, now=now)
    return credit
