"""Who a listing belongs to, as people read it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from maillage.apps.directory.choices import Status
from maillage.apps.directory.models import Initiative
from maillage.apps.exchange.models import Listing


def owner_name(listing: Listing) -> str:
    """The project, the organisation, or the person's name; never an address."""
    if listing.initiative_id:
        project = public_project(listing)
        return project.title if project else _("A project")
    if listing.organization is not None:
        return listing.organization.name
    return (listing.created_by.name if listing.created_by else "") or _("A member")


def public_project(listing: Listing) -> Initiative | None:
    """The project that it belongs to, while its fiche is published: another one keeps its title to itself."""
    project = listing.initiative
    return project if project is not None and project.status == Status.PUBLISHED else None
