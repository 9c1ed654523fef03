"""The needs and offers of the demonstration, said through the acts of their room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from maillage.apps.accounts.models import Person
from maillage.apps.directory.models import Commune, Initiative, Organization, Theme
from maillage.apps.exchange.actions.listings import change_status, confirm_criteria, create_listing
from maillage.apps.exchange.actions.meeting import reply_to
from maillage.apps.exchange.choices import Audience, Status
from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.contents import ListingContent
from maillage.apps.exchange.queries.reading import criteria_read_in


def add_listings(
    entries: Iterable[Mapping[str, Any]],
    *,
    people: Mapping[str, Person],
    organizations: Mapping[str, Organization],
    initiatives: Mapping[str, Initiative],
    communes: Mapping[str, Commune],
    themes: Mapping[str, Theme],
    now: datetime,
) -> list[Listing]:
    """Say each need and offer on its day, and confirm what was read in its words."""
    made = []
    for entry in entries:
        when = now - timedelta(days=entry["days_ago"])
        commune = communes[entry["commune"]]
        organization = organizations[entry["owner"]] if "owner" in entry else None
        project = initiatives[entry["project"]] if "project" in entry else None
        actor = people[entry["by"]] if "by" in entry else None
        content = ListingContent(
            direction=entry["direction"],
            kind=entry["kind"],
            title=entry["title"],
            text=entry["text"],
            conditions=entry.get("conditions", ""),
            organization_id=organization.pk if organization else None,
            initiative_id=project.pk if project else None,
            audience=entry.get("audience", Audience.PUBLIC),
            theme_ids=tuple(themes[slug].pk for slug in entry["themes"]),
            postal_code=commune.postal_codes[0],
            city=commune.name,
            commune_id=commune.pk,
            latitude=commune.latitude,
            longitude=commune.longitude,
            radius_km=entry.get("radius_km"),
        )
        listing = create_listing(actor=actor, content=content, now=when)
        read = criteria_read_in(listing, today=when.date())
        confirm_criteria(actor=actor, listing_id=listing.pk, criteria=read, now=when)
        made.append(change_status(actor=actor, listing_id=listing.pk, status=Status.OPEN, now=when))
    return made


def answer_one(
    listings: Iterable[Listing], *, actor: Person, organization: Organization, now: datetime
) -> None:
    """Somebody has answered the need of a van: its page shows what its owner does next."""
    need = next(each for each in listings if each.is_need and each.kind == "vehicle")
    mine = next(
        (each for each in listings if not each.is_need and each.organization_id == organization.pk), None
    )
    reply_to(
        actor=actor,
        listing_id=need.pk,
        message="Bonjour, notre fourgon est libre le jeudi soir. Voulez-vous passer le voir ?",
        organization=organization,
        from_listing=mine,
        now=now - timedelta(days=1),
    )
