"""What every page's frame needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils.functional import SimpleLazyObject

from maillage.apps.accounts.access import is_administrator, is_facilitator
from maillage.apps.directory.access import acting_organization
from maillage.apps.directory.queries.map_frame import map_frame
from maillage.kernel.http.addresses import address_of
from maillage.kernel.rooms.manifest import ADMINISTRATOR, FACILITATOR, MEMBER, VISITOR, Text
from maillage.kernel.site.settings import get_site, open_rooms
from maillage.portal.demonstration import demonstration_roles
from maillage.portal.way import way_to


@dataclass(frozen=True)
class Link:
    """An entry of a menu, ready to draw."""

    label: Text
    href: str
    icon: str
    current: bool
    description: Text = ""


def roles_of(request: HttpRequest) -> set[str]:
    """The network roles that a viewer has, the lesser ones included."""
    viewer = getattr(request, "user", None)
    roles = {VISITOR}
    if viewer is not None and viewer.is_authenticated:
        roles.add(MEMBER)
        if is_facilitator(viewer):
            roles.add(FACILITATOR)
        if is_administrator(viewer):
            roles.add(ADMINISTRATOR)
    return roles


def menu(request: HttpRequest, place: str, only_role: str = "", but_role: str = "") -> list[Link]:
    """The entries that the open rooms put at `place`, for this viewer; those of unknown addresses are left out.

    With `only_role`, only those meant for exactly that role; with `but_role`, all others.
    """
    roles = roles_of(request)
    items = [item for room in open_rooms() for item in room.navigation]
    links = []
    for item in sorted(items, key=lambda item: (item.rank, item.url_name)):
        if item.place != place or item.role not in roles or (only_role and item.role != only_role):
            continue
        if item.role == but_role:
            continue
        try:
            href = address_of(item.url_name)
        except NoReverseMatch:
            continue
        current = request.path == href or (href != "/" and request.path.startswith(href))
        links.append(Link(item.label, href, item.icon, current, item.description))
    return links


def chrome(request: HttpRequest) -> dict[str, Any]:
    """The site's settings and menus, for the frame of a page."""
    roles = roles_of(request)
    return {
        "site": get_site(),
        "main_menu": menu(request, "main"),
        "way": SimpleLazyObject(lambda: way_to(request)),
        "acting_for": SimpleLazyObject(lambda: acting_organization(request)),
        "map_frame": SimpleLazyObject(map_frame),
        "is_demonstration": bool(settings.DEMO),
        "demonstration_roles": demonstration_roles(getattr(request, "user", None)),
        "viewer_is_member": MEMBER in roles,
        "viewer_is_facilitator": FACILITATOR in roles,
        "viewer_is_administrator": ADMINISTRATOR in roles,
    }
