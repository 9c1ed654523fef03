"""/demonstration/: entering a furnished site in any role. Nothing of this exists on a real site."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import login, logout
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from maillage.apps.accounts.choices import Role
from maillage.apps.accounts.models import Person
from maillage.apps.directory.choices import MembershipRole, MembershipStatus
from maillage.apps.directory.models import Membership
from maillage.kernel.rooms.manifest import Text

BACKEND = "maillage.apps.accounts.adapters.PersonBackend"
VISITOR = "visitor"
MANAGER = "manager"
TREASURER = "treasurer"
FIRST_TIES = {MembershipRole.MANAGER: MANAGER, MembershipRole.TREASURER: TREASURER}
ROLES: tuple[tuple[str, Text], ...] = (
    (Role.MEMBER, Role.MEMBER.label),
    (TREASURER, MembershipRole.TREASURER.label),
    (MANAGER, _("Manager of an organisation")),
    (Role.FACILITATOR, Role.FACILITATOR.label),
    (Role.ADMINISTRATOR, Role.ADMINISTRATOR.label),
)
"""A network role each, but for the manager and the treasurer: members who look after an organisation, or its money."""


@dataclass(frozen=True)
class DemonstrationRole:
    """A role to try: what it is called, and who plays it (empty for visitors)."""

    value: str
    label: Text
    person_name: str
    current: bool


def demonstration_roles(viewer: object = None) -> list[DemonstrationRole]:
    """The roles of the demonstration, visitor first; none on a real site."""
    if not settings.DEMO:
        return []
    now = getattr(viewer, "pk", None)
    roles = [DemonstrationRole(VISITOR, _("Visitor"), "", now is None)]
    players = _players()
    for value, label in ROLES:
        if value in players:
            player = players[value]
            roles.append(DemonstrationRole(value, label, str(player), now == player.pk))
    return roles


def _players() -> dict[str, Person]:
    """Who plays each role: the first of the invented people who has it. Never somebody real.

    Managers and treasurers are told by their first organisation: a member who adds one while trying things stays the member.
    """
    joined = Membership.objects.filter(person=OuterRef("pk"), status=MembershipStatus.ACTIVE).order_by("pk")
    invented = Person.objects.filter(is_demonstration=True, is_active=True)
    invented = invented.annotate(first_tie=Subquery(joined.values("role")[:1]))
    players: dict[str, Person] = {}
    for person in invented.order_by("pk"):
        role = FIRST_TIES.get(person.first_tie, person.role) if person.role == Role.MEMBER else person.role
        players.setdefault(role, person)
    return players


def choose(request: HttpRequest) -> HttpResponse:
    """The roles to enter in; `role` puts one forward."""
    if not settings.DEMO:
        raise Http404
    roles = demonstration_roles(request.user)
    wanted = request.GET.get("role", "")
    return render(
        request,
        "portal/demonstration.html",
        {"roles": sorted(roles, key=lambda role: role.value != wanted), "wanted": wanted},
    )


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Become the demonstration's person of a role, or nobody. Never somebody real."""
    if not settings.DEMO:
        raise Http404
    role = request.POST.get("role", "")
    logout(request)
    if role != VISITOR:
        person = _players().get(role)
        if person is None:
            raise Http404
        login(request, person, backend=BACKEND)
    following = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(following, allowed_hosts=None):
        following = "/"
    return redirect(following)
