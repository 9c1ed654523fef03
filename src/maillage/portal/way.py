"""The way back that a page shows when it does not say it itself: read from its address and the rooms' menus."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from maillage.kernel.http.addresses import address_of
from maillage.kernel.rooms.manifest import Text
from maillage.kernel.site.settings import open_rooms

PLACES: tuple[tuple[str, str, Text], ...] = (
    ("/mon-espace/", "space", _("My space")),
    ("/animation/", "facilitation", _("Facilitation")),
    ("/administration/", "administration", _("Administration")),
    ("/bienvenue/", "administration", _("Administration")),
)
"""(beginning of the addresses, the place's page, its name)."""
ACCOUNT_SAFETY = (
    "/compte/adresse/",
    "/compte/mot-de-passe/changer/",
    "/compte/cles/",
    "/compte/deux-etapes/",
)
"""Pages that one reaches from “Sign-in and safety”, though their addresses are elsewhere."""


@dataclass(frozen=True)
class Way:
    """The pages above this one, home left out; `current` names this one when a menu does, else its title will."""

    above: tuple[tuple[Text, str], ...]
    current: Text = ""


def way_to(request: HttpRequest) -> Way:
    """The way from the home page to the page asked for."""
    path = request.path
    above: list[tuple[Text, str]] = []
    if path.startswith(ACCOUNT_SAFETY) and request.user.is_authenticated:
        above = [
            (_("My space"), reverse("portal:space")),
            (_("Sign-in and safety"), reverse("accounts:security")),
        ]
        return Way(tuple(above))
    for beginning, page, label in PLACES:
        if path.startswith(beginning):
            if path == reverse(f"portal:{page}"):
                return Way((), label)
            above.append((label, reverse(f"portal:{page}")))
            break
    entry = _entry_above(path)
    if entry is None:
        return Way(tuple(above))
    label, href, place = entry
    if place == "facilitation" and not above:
        above.append((_("Facilitation"), reverse("portal:facilitation")))
    return Way(tuple(above), label) if href == path else Way((*above, (label, href)))


def _entry_above(path: str) -> tuple[Text, str, str] | None:
    """Name, address and place of the menu entry whose address is the longest beginning of `path`."""
    best: tuple[Text, str, str] | None = None
    for room in open_rooms():
        for item in room.navigation:
            try:
                href = address_of(item.url_name)
            except NoReverseMatch:
                continue
            if href != "/" and path.startswith(href) and (best is None or len(href) > len(best[1])):
                best = (item.label, href, item.place)
    return best
