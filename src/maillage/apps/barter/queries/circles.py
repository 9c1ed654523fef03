"""Circles, their members and their agreement as their pages read them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from maillage.apps.accounts.models import Person
from maillage.apps.barter.choices import PRESENT
from maillage.apps.barter.models import (
    Agreement,
    Circle,
    CircleMember,
    CircleVersion,
    MemberChange,
    Signature,
)
from maillage.apps.barter.models.circles import CircleMemberQuerySet
from maillage.apps.directory.access import active_memberships
from maillage.apps.directory.queries.differences import differences, excerpt
from maillage.apps.directory.queries.history import FieldChange


def circles() -> QuerySet[Circle]:
    """All of them by name, each with `member_count`, those who belong to it now."""
    counted = Count("members", filter=Q(members__state__in=PRESENT))
    return Circle.objects.annotate(member_count=counted).order_by("sort_key", "pk")


def member_of(circle: Circle, organization_id: int) -> CircleMember | None:
    """The organisation in this circle, whatever its state; None when it never signed."""
    return circle.members.select_related("organization").filter(organization_id=organization_id).first()


def members_of(circle: Circle) -> CircleMemberQuerySet:
    """Everybody who ever joined, by name: filter with `.active()` or `.present()`."""
    found = CircleMember.objects.filter(circle=circle).select_related("organization")
    return found.order_by("organization__sort_key", "pk")


def own_members(viewer: object, circle: Circle) -> list[CircleMember]:
    """The present members of the circle to which the viewer belongs, by name."""
    tied = active_memberships(viewer).values("organization_id")
    return list(members_of(circle).filter(organization_id__in=tied, state__in=PRESENT))


def circles_of(person: Person) -> list[tuple[Circle, CircleMember]]:
    """The circles to which organisations of the person belong, with each of these organisations."""
    tied = active_memberships(person).values("organization_id")
    found = CircleMember.objects.filter(organization_id__in=tied, state__in=PRESENT)
    rows = found.select_related("circle", "organization").order_by(
        "circle__sort_key", "organization__sort_key", "pk"
    )
    return [(row.circle, row) for row in rows]


def agreement_in_force(circle: Circle) -> Agreement:
    """The last version; a circle is never without one."""
    return circle.agreements.order_by("-number")[:1].get()


def latest_number(circle: Circle) -> int:
    found = circle.agreements.aggregate(latest=Max("number"))["latest"]
    return int(found or 0)


def must_sign_again(circle: Circle) -> QuerySet[CircleMember]:
    """The present members whose last signature is of an older version."""
    return members_of(circle).filter(state__in=PRESENT, signed_number__lt=latest_number(circle))


@dataclass(frozen=True)
class AgreementVersion:
    """A version in the history; `signed_count` members signed it at some time."""

    agreement: Agreement
    signed_count: int
    is_in_force: bool


@dataclass(frozen=True)
class RulesVersion:
    """What a circle said of itself from a day on, and what that changed, word by word."""

    version: CircleVersion
    changes: list[FieldChange]
    is_current: bool

    @property
    def anchor(self) -> str:
        return f"version-{self.version.number}"


def rules_versions(circle: Circle) -> list[RulesVersion]:
    """The newest first; the first one changed nothing."""
    labels = {
        "name": _("Name of the circle"),
        "unit_name": _("Name of the unit of account"),
        "about": _("What it is for, and for whom"),
        "rules": _("Rules of the circle"),
    }
    found = list(circle.versions.select_related("changed_by").order_by("-number"))
    told = []
    for rank, (newer, older) in enumerate(zip_longest(found, found[1:])):
        changes = [
            FieldChange(label, list(excerpt(differences(getattr(older, word), getattr(newer, word)))))
            for word, label in labels.items()
            if older is not None and getattr(older, word) != getattr(newer, word)
        ]
        told.append(RulesVersion(newer, changes, is_current=rank == 0))
    return told


def last_change(circle: Circle) -> CircleVersion | None:
    """What the circle says now, with who changed it last."""
    return circle.versions.select_related("changed_by").order_by("-number").first()


def versions_of(circle: Circle) -> list[AgreementVersion]:
    """The newest first."""
    found = (
        circle.agreements.select_related("published_by")
        .annotate(signed_count=Count("signatures__member", distinct=True))
        .order_by("-number")
    )
    return [AgreementVersion(each, each.signed_count, rank == 0) for rank, each in enumerate(found)]


def version_changes(agreement: Agreement, label: str) -> list[FieldChange]:
    """What this version changed to the one before, word by word; nothing for the first."""
    before = Agreement.objects.filter(circle=agreement.circle_id, number=agreement.number - 1).first()
    if before is None:
        return []
    return [FieldChange(label, list(excerpt(differences(before.text, agreement.text))))]


def signatures_of(member: CircleMember) -> QuerySet[Signature]:
    """The newest first."""
    found: QuerySet[Signature] = member.signatures.select_related("agreement", "person")
    return found.order_by("-signed_at", "-pk")


def changes_of(member: CircleMember) -> QuerySet[MemberChange]:
    """The newest first."""
    found: QuerySet[MemberChange] = member.changes.select_related("person")
    return found.order_by("-at", "-pk")


def with_last_reason(members: QuerySet[CircleMember]) -> QuerySet[CircleMember]:
    """Each with `last_reason`, what was said of its present state."""
    last = MemberChange.objects.filter(member=OuterRef("pk")).order_by("-at", "-pk")
    return members.annotate(last_reason=Subquery(last.values("reason")[:1]))
