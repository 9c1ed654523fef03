"""The furnished site: put together once, entered by role."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from maillage.apps.accounts.actions import first_administrator
from maillage.apps.accounts.models import Person
from maillage.kernel.search.index import changes_gathered
from maillage.kernel.site.actions import finish_welcome
from maillage.portal.demonstration import demonstration_roles
from maillage.project.demo.furnish import furnish


def furnish_once(*, now: datetime) -> bool:
    """Put the fictional territory in place; False when it stands already."""
    if Person.objects.filter(is_demonstration=True).exists():
        return False
    with transaction.atomic(), changes_gathered():
        furnish(now=now)
        finish_welcome(actor=None, now=now)
    return True


def sign_ins() -> list[tuple[str, str, str]]:
    """(role's name, person's name, path that enters in it) of each role, visitor first."""
    return [
        (str(role.label), role.person_name, f"/demonstration/?role={role.value}")
        for role in demonstration_roles()
    ]


def first_administrator_link() -> str:
    """A one-time link for whoever holds the server to name the first administrator; "" when there is one."""
    if not first_administrator.needs_first_administrator():
        return ""
    token = first_administrator.mint_first_administrator_link(now=timezone.now())
    return f"{settings.PUBLIC_URL}/bienvenue/premier/{token}/"
