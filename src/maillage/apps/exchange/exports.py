"""Needs and offers going out: tables, and Murmurations' `offers_wants`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from maillage.apps.exchange.models import Listing
from maillage.apps.exchange.queries.matching import with_everything
from maillage.apps.exchange.queries.owners import public_project
from maillage.apps.exchange.queries.wording import said_words

HEADERS = (
    "identifiant", "sens", "sorte", "titre", "texte", "conditions", "structure", "projet", "critères", "thèmes", "code postal",
    "commune", "rayon (km)", "du", "au", "valeur (€)", "visible jusqu’au", "adresse",
)  # fmt: skip
ROWS_MAX = 10_000
SCHEMA = "offers_wants_schema-v0.1.0"


OWN_HEADERS = (*HEADERS, "état", "mis à jour")


def own_rows(found: QuerySet[Listing]) -> Iterator[tuple[Any, ...]]:
    """One row a listing that one looks after, under `OWN_HEADERS`, whatever its state."""
    for listing, cells in _rows(found):
        yield (*cells, str(listing.get_status_display()), listing.updated_at)


def listing_rows(found: QuerySet[Listing]) -> Iterator[tuple[Any, ...]]:
    """One row a listing, under `HEADERS`; people's names are not in it, organisations' are."""
    return (cells for _listing, cells in _rows(found))


def _rows(found: QuerySet[Listing]) -> Iterator[tuple[Listing, tuple[Any, ...]]]:
    for listing in with_everything(found).order_by("pk")[:ROWS_MAX]:
        criteria = sorted(listing.criteria.all(), key=lambda each: each.rank)
        cells = (
            listing.pk,
            str(listing.get_direction_display()),
            str(listing.get_kind_display()),
            listing.title,
            listing.text,
            listing.conditions,
            listing.organization.name if listing.organization else "",
            project.title if (project := public_project(listing)) else "",
            " ; ".join(said_words(each) for each in criteria),
            ", ".join(sorted(theme.name for theme in listing.themes.all())),
            listing.postal_code,
            listing.city,
            listing.radius_km,
            listing.starts_on,
            listing.ends_on,
            listing.value_cents / 100 if listing.value_cents is not None else None,
            listing.expires_on,
            public_url(listing),
        )
        yield listing, cells


def murmurations_profiles(found: QuerySet[Listing]) -> list[dict[str, Any]]:
    """The listings as profiles of the schema `offers_wants` of Murmurations, empty fields left out."""
    return [_profile(listing) for listing in with_everything(found).order_by("pk")[:ROWS_MAX]]


def _profile(listing: Listing) -> dict[str, Any]:
    placed = listing.latitude is not None
    profile: dict[str, Any] = {
        "linked_schemas": [SCHEMA],
        "exchange_type": "want" if listing.is_need else "offer",
        "title": listing.title,
        "description": "\n\n".join(part for part in (listing.text, listing.conditions) if part),
        "item_type": "service" if listing.kind in SERVICES else "good",
        "tags": [str(listing.get_kind_display()), *sorted(theme.name for theme in listing.themes.all())],
        "geolocation": {"lat": listing.latitude, "lon": listing.longitude} if placed else None,
        "geographic_scope": "local",
        "details_url": public_url(listing),
        "contact_details": {"contact_form": f"{settings.PUBLIC_URL}{_reply_path(listing)}"},
        "expires_at": listing.expires_on.isoformat(),
        "transaction_type": ["exchange"],
    }
    return {name: value for name, value in profile.items() if value not in (None, "", [])}


SERVICES = frozenset(
    {
        "skills",
        "volunteers",
        "training",
        "media",
        "partner",
        "tester",
        "funding",
        "advice",
        "room",
        "premises",
    }
)


def public_url(listing: Listing) -> str:
    return f"{settings.PUBLIC_URL}{reverse('exchange:listing_detail', args=[listing.pk, listing.slug])}"


def _reply_path(listing: Listing) -> str:
    return reverse("exchange:listing_reply", args=[listing.pk, listing.slug])
