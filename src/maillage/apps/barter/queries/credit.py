"""The accounts of a circle as its pages read them: who has what, who takes part, and how much goes through the biggest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from maillage.apps.barter.models import Circle, CircleCredit, CircleMember, PlainExchange
from maillage.apps.barter.queries.circles import own_members
from maillage.apps.barter.queries.periods import EVER, Period
from maillage.apps.directory.choices import CarrierRole
from maillage.apps.directory.models import InitiativeCarrier
from maillage.apps.exchange.models import Listing
from maillage.apps.ledger.choices import PAYS, RECEIVES, Nature, State
from maillage.apps.ledger.models import Account, AccountChange, Transfer
from maillage.apps.ledger.queries.statements import in_period, transfers_in, with_parties
from maillage.apps.ledger.queries.steps import lower_step, upper_step
from maillage.kernel.db.holding import between_days

LISTINGS_MAX = 200


def accounts_of_circle(circle: Circle) -> QuerySet[Account]:
    """The accounts of its members by name, the suspended and the frozen too; not the closed ones."""
    rows = Account.objects.in_use().of_members().filter(unit__circle_credit__circle=circle)
    return rows.select_related("unit", "owner").order_by("owner__sort_key", "pk")


def own_accounts(viewer: object, circle: Circle) -> QuerySet[Account]:
    """The accounts of the viewer's own organisations, by name."""
    own = [member.organization_id for member in own_members(viewer, circle)]
    return accounts_of_circle(circle).filter(owner_id__in=own)


def partners_of(account: Account, circle: Circle, *, receiving: bool) -> list[Account]:
    """With whom the account may trade: those who may be paid by it (`receiving`), or whom it may ask to pay."""
    states = RECEIVES if receiving else PAYS
    return list(accounts_of_circle(circle).exclude(pk=account.pk).filter(status__in=states))


def listings_of_circle(circle: Circle, *, also: str = "") -> list[Listing]:
    """The needs and offers of the members and of the projects that they carry, as shown now, those of one together.

    There are `LISTINGS_MAX` at most, with the one whose key is `also` when it is one of them.
    """
    members = circle.members.active().values("organization_id")
    carried = InitiativeCarrier.objects.filter(organization_id__in=members, role=CarrierRole.CARRIER)
    of_members = Q(organization_id__in=members) | Q(initiative_id__in=carried.values("initiative_id"))
    rows = Listing.objects.shown().filter(of_members).select_related("organization", "initiative")
    found = list(
        rows.order_by("organization__sort_key", "initiative__sort_key", "direction", "sort_key", "pk")[
            :LISTINGS_MAX
        ]
    )
    if also.isdecimal() and len(found) == LISTINGS_MAX and also not in {str(each.pk) for each in found}:
        found += list(rows.filter(pk=int(also[:18])).order_by("pk"))
    return found


def passed_limits(account: Account) -> list[str]:
    """On which sides the soft limit is passed: "lower", "upper"."""
    sides = (("lower", lower_step(account)), ("upper", upper_step(account)))
    return [side for side, step in sides if step]


def changes_of_circle(circle: Circle) -> QuerySet[AccountChange]:
    """Every change of limits or state in the circle, the newest first."""
    rows = AccountChange.objects.filter(account__unit__circle_credit__circle=circle)
    found: QuerySet[AccountChange] = rows.select_related("account__owner", "account__unit", "act__actor")
    return found.order_by("-act__at", "-pk")


def changes_of_account(account: Account) -> QuerySet[AccountChange]:
    """The newest first."""
    found: QuerySet[AccountChange] = account.changes.select_related("act__actor", "account__unit")
    return found.order_by("-act__at", "-pk")


def trades_in(circle: Circle, period: Period = EVER) -> QuerySet[Transfer]:
    """The exchanges that were done and not reversed: what participation and shares are reckoned on."""
    rows = Transfer.objects.posted().filter(unit__circle_credit__circle=circle, nature=Nature.TRADE)
    rows = rows.filter(reversals__isnull=True)
    return in_period(rows, since=period.since, until=period.until)


@dataclass(frozen=True)
class Participation:
    """What a member gave and received: how many times, counted or not, and for how much in hundredths."""

    member: CircleMember
    given: int
    received: int
    plainly_given: int
    plainly_received: int
    given_amount: int
    received_amount: int

    @property
    def is_silent(self) -> bool:
        return not (self.given or self.received or self.plainly_given or self.plainly_received)


def participation_in(circle: Circle, period: Period = EVER) -> list[Participation]:
    """Every present member by name, those who exchanged nothing too."""
    counted: dict[str, dict[int, tuple[int, int]]] = {}
    for side in ("payer__owner_id", "payee__owner_id"):
        rows = trades_in(circle, period).order_by(side).values_list(side)
        counted[side] = {
            pk: (number, int(total))
            for pk, number, total in rows.annotate(n=Count("pk"), s=Sum("posted_amount"))
        }
    plain = between_days(
        PlainExchange.objects.filter(circle=circle), "happened_on", period.first, period.last
    )
    given, received = (
        Counter(plain.values_list("giver_id", flat=True)),
        Counter(plain.values_list("receiver_id", flat=True)),
    )
    members = circle.members.present().select_related("organization").order_by("organization__sort_key", "pk")
    nothing = (0, 0)
    return [
        Participation(
            member,
            counted["payee__owner_id"].get(member.organization_id, nothing)[0],
            counted["payer__owner_id"].get(member.organization_id, nothing)[0],
            given[member.pk],
            received[member.pk],
            counted["payee__owner_id"].get(member.organization_id, nothing)[1],
            counted["payer__owner_id"].get(member.organization_id, nothing)[1],
        )
        for member in members
    ]


@dataclass(frozen=True)
class MonthShare:
    """One month of a circle: `total` hundredths exchanged, `through` those in which the biggest member took part."""

    month: date
    total: int
    through: int
    biggest: str

    @property
    def percent(self) -> int:
        return round(100 * self.through / self.total) if self.total else 0


@dataclass
class _Month:
    total: int = 0
    by_owner: Counter[str] = field(default_factory=Counter)


def shares_of(circle: Circle, period: Period = EVER) -> Sequence[MonthShare]:
    """The share of trade that goes through the biggest member, month by month, the oldest first.

    A member takes part in what it provides and in what it receives: with one in the middle of everything, the share
    is 100 %; the more the others exchange among themselves, the lower it is. Months without exchange are left out.
    """
    rows = trades_in(circle, period).annotate(month=TruncMonth("posted_at"))
    grouped = (
        rows.order_by("month", "payer__owner__name", "payee__owner__name")
        .values_list("month", "payer__owner__name", "payee__owner__name")
        .annotate(total=Sum("posted_amount"))
    )
    months: dict[date, _Month] = defaultdict(_Month)
    for month, payer, payee, total in grouped:
        months[month.date()].total += int(total)
        for owner in (payer, payee):
            if owner is not None:
                months[month.date()].by_owner[owner] += int(total)
    shown = []
    for month, told in sorted(months.items()):
        biggest = min(told.by_owner, key=lambda name: (-told.by_owner[name], name))
        shown.append(MonthShare(month, told.total, told.by_owner[biggest], biggest))
    return shown


def account_to_pay(pk: int) -> Account | None:
    """The account that a code at a counter names."""
    return Account.objects.select_related("unit", "owner").filter(pk=pk).first()


def circle_of_account(account: Account) -> Circle:
    return Circle.objects.get(credit__unit=account.unit_id)


def credit_of(circle: Circle) -> CircleCredit | None:
    """The rules of the accounts of a circle; None before it opens any."""
    return CircleCredit.objects.select_related("unit").filter(circle=circle).first()


def exchanges_of(circle: Circle, *, since: datetime | None, until: datetime | None) -> QuerySet[Transfer]:
    """What moved on the accounts of a circle; nothing before it opens any."""
    credit = getattr(circle, "credit", None)
    if credit is None:
        return Transfer.objects.none()
    return transfers_in(credit.unit, since=since, until=until)


def settled_on(account: Account) -> QuerySet[Transfer]:
    """What moved, or was not to move in the end, on an account, the parties with it; in no order."""
    settled = Transfer.objects.of(account).exclude(state__in=(State.REQUESTED, State.PENDING))
    return with_parties(settled)
